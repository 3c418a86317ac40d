import type pg from 'pg';

/** What one request cost, and where it was tried. */
export interface Tried {
  charge: bigint;
  attempts: { upstream: string; status: number; failure?: string }[];
}

/** By request id, of every usage record. */
export async function readAttempts(client: pg.Client): Promise<Map<string, Tried>> {
  const { rows } = await client.query<{ id: string; charge: string; attempts: Tried['attempts'] }>(
    'SELECT request_id AS id, charge, attempts FROM usage_records',
  );
  return new Map(
    rows.map(({ id, charge, attempts }) => [
      `req_${id.replaceAll('-', '')}`,
      { charge: BigInt(charge), attempts },
    ]),
  );
}
