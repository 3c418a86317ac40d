import { createHash } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import type pg from 'pg';
import { PG_POOL } from '#database';
import { accountErrors } from '../accounts.errors.js';

const MINUTE_MS = 60_000;
/** As the design says, for an address and for a client, in place of the library's 3 in 10 s for a process. */
const PER_MINUTE = 10;

/** What is tried at sign-in, over all processes: how often in a minute of the database's, and which codes were used. */
@Injectable()
export class AttemptsService {
  constructor(@Inject(PG_POOL) private readonly pool: pg.Pool) {}

  /**
   * Counts one attempt for each of `who` and refuses when one of them had too many in this minute.
   * @throws DomainError `rate_limit_exceeded` (429) with the seconds until the next minute
   */
  async count(purpose: string, who: { email?: string | undefined; client: string }): Promise<void> {
    const buckets = [`${purpose}\nclient\n${who.client}`];
    if (who.email) buckets.push(`${purpose}\nemail\n${who.email.trim().toLowerCase()}`);
    // In the order of the digests, so that two attempts never wait for each other both ways.
    const digests = buckets.map((bucket) => createHash('sha256').update(bucket).digest());
    digests.sort(Buffer.compare);
    const { rows } = await this.pool.query<{ most: number; wait: string }>(
      `WITH counted AS (
         INSERT INTO auth_attempts (bucket, minute, count)
         SELECT bucket, date_trunc('minute', app_now()), 1 FROM unnest($1::bytea[]) AS given (bucket)
         ON CONFLICT (bucket) DO UPDATE SET minute = excluded.minute,
           count = CASE WHEN auth_attempts.minute = excluded.minute THEN auth_attempts.count + 1 ELSE 1 END
         RETURNING count
       )
       SELECT max(count) AS most,
         extract(epoch FROM date_trunc('minute', app_now()) + interval '1 minute' - app_now()) AS wait
       FROM counted`,
      [digests],
    );
    const { most, wait } = rows[0]!;
    if (most > PER_MINUTE) throw accountErrors.tooManyAttempts(Math.max(1, Math.ceil(Number(wait))));
  }

  /** Whether this code is used for this person for the first time, in the last minutes. Of many at one time, one does. */
  async isFirstUse(userUuid: string, code: string): Promise<boolean> {
    const digest = createHash('sha256').update(`code\n${userUuid}\n${code.trim()}`).digest();
    const { rows } = await this.pool.query(
      'INSERT INTO used_codes (digest) VALUES ($1) ON CONFLICT DO NOTHING RETURNING digest',
      [digest],
    );
    return rows.length > 0;
  }

  /** Forgets what can refuse nobody any more. */
  async forgetOld(): Promise<void> {
    await this.pool.query(`DELETE FROM auth_attempts WHERE minute < app_now() - make_interval(secs => $1)`, [
      (10 * MINUTE_MS) / 1000,
    ]);
    await this.pool.query(`DELETE FROM used_codes WHERE used_at < now() - make_interval(secs => $1)`, [
      (10 * MINUTE_MS) / 1000,
    ]);
  }
}
