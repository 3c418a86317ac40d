import type pg from 'pg';

/**
 * One transaction in plain SQL on a connection of the pool, whose statements may take as long as they need. `begin` is
 * its first statement: `BEGIN ISOLATION LEVEL REPEATABLE READ`. Rejects with what `work` threw, or when the connection
 * broke.
 */
export async function inTransaction<T>(
  pool: pg.Pool,
  begin: string,
  work: (client: pg.PoolClient) => Promise<T>,
): Promise<T> {
  const client = await pool.connect();
  // A connection that breaks says so twice, to what waits for it and as an event; unheard, an event ends the process.
  const heard = (): void => undefined;
  client.on('error', heard);
  try {
    await client.query(begin);
    await client.query('SET LOCAL statement_timeout = 0');
    const result = await work(client);
    await client.query('COMMIT');
    return result;
  } catch (error) {
    await client.query('ROLLBACK').catch(() => undefined);
    throw error;
  } finally {
    client.release();
    client.off('error', heard);
  }
}
