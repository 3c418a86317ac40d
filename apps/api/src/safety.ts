import type pg from 'pg';
import type { DemoPeopleService } from '#accounts';
import { SettingError } from '#common';
import type { ApiConfig } from './config.js';

/**
 * Refuses a database that may lose what it acknowledged, and in production one whose application clock was moved.
 * @throws SettingError
 */
export async function refuseUnsafeDatabase(pool: pg.Pool, config: Pick<ApiConfig, 'mode'>): Promise<void> {
  const { rows } = await pool.query<{ fsync: string; commit: string; full_pages: string; moved: boolean }>(
    `SELECT current_setting('fsync') AS fsync, current_setting('synchronous_commit') AS commit,
       current_setting('full_page_writes') AS full_pages, (SELECT offset_interval <> '0' FROM app_clock) AS moved`,
  );
  const problems: string[] = [];
  const database = rows[0]!;
  if (database.fsync === 'off') problems.push('fsync is off: an answered request could lose its charge');
  if (database.commit === 'off')
    problems.push('synchronous_commit is off: an answered request could lose its charge');
  if (database.full_pages === 'off')
    problems.push('full_page_writes is off: a crash could corrupt the ledger');
  if (database.moved && config.mode === 'production')
    problems.push('the application clock (app_clock) was moved');
  if (problems.length > 0)
    throw new SettingError(`The database is not safe:\n  - ${problems.join('\n  - ')}`);
}

/** Refuses in production to let in people whose passwords were printed at a first start. @throws SettingError */
export async function refuseDemoPeople(
  demo: DemoPeopleService,
  config: Pick<ApiConfig, 'mode'>,
): Promise<void> {
  if (config.mode !== 'production' || !(await demo.canSignIn())) return;
  throw new SettingError(
    'The demo sign-ins of an evaluation work in this database: end them with "npm run -s cli -- operator end-demo".',
  );
}
