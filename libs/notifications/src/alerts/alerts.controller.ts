import { Body, Controller, Get, HttpCode, Param, Post, Put, Query } from '@nestjs/common';
import { ApiNoContentResponse, ApiOkResponse, ApiOperation, ApiQuery, ApiTags } from '@nestjs/swagger';
import { CurrentMember, type Member as CurrentMemberOf } from '#accounts';
import { Member } from '#http';
import {
  AlertCountDto,
  AlertPreferencesDto,
  AlertsDto,
  AlertThresholdDto,
  SetAlertPreferenceDto,
} from './alert.dto.js';
import { AlertsService } from './alerts.service.js';

/** What a member is told, and how. */
@Controller('api/dashboard/alerts')
@ApiTags('alerts')
@Member('alerts:read')
export class AlertsController {
  constructor(private readonly alerts: AlertsService) {}

  @Get()
  @ApiQuery({ name: 'unread', required: false, description: '"true": those not read yet.' })
  @ApiQuery({ name: 'open', required: false, description: '"true": those that tell of what still is so.' })
  @ApiQuery({ name: 'cursor', required: false })
  @ApiQuery({ name: 'limit', required: false, description: '1 to 200; default 50.' })
  @ApiOperation({ operationId: 'listAlerts', summary: 'Alerts, newest first' })
  @ApiOkResponse({ type: AlertsDto })
  list(
    @CurrentMember() member: CurrentMemberOf,
    @Query() query: { unread?: string; open?: string; cursor?: string; limit?: string },
  ): Promise<AlertsDto> {
    return this.alerts.list(member, query);
  }

  @Get('count')
  @ApiOperation({ operationId: 'countAlerts', summary: 'How many are unread, and how many still hold' })
  @ApiOkResponse({ type: AlertCountDto })
  count(@CurrentMember() member: CurrentMemberOf): Promise<AlertCountDto> {
    return this.alerts.count(member);
  }

  @Post('read-all')
  @HttpCode(204)
  @ApiOperation({ operationId: 'readAllAlerts', summary: 'All are read' })
  @ApiNoContentResponse()
  readAll(@CurrentMember() member: CurrentMemberOf): Promise<void> {
    return this.alerts.markAllRead(member);
  }

  @Get('preferences')
  @ApiOperation({ operationId: 'getAlertPreferences', summary: 'What you are told, and how' })
  @ApiOkResponse({ type: AlertPreferencesDto })
  preferences(@CurrentMember() member: CurrentMemberOf): Promise<AlertPreferencesDto> {
    return this.alerts.preferencesOf(member);
  }

  @Put('preferences')
  @ApiOperation({ operationId: 'setAlertPreference', summary: 'How you are told one kind' })
  @ApiOkResponse({ type: AlertPreferencesDto })
  setPreference(
    @CurrentMember() member: CurrentMemberOf,
    @Body() wish: SetAlertPreferenceDto,
  ): Promise<AlertPreferencesDto> {
    return this.alerts.setPreference(member, wish);
  }

  @Get('threshold')
  @ApiOperation({ operationId: 'getAlertThreshold', summary: 'At which balance it is low' })
  @ApiOkResponse({ type: AlertThresholdDto })
  threshold(@CurrentMember() member: CurrentMemberOf): Promise<AlertThresholdDto> {
    return this.alerts.threshold(member);
  }

  @Put('threshold')
  @Member('alerts:write')
  @ApiOperation({ operationId: 'setAlertThreshold', summary: 'Set at which balance it is low' })
  @ApiOkResponse({ type: AlertThresholdDto })
  setThreshold(
    @CurrentMember() member: CurrentMemberOf,
    @Body() { credits }: AlertThresholdDto,
  ): Promise<AlertThresholdDto> {
    return this.alerts.setThreshold(member, credits ?? null);
  }

  @Post(':id/read')
  @HttpCode(204)
  @ApiOperation({ operationId: 'readAlert', summary: 'This one is read' })
  @ApiNoContentResponse()
  read(@CurrentMember() member: CurrentMemberOf, @Param('id') id: string): Promise<void> {
    return this.alerts.markRead(member, id);
  }
}
