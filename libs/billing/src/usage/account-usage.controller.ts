import type { ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { Controller, Get, Logger, Param, Query, Res } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiProduces, ApiQuery, ApiTags } from '@nestjs/swagger';
import { CurrentMember, type Member as CurrentMemberOf } from '#accounts';
import { Clock } from '#database';
import { Member } from '#http';
import { readLimit } from '../statements/statements.service.js';
import { requestView } from './recorded-request.js';
import { RequestDto, RequestsDto } from './request.dto.js';
import { RequestListService } from './request-list.service.js';
import { UsageDto } from './usage.dto.js';
import { UsageService } from './usage.service.js';
import { UsageBreakdownService } from './usage-breakdown.service.js';
import { UsageCsvService } from './usage-csv.service.js';
import { OUTCOMES, readUsageFilter, type UsageFilter, type UsageQuery } from './usage-filter.js';

const FilterQuery = () => (target: object, name: string, descriptor: PropertyDescriptor) => {
  const day = 'A UTC day, or an ISO time on the hour.';
  for (const query of [
    ApiQuery({ name: 'from', required: false, description: `${day} Default: 30 days.` }),
    ApiQuery({ name: 'to', required: false, description: `${day} Exclusive.` }),
    ApiQuery({ name: 'model', required: false }),
    ApiQuery({ name: 'key', required: false, description: 'The id of a key, or "playground".' }),
    ApiQuery({ name: 'outcome', required: false, enum: OUTCOMES }),
  ]) {
    query(target, name, descriptor);
  }
};

/** What the active account's requests used and cost. */
@Controller('api/dashboard')
@ApiTags('usage')
@Member('usage:read')
export class AccountUsageController {
  private readonly logger = new Logger(AccountUsageController.name);

  constructor(
    private readonly breakdown: UsageBreakdownService,
    private readonly list: RequestListService,
    private readonly csv: UsageCsvService,
    private readonly usage: UsageService,
    private readonly clock: Clock,
  ) {}

  @Get('usage')
  @FilterQuery()
  @ApiOperation({ operationId: 'getUsage', summary: 'Sums by time, model, key and outcome' })
  @ApiOkResponse({ type: UsageDto })
  sums(@CurrentMember() member: CurrentMemberOf, @Query() query: UsageQuery): Promise<UsageDto> {
    return this.breakdown.breakdown(this.filter(member, query));
  }

  @Get('usage.csv')
  @FilterQuery()
  @ApiProduces('text/csv')
  @ApiOperation({ operationId: 'exportUsage', summary: 'One line a request, newest first' })
  async export(
    @CurrentMember() member: CurrentMemberOf,
    @Query() query: UsageQuery,
    @Res() response: ServerResponse,
  ): Promise<void> {
    const filter = this.filter(member, query);
    const name = `usage-${filter.from.toISOString().slice(0, 10)}-${filter.to.toISOString().slice(0, 10)}.csv`;
    response.setHeader('content-type', 'text/csv; charset=utf-8; header=present');
    response.setHeader('content-disposition', `attachment; filename="${name}"`);
    response.setHeader('cache-control', 'no-store');
    try {
      // Two pieces ahead at most; the stream asks for the next when the client has taken one.
      await pipeline(Readable.from(this.csv.pieces(filter), { highWaterMark: 1 }), response);
    } catch (error) {
      // A client that left is no failure; any other is seen by the client as a body cut short.
      if ((error as { code?: string }).code === 'ERR_STREAM_PREMATURE_CLOSE') return;
      this.logger.warn(`an export was cut short: ${(error as Error).message}`);
    }
  }

  @Get('requests')
  @FilterQuery()
  @ApiQuery({ name: 'cursor', required: false })
  @ApiQuery({ name: 'limit', required: false, description: '1 to 200; default 50.' })
  @ApiOperation({ operationId: 'listRequests', summary: 'Requests, newest first' })
  @ApiOkResponse({ type: RequestsDto })
  async requests(
    @CurrentMember() member: CurrentMemberOf,
    @Query() query: UsageQuery & { cursor?: string; limit?: string },
  ): Promise<RequestsDto> {
    const limit = readLimit(query.limit, { usual: 50, most: 200 });
    const page = await this.list.page(this.filter(member, query), { cursor: query.cursor, limit });
    return { data: page.requests.map(requestView), next: page.next };
  }

  @Get('requests/:id')
  @ApiOperation({ operationId: 'getRequest', summary: 'One request, also while it is open' })
  @ApiOkResponse({ type: RequestDto })
  request(@CurrentMember() member: CurrentMemberOf, @Param('id') id: string): Promise<RequestDto> {
    return this.usage.record(member.accountUuid, id);
  }

  private filter(member: CurrentMemberOf, query: UsageQuery): UsageFilter {
    return readUsageFilter(member.accountUuid, query, this.clock.now());
  }
}
