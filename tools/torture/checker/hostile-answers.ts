import { countTokens } from 'gpt-tokenizer/encoding/o200k_base';
import type pg from 'pg';
import type { HostileCall } from '../rig/hostile-client.ts';

interface Row {
  prompt: number;
  completion: number;
  charge: bigint;
  source: string;
  outcome: string;
}

interface Served {
  receivedBody: string;
  usageSent: unknown;
}

export interface HostileReport {
  wrong: string[];
  /** How many answers were compared with the upstream's byte by byte. */
  compared: number;
  charged: Map<string, number>;
}

const MULTIPLIER_MILLI = 500n;
const MESSAGE_TOKENS = 4;

/** Each answer against its mode: how it ended, its bytes, and its charge. */
export async function checkHostile(
  client: pg.Client,
  calls: HostileCall[],
  served: Served[],
): Promise<HostileReport> {
  const rows = await readRows(client);
  const usages = lastUsages(served);
  const report: HostileReport = { wrong: [], compared: 0, charged: new Map() };
  for (const call of calls) {
    const note = (text: string) =>
      report.wrong.push(
        `${call.mode.streamed ? 'stream' : 'plain'}, ${call.mode.script}: ${text} (${call.name})`,
      );
    const row = call.requestId ? rows.get(call.requestId) : undefined;
    checkEnd(call, note);
    if (call.reference) {
      report.compared += 1;
      checkBytes(call, call.reference, note);
    }
    if (row) checkCharge(call, row, usages.get(call.name), note);
    else note(`has no usage record (${call.status}, ${call.requestId})`);
    const what = row ? `${row.outcome}, ${row.charge > 0n ? row.source : 'not charged'}` : 'no record';
    report.charged.set(what, (report.charged.get(what) ?? 0) + 1);
  }
  return report;
}

function checkEnd({ mode, status, complete, body }: HostileCall, note: (text: string) => void): void {
  const text = body.toString('latin1');
  if (!complete) note('the connection was cut');
  if (typeof mode.ends === 'number') {
    if (status !== mode.ends) note(`status ${status}, should be ${mode.ends}`);
    if (!/^\{"error":\{"message":"/.test(text)) note(`no error of ours: ${text.slice(0, 100)}`);
    return;
  }
  if (status !== 200) note(`status ${status}, should be 200: ${text.slice(0, 200)}`);
  if (!mode.streamed) return;
  const done = text.split('[DONE]').length - 1;
  const tail = text.trimEnd().split('\n').at(-1)!;
  const hasError = tail.startsWith('data: {"error":{"message":"');
  if (mode.ends === 'whole' && (done !== 1 || hasError))
    note(`${done} [DONE], the end is ${tail.slice(0, 200)}`);
  if (mode.ends === 'broken' && (done !== 0 || !hasError))
    note(`no error event; the end is ${tail.slice(0, 200)}`);
}

/** Exact but for the named values, and for `[DONE]`, which says that the charge is written and so is ours. */
function checkBytes({ body }: HostileCall, reference: Buffer, note: (text: string) => void): void {
  const ours = neutral(body.toString('latin1'));
  const theirs = neutral(reference.toString('latin1'));
  if (ours === theirs) return;
  let at = 0;
  while (ours[at] === theirs[at]) at += 1;
  const around = (text: string) => JSON.stringify(text.slice(Math.max(0, at - 40), at + 80));
  note(`byte ${at} differs: ${around(ours)} instead of ${around(theirs)}`);
}

/** Without what differs because the upstream was asked twice, and without figures. */
function neutral(text: string): string {
  return text
    .replace(/data: ?\[DONE\](?:\r?\n){2}$/, '')
    .replace(/"id":"(chatcmpl-)[^"]*"/g, '"id":"$1"')
    .replace(/"created":\d+/g, '"created":0')
    .replace(/"usage":\{[^{}]*\}/g, '"usage":{}');
}

function checkCharge(
  { mode, prompt, body }: HostileCall,
  row: Row,
  usage: Usage | undefined,
  note: (text: string) => void,
): void {
  if (row.charge !== BigInt(row.prompt + row.completion) * MULTIPLIER_MILLI) {
    note(`${row.prompt} + ${row.completion} tokens and a charge of ${row.charge}`);
  }
  if (mode.costs === 'nothing') {
    if (row.charge !== 0n) note(`charged ${row.charge}, should be nothing (${row.outcome})`);
    return;
  }
  if (row.source !== mode.costs)
    note(`the charge is ${row.source}, should be ${mode.costs} (${row.outcome})`);
  if (mode.costs === 'reported') {
    const [sentPrompt, sentCompletion] = [usage?.prompt_tokens, usage?.completion_tokens];
    if (row.prompt !== sentPrompt || row.completion !== sentCompletion) {
      note(`charged ${row.prompt} + ${row.completion}, reported were ${sentPrompt} + ${sentCompletion}`);
    }
    return;
  }
  compare('prompt', row.prompt, countTokens(prompt) + MESSAGE_TOKENS, note);
  compare('completion', row.completion, countTokens(outputOf(body.toString('utf8'), mode.streamed)), note);
}

function compare(what: string, counted: number, oracle: number, note: (text: string) => void): void {
  if (Math.abs(counted - oracle) > Math.max(oracle * 0.1, 16) || (oracle > 0 && counted === 0)) {
    note(`${counted} ${what} tokens counted, the oracle counts ${oracle}`);
  }
}

/** The text the client has. */
function outputOf(text: string, streamed: boolean): string {
  if (!streamed) return String(JSON.parse(text).choices?.[0]?.message?.content ?? '');
  const lines = text.split(/\r?\n/).filter((line) => line.startsWith('data:') && line.includes('"choices"'));
  return lines.map((line) => JSON.parse(line.slice(5)).choices[0]?.delta?.content ?? '').join('');
}

interface Usage {
  prompt_tokens: number;
  completion_tokens: number;
}

function lastUsages(served: Served[]): Map<string, Usage> {
  const usages = new Map<string, Usage>();
  for (const { receivedBody, usageSent } of served) {
    const name = /hostile-\d+-\d+/.exec(receivedBody)?.[0];
    if (name && usageSent && !receivedBody.includes('"user":"reference"'))
      usages.set(name, usageSent as Usage);
  }
  return usages;
}

async function readRows(client: pg.Client): Promise<Map<string, Row>> {
  const { rows } = await client.query<Record<string, string>>(
    'SELECT request_id, prompt_tokens, completion_tokens, charge, usage_source, outcome FROM usage_records',
  );
  return new Map(
    rows.map((row) => [
      `req_${row['request_id']!.replaceAll('-', '')}`,
      {
        prompt: Number(row['prompt_tokens']),
        completion: Number(row['completion_tokens']),
        charge: BigInt(row['charge']!),
        source: row['usage_source']!,
        outcome: row['outcome']!,
      },
    ]),
  );
}
