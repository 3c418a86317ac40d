import pg from 'pg';

/** Durable commits of one row each, milliseconds. */
export interface CommitTimes {
  commits: number;
  p50: number;
  p99: number;
}

const COMMITS = 2_000;

/** What nobody who keeps books can be faster than: one row, one commit, one after the other, on the same server. */
export async function measureCommits(databaseUrl: string): Promise<CommitTimes> {
  const client = new pg.Client({ connectionString: databaseUrl, application_name: 'bench commits' });
  await client.connect();
  try {
    await client.query('CREATE TABLE IF NOT EXISTS bench_commits (n int)');
    const times: number[] = [];
    for (let n = 0; n < COMMITS; n++) {
      const startedAt = performance.now();
      await client.query({ name: 'commit', text: 'INSERT INTO bench_commits VALUES ($1)', values: [n] });
      times.push(performance.now() - startedAt);
    }
    await client.query('DROP TABLE bench_commits');
    times.sort((a, b) => a - b);
    return { commits: COMMITS, p50: times[COMMITS / 2]!, p99: times[Math.floor(COMMITS * 0.99)]! };
  } finally {
    await client.end();
  }
}
