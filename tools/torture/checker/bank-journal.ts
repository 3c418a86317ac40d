import type pg from 'pg';

/** What a caller of the bank was told. Amounts are millicredits as decimal text. */
export interface Told {
  kind: 'grant' | 'reserve' | 'end' | 'clawback';
  id: string;
  account: string;
  state: string;
  amount: string;
}

const REFUSED = new Set(['insufficient_credits', 'held_by_requests_in_flight', 'account_in_debt']);
const GRANTED = new Set(['granted', 'exists']);
const TAKEN = new Set(['taken', 'exists']);

/** Compares every answer with the tables, both ways. */
export async function checkBankJournal(client: pg.Client, lines: Told[]): Promise<string[]> {
  const wrong: string[] = [];
  const table = async (sql: string) => {
    const { rows } = await client.query<{ id: string; amount: string }>(sql);
    return new Map(rows.map(({ id, amount }) => [id, amount]));
  };
  const grants = await table('SELECT external_reference AS id, amount FROM credit_grants');
  const holds = await table('SELECT request_id AS id, amount FROM holds');
  const charges = await table('SELECT request_id AS id, charge AS amount FROM usage_records');
  const clawbacks = await table(
    `SELECT reference AS id, sum(amount) AS amount FROM ledger_entries WHERE kind IN ('clawback', 'debt') GROUP BY reference`,
  );
  const seen = { grant: new Set<string>(), reserve: new Set<string>(), clawback: new Set<string>() };
  for (const line of lines) {
    const { kind, id, state, amount } = line;
    const compare = (rows: Map<string, string>) => {
      if (rows.get(id) !== amount)
        wrong.push(`${kind} ${id} was told ${state} ${amount}, the table has ${rows.get(id)}`);
    };
    if (kind === 'grant' && GRANTED.has(state)) {
      seen.grant.add(id);
      compare(grants);
    } else if (kind === 'clawback' && TAKEN.has(state)) {
      seen.clawback.add(id);
      compare(clawbacks);
    } else if (kind === 'end' && ['settled', 'released', 'expired'].includes(state)) {
      compare(charges);
    } else if (
      kind === 'reserve' &&
      (state === 'held' || /^exists_(open|settled|released|expired)$/.test(state))
    ) {
      seen.reserve.add(id);
      compare(holds);
    } else if (
      !(kind === 'reserve' && REFUSED.has(state)) &&
      !(kind === 'end' && state.startsWith('exists_'))
    ) {
      wrong.push(`${kind} ${id} was told ${state}`);
    }
  }
  for (const id of grants.keys()) if (!seen.grant.has(id)) wrong.push(`grant ${id}: nobody was told of it`);
  for (const id of holds.keys()) if (!seen.reserve.has(id)) wrong.push(`hold ${id}: nobody was told of it`);
  for (const id of clawbacks.keys())
    if (!seen.clawback.has(id)) wrong.push(`clawback ${id}: nobody was told of it`);
  return wrong;
}
