import { Controller, Get, HttpCode, Res } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { Response } from 'express';
import { Public } from '#http';
import { HealthService } from './health.service.js';

@ApiExcludeController()
@Controller()
export class HealthController {
  constructor(private readonly health: HealthService) {}

  /** The process lives; says nothing about anything else. */
  @Get('healthz')
  @Public()
  @HttpCode(200)
  lives() {
    return { status: 'ok' };
  }

  /** 200 when requests may be sent here: database reachable, migrated and seeded, dashboard up, not draining. */
  @Get('readyz')
  @Public()
  async ready(@Res({ passthrough: true }) response: Response) {
    const missing = await this.health.missing();
    response.status(missing.length === 0 ? 200 : 503);
    return { status: missing.length === 0 ? 'ready' : 'not ready', missing };
  }
}
