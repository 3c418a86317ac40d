import { Inject, Injectable } from '@nestjs/common';
import type pg from 'pg';
import { LAST_MIGRATION, PG_POOL } from '#database';
import { API_CONFIG, type ApiConfig } from './config.js';

const PROBE_MS = 2_000;

/** Whether this process should be sent requests. */
@Injectable()
export class HealthService {
  private draining = false;

  constructor(
    @Inject(PG_POOL) private readonly pool: pg.Pool,
    @Inject(API_CONFIG) private readonly config: ApiConfig,
  ) {}

  startDraining(): void {
    this.draining = true;
  }

  /** What is missing for this process to be ready; empty when it is. */
  async missing(): Promise<string[]> {
    if (this.draining) return ['draining'];
    const [database, dashboard] = await Promise.all([this.databaseAnswers(), this.dashboardAnswers()]);
    return [...(database ? [] : ['database']), ...(dashboard ? [] : ['dashboard'])];
  }

  private async databaseAnswers(): Promise<boolean> {
    try {
      const { rows } = await this.pool.query<{ prepared: boolean }>(
        `SELECT EXISTS (SELECT 1 FROM plans) AND EXISTS (SELECT 1 FROM migrations WHERE name = $1) AS prepared`,
        [LAST_MIGRATION],
      );
      return rows[0]?.prepared === true;
    } catch {
      return false;
    }
  }

  private async dashboardAnswers(): Promise<boolean> {
    if (this.config.dashboardUrl === undefined) return true;
    try {
      const answer = await fetch(`${this.config.dashboardUrl}/`, {
        method: 'HEAD',
        signal: AbortSignal.timeout(PROBE_MS),
      });
      return answer.status < 500;
    } catch {
      return false;
    }
  }
}
