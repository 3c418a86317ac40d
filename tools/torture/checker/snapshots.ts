import pg from 'pg';
import { INVARIANTS } from './invariants.ts';

/** What looking at the books came to, over all snapshots. */
export interface SnapshotReport {
  snapshots: number;
  /** Of the last snapshot, by invariant. */
  counted: Map<string, number>;
  wrong: string[];
}

const MOST_OF_ONE = 5;

/** Looks at the whole ledger in one snapshot at a time, again and again while it is under attack. */
export class Snapshots {
  readonly report: SnapshotReport = { snapshots: 0, counted: new Map(), wrong: [] };
  private readonly url: string;
  private running: Promise<void> | undefined;
  private stopping = false;
  private readonly known = new Set<string>();
  /** Entries that were old enough at the last look to be all there, as a digest. */
  private remembered: { until: string; digest: string } | undefined;

  constructor(url: string) {
    this.url = url;
  }

  /** Looks once, so that a checker that cannot look is known at once, and then every so often, start to start. */
  async start(everyMs: number): Promise<void> {
    await this.take();
    this.running = (async () => {
      while (!this.stopping) {
        const startedMs = Date.now();
        // A database that is down now is looked at when it is back.
        await this.take().catch((error: unknown) => {
          if (error instanceof pg.DatabaseError && !/^(57|08|53)/.test(error.code ?? '')) {
            this.report.wrong.push(`a snapshot failed: ${error.message}`);
          }
        });
        while (!this.stopping && Date.now() < startedMs + everyMs) {
          await new Promise((done) => setTimeout(done, 100));
        }
      }
    })();
  }

  /** Stops looking, and looks one last time. */
  async stop(): Promise<SnapshotReport> {
    this.stopping = true;
    await this.running;
    await this.take();
    return this.report;
  }

  private async take(): Promise<void> {
    const client = new pg.Client({ connectionString: this.url, application_name: 'torture-checker' });
    client.on('error', () => undefined);
    await client.connect();
    const wrong: string[] = [];
    try {
      await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY');
      for (const { name, counted, wrong: sql } of INVARIANTS) {
        const { rows: counts } = await client.query<{ n: string }>(counted);
        this.report.counted.set(name, Number(counts[0]!.n));
        const { rows } = await client.query<{ subject: string; detail: string }>(
          `SELECT subject::text, detail FROM (${sql}) AS found LIMIT ${MOST_OF_ONE}`,
        );
        wrong.push(...rows.map(({ subject, detail }) => `${name}: ${subject}: ${detail}`));
      }
      wrong.push(...(await this.compareEntries(client)));
      await client.query('COMMIT');
    } finally {
      await client.end().catch(() => undefined);
    }
    this.report.snapshots += 1;
    // What stays wrong is said once, with the snapshot that saw it first.
    for (const line of wrong.filter((one) => !this.known.has(one))) {
      this.known.add(line);
      this.report.wrong.push(`snapshot ${this.report.snapshots}: ${line}`);
    }
  }

  /** I6: what was written is still there, unchanged. */
  private async compareEntries(client: pg.Client): Promise<string[]> {
    const digestUntil = async (until: string): Promise<string> => {
      const { rows } = await client.query<{ digest: string }>(
        `SELECT count(*) || ':' || coalesce(sum(hashtextextended(e::text, 0)::numeric), 0) AS digest
         FROM ledger_entries e WHERE created_at <= $1::timestamptz`,
        [until],
      );
      return rows[0]!.digest;
    };
    const before = this.remembered;
    const problems: string[] = [];
    if (before && (await digestUntil(before.until)) !== before.digest) {
      problems.push(`I6 entries until ${before.until} are not what they were`);
    }
    // The time of an entry is that of its decision; its commit comes within the statement's 10 s.
    const { rows } = await client.query<{ until: string }>(
      `SELECT (app_now() - interval '15 seconds')::text AS until`,
    );
    this.remembered = { until: rows[0]!.until, digest: await digestUntil(rows[0]!.until) };
    return problems;
  }
}
