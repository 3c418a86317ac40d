import { countTokens } from 'gpt-tokenizer/encoding/o200k_base';
import type pg from 'pg';

/** What became of one aborted request, from its own side and the upstream's. Times are Unix milliseconds. */
export interface Aborted {
  cell: string;
  accountUuid: string;
  prompt: string;
  /** What the table says: nothing, what was used, or either where the leaving races with the answer. */
  costs: 'nothing' | 'used' | 'either';
  reports: boolean;
  leftAtMs: number;
  /** Whether the upstream has to be let go of because of the leaving, and not because it was done. */
  cancels: boolean;
  /** Output that the client has read, as text. */
  read: string;
  upstream: UpstreamSide | undefined;
  openHolds: number;
}

export interface UpstreamSide {
  textSent: string;
  usageSent: { prompt_tokens: number; completion_tokens: number } | null;
  outcome: string;
  peerClosedAt: number | null;
}

export interface AbortReport {
  wrong: string[];
  /** What was right, but not in time. */
  late: string[];
  counts: Map<string, number>;
  slowestCancelMs: number;
}

interface Row {
  prompt: number;
  completion: number;
  charge: bigint;
  source: string;
  outcome: string;
}

/** An upstream is let go of within this of its client's leaving. */
const CANCEL_MS = 1_000;
const MULTIPLIER_MILLI = 500n;
const MESSAGE_TOKENS = 4;

/** Each request against the table of what an aborted one costs; the oracle is what the upstream really sent. */
export async function checkAborted(client: pg.Client, all: Aborted[]): Promise<AbortReport> {
  const rows = await readRows(client);
  const report: AbortReport = { wrong: [], late: [], counts: new Map(), slowestCancelMs: 0 };
  for (const one of all) {
    const records = rows.get(one.accountUuid) ?? [];
    const note = (text: string) => report.wrong.push(`${one.cell}: ${text}`);
    if (one.openHolds > 0) note(`${one.openHolds} holds are open after the time they may be`);
    if (records.length > 1) note(`${records.length} usage records for one request`);
    const [record] = records;
    if (!one.upstream && record && record.charge > 0n) note('charged without an upstream');
    if (one.upstream && !record) note('reached the upstream and has no record');
    checkCharge(one, record, { note, noteLate: (text) => report.late.push(`${one.cell}: ${text}`) });
    if (one.cancels && one.upstream) {
      const tookMs = (one.upstream.peerClosedAt ?? Number.POSITIVE_INFINITY) - one.leftAtMs;
      if (one.upstream.outcome === 'answered') note('the upstream was let finish');
      else if (tookMs > CANCEL_MS)
        report.late.push(`${one.cell}: the upstream was let go of after ${tookMs} ms`);
      if (one.upstream.outcome !== 'answered')
        report.slowestCancelMs = Math.max(report.slowestCancelMs, tookMs);
    }
    const what = record
      ? `${record.outcome}, ${record.charge > 0n ? record.source : 'not charged'}`
      : 'never admitted';
    report.counts.set(what, (report.counts.get(what) ?? 0) + 1);
  }
  return report;
}

interface Notes {
  note: (text: string) => void;
  noteLate: (text: string) => void;
}

function checkCharge(one: Aborted, record: Row | undefined, notes: Notes): void {
  const { note } = notes;
  if (record && record.charge !== BigInt(record.prompt + record.completion) * MULTIPLIER_MILLI) {
    note(`${record.prompt} + ${record.completion} tokens and a charge of ${record.charge}`);
  }
  const isFree = !record || record.charge === 0n;
  if (one.costs === 'nothing') {
    if (!isFree) note(`charged ${record!.charge}, should be nothing (${record!.outcome})`);
    return;
  }
  if (isFree) {
    if (one.costs === 'used') note(`not charged (${record?.outcome ?? 'no record'})`);
    return;
  }
  const sent = one.upstream;
  if (!sent) return;
  if (one.reports) {
    if (record!.source !== 'reported') note(`usage was sent and the charge is ${record!.source}`);
    const { prompt_tokens: prompt, completion_tokens: completion } = sent.usageSent ?? {
      prompt_tokens: -1,
      completion_tokens: -1,
    };
    if (record!.prompt !== prompt) note(`${record!.prompt} prompt tokens, reported were ${prompt}`);
    // With a count in every chunk the last one that came is the charge; one or two more may have been under way.
    if (record!.completion > completion) {
      note(`${record!.completion} completion tokens, reported were ${completion}`);
    } else checkOutput(one, { charged: record!.completion, sent: completion }, notes);
    return;
  }
  if (record!.source !== 'counted') note(`no usage was sent and the charge is ${record!.source}`);
  const prompt = countTokens(one.prompt) + MESSAGE_TOKENS;
  if (Math.abs(record!.prompt - prompt) > tolerance(prompt)) {
    note(`${record!.prompt} prompt tokens counted, the oracle counts ${prompt}`);
  }
  checkOutput(one, { charged: record!.completion, sent: countTokens(sent.textSent) }, notes);
}

/**
 * What is charged is what the upstream sent. Where the leaving has to cancel it, the upstream goes on sending until it is
 * let go of: that much may be missing, and is a matter of time, as long as nothing is missing that the client has read.
 */
function checkOutput(one: Aborted, tokens: { charged: number; sent: number }, notes: Notes): void {
  const { charged, sent } = tokens;
  if (Math.abs(charged - sent) <= tolerance(sent)) return;
  const read = countTokens(one.read);
  const words = `${charged} completion tokens charged, the upstream sent ${sent} and the client read ${read}`;
  if (one.cancels && charged < sent && charged >= read - tolerance(read)) notes.noteLate(words);
  else notes.note(words);
}

const tolerance = (tokens: number) => Math.max(tokens * 0.1, 16);

async function readRows(client: pg.Client): Promise<Map<string, Row[]>> {
  const { rows } = await client.query<Record<string, string>>(
    `SELECT account_id, prompt_tokens, completion_tokens, charge, usage_source, outcome FROM usage_records`,
  );
  const byAccount = new Map<string, Row[]>();
  for (const row of rows) {
    const one = {
      prompt: Number(row['prompt_tokens']),
      completion: Number(row['completion_tokens']),
      charge: BigInt(row['charge']!),
      source: row['usage_source']!,
      outcome: row['outcome']!,
    };
    byAccount.set(row['account_id']!, [...(byAccount.get(row['account_id']!) ?? []), one]);
  }
  return byAccount;
}
