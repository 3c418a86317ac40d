import type pg from 'pg';

/** What one client saw of one request. */
export interface Seen {
  name: string;
  accountUuid: string;
  state: string;
  status?: number;
  code?: string;
  requestId?: string;
  toldMillicredits?: bigint;
  toldTokens?: number;
}

/** What one request was to the upstream. */
export interface Served {
  receivedBody: string;
  usageSent: { prompt_tokens: number; completion_tokens: number } | null;
}

export interface PromiseReport {
  /** Sentences with their N, in order. */
  lines: string[];
  wrong: string[];
  answered: number;
  charged: number;
}

interface Recorded {
  accountUuid: string;
  charge: bigint;
  tokens: number;
  outcome: string;
}

/** Codes that say the request was never admitted. */
const NEVER_ADMITTED = new Set([
  'insufficient_credits',
  'held_by_requests_in_flight',
  'database_unavailable',
  'rate_limit_exceeded',
  'overloaded',
]);

/** Compares what clients were told with the database and with what the upstream did. All sums are exact. */
export async function checkPromises(
  client: pg.Client,
  seen: Seen[],
  served: Served[],
): Promise<PromiseReport> {
  const records = await readRecords(client);
  const report: PromiseReport = { lines: [], wrong: [], answered: 0, charged: 0 };
  const note = (text: string) => report.wrong.push(text);
  const byName = new Map<string, Served[]>();
  for (const one of served) {
    const name = /op-\d+-\d+/.exec(one.receivedBody)?.[0];
    if (name) byName.set(name, [...(byName.get(name) ?? []), one]);
  }
  let told = 0;
  let refused = 0;
  for (const one of seen) {
    const record = one.requestId ? records.get(one.requestId) : undefined;
    const upstream = byName.get(one.name) ?? [];
    if (upstream.length > 1) note(`${one.name} reached the upstream ${upstream.length} times`);
    if (one.toldMillicredits !== undefined) {
      told += 1;
      if (!record) note(`${one.name} was told ${one.toldMillicredits} and has no record (${one.requestId})`);
      else if (record.charge !== one.toldMillicredits) {
        note(`${one.name} was told ${one.toldMillicredits}, charged ${record.charge}`);
      }
      if (record && one.toldTokens !== undefined && record.tokens !== one.toldTokens) {
        note(`${one.name} was told ${one.toldTokens} tokens, the record has ${record.tokens}`);
      }
    }
    if (one.state === 'ok') {
      report.answered += 1;
      checkAnswered(one, record, upstream[0], note);
    }
    if (one.state === 'fail' && NEVER_ADMITTED.has(one.code ?? '')) {
      refused += 1;
      if (upstream.length > 0) note(`${one.name} was refused (${one.code}) and reached the upstream`);
      if (record && record.charge > 0n) note(`${one.name} was refused (${one.code}) and charged`);
    }
  }
  checkUnanswered(seen, records, report);
  checkHeldFirst(seen, byName, records, report);
  report.lines.push(
    `${told} times a client was told its credits: each is in the database, exactly`,
    `${report.answered} whole answers: each charged once, as the upstream reported`,
    `${refused} refusals: none reached the upstream, none was charged`,
    `${served.length} requests at the upstream: none twice, none without a hold`,
  );
  return report;
}

function checkAnswered(
  one: Seen,
  record: Recorded | undefined,
  upstream: Served | undefined,
  note: (text: string) => void,
): void {
  if (!record) {
    note(`${one.name} was answered and has no record (${one.requestId})`);
    return;
  }
  if (one.toldMillicredits === undefined) note(`${one.name} was answered without credits`);
  if (record.outcome !== 'completed' && record.outcome !== 'settled_late') {
    note(`${one.name} was answered, its record says ${record.outcome}`);
  }
  if (record.accountUuid !== one.accountUuid) note(`${one.name} was charged to another account`);
  if (record.charge <= 0n) note(`${one.name} was answered for nothing`);
  if (!upstream) note(`${one.name} was answered by nobody`);
  const usage = upstream?.usageSent;
  if (usage && usage.prompt_tokens + usage.completion_tokens !== record.tokens) {
    note(`${one.name}: the upstream reported other tokens than ${record.tokens}`);
  }
}

/** What is charged beyond the whole answers must be requests that were cut, account by account. */
function checkUnanswered(seen: Seen[], records: Map<string, Recorded>, report: PromiseReport): void {
  const beyond = new Map<string, number>();
  const add = (accountUuid: string, n: number) => beyond.set(accountUuid, (beyond.get(accountUuid) ?? 0) + n);
  let charged = 0;
  for (const { accountUuid, charge } of records.values()) {
    if (charge > 0n) {
      charged += 1;
      add(accountUuid, 1);
    }
  }
  let cut = 0;
  for (const one of seen) {
    if (one.state === 'ok') add(one.accountUuid, -1);
    // Cut, or told of an error after output: charged for what was delivered, or not at all.
    else if (one.state === 'unknown' || (one.state === 'fail' && !NEVER_ADMITTED.has(one.code ?? ''))) {
      cut += 1;
      add(one.accountUuid, -1);
    }
  }
  report.charged = charged;
  for (const [accountUuid, more] of beyond) {
    if (more > 0) report.wrong.push(`account ${accountUuid}: ${more} charges that nobody asked for`);
  }
  report.lines.push(
    `${charged} charged, ${report.answered} answered: ${charged - report.answered} more, at most the ${cut} that were cut in flight`,
  );
}

/** Every request the upstream saw had its hold committed before: there are at least as many records. */
function checkHeldFirst(
  seen: Seen[],
  byName: Map<string, Served[]>,
  records: Map<string, Recorded>,
  report: PromiseReport,
): void {
  const held = new Map<string, number>();
  for (const { accountUuid } of records.values()) held.set(accountUuid, (held.get(accountUuid) ?? 0) + 1);
  for (const one of seen) {
    if (byName.has(one.name)) held.set(one.accountUuid, (held.get(one.accountUuid) ?? 0) - 1);
  }
  for (const [accountUuid, left] of held) {
    if (left < 0)
      report.wrong.push(`account ${accountUuid}: ${-left} requests at the upstream without a hold`);
  }
}

async function readRecords(client: pg.Client): Promise<Map<string, Recorded>> {
  const { rows } = await client.query<Record<string, string>>(
    `SELECT request_id, account_id, charge, prompt_tokens + completion_tokens AS tokens, outcome FROM usage_records`,
  );
  return new Map(
    rows.map((row) => [
      `req_${row['request_id']!.replaceAll('-', '')}`,
      {
        accountUuid: row['account_id']!,
        charge: BigInt(row['charge']!),
        tokens: Number(row['tokens']),
        outcome: row['outcome']!,
      },
    ]),
  );
}
