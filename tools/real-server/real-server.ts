/**
 * The product in front of a model server nobody here wrote: 50 plain, 50 streamed and 10 aborted requests through
 * the official SDK, then every charge against the server's own figures. Exit code 1 on any difference.
 */
import { parseArgs } from 'node:util';
import OpenAI from 'openai';
import { type BookSums, Books } from '../product/books.ts';
import { startProduct } from '../product/running-product.ts';
import { type Case, problemsOf } from './findings.ts';
import { RecordingRelay } from './recording-relay.ts';
import { type ClientView, type RequestKind, send } from './requests.ts';

const USAGE = `node tools/real-server/real-server.ts --base-url http://127.0.0.1:8080/v1 [--model NAME] [--parallel 1] [--size 50]

  --base-url   where the model server's OpenAI-compatible API is
  --model      the server's name for its model, where it insists on one
  --parallel   requests at a time
  --size       plain requests; as many are streamed, and a fifth of it aborted
`;
/** A model of the catalog that stands for whatever the server runs. */
const MODEL = 'llama3.2:3b';
const GRANTED_CREDITS = 1_000_000;
/** An aborted request is settled once its cancellation has gone round. */
const SETTLE_WAIT_MS = 10_000;
const MOST_TRIES = 20;

const { values } = parseArgs({
  options: {
    'base-url': { type: 'string' },
    model: { type: 'string' },
    parallel: { type: 'string', default: '1' },
    size: { type: 'string', default: '50' },
  },
});

async function main(baseUrl: string): Promise<boolean> {
  const relay = new RecordingRelay(baseUrl);
  const relayUrl = await relay.start();
  const product = await startProduct({ UPSTREAM_BASE_URL: relayUrl, API_PROCESSES: '2' });
  const books = await Books.open(product.databaseUrl);
  try {
    if (values.model) await books.route({ modelId: MODEL, baseUrl: relayUrl, theirId: values.model });
    const [account] = await books.openAccounts({ count: 1, credits: GRANTED_CREDITS });
    const { accountUuid, key } = account!;
    const client = new OpenAI({ baseURL: `${product.url}/v1`, apiKey: key, maxRetries: 0 });
    const views = await sendAll(client);
    await waitUntilSettled(books, { accountUuid, requests: views.length });
    const records = await books.records(accountUuid);
    const cases: Case[] = [];
    for (const view of views) {
      cases.push({
        view,
        record: records.get(view.requestId),
        told: await readRequest(`${product.url}/v1/requests/${view.requestId}`, key),
        exchange: relay.exchanges.get(view.name),
      });
    }
    const aborted = views.filter(({ kind }) => kind === 'aborted').length;
    const problems = cases.flatMap((one) => problemsOf(one).map((problem) => `${one.view.name}: ${problem}`));
    problems.push(...bookProblems(await books.sums([accountUuid]), { requests: views.length }));
    if (aborted < Number(values.size) / 5) problems.push(`only ${aborted} requests could be aborted`);
    problems.push(...(await books.proof()).map((difference) => `ledger: ${difference}`));
    print(cases);
    for (const problem of problems) console.log(`  WRONG  ${problem}`);
    console.log(problems.length === 0 ? '\nEvery charge is exact.' : `\n${problems.length} differences.`);
    return problems.length === 0;
  } finally {
    await books.close();
    await product.stop();
    relay.stop();
  }
}

async function sendAll(client: OpenAI): Promise<ClientView[]> {
  const size = Number(values.size);
  const jobs: { i: number; kind: RequestKind }[] = [];
  for (let i = 0; i < size; i++) {
    jobs.push({ i, kind: 'plain' }, { i, kind: i % 2 === 0 ? 'streamed' : 'streamed with usage' });
    if (i % 5 === 0) jobs.push({ i, kind: 'aborted' });
  }
  const views: ClientView[] = [];
  const work = async () => {
    for (let job = jobs.shift(); job; job = jobs.shift()) {
      const view = await send(client, { ...job, model: MODEL });
      views.push(view);
      // A model that had said all it wanted before its client left gets another prompt.
      const hadEnded = job.kind === 'aborted' && view.kind !== 'aborted';
      if (hadEnded && job.i < size * MOST_TRIES) jobs.push({ i: job.i + size, kind: 'aborted' });
      if (views.length % 10 === 0) console.error(`${views.length} requests`);
    }
  };
  await Promise.all(Array.from({ length: Number(values.parallel) }, work));
  return views;
}

async function waitUntilSettled(books: Books, wanted: { accountUuid: string; requests: number }) {
  const until = performance.now() + SETTLE_WAIT_MS;
  for (;;) {
    const { openHolds, records } = await books.sums([wanted.accountUuid]);
    if ((openHolds === 0 && records >= wanted.requests) || performance.now() > until) return;
    await new Promise((done) => setTimeout(done, 100));
  }
}

async function readRequest(url: string, key: string): Promise<Record<string, unknown>> {
  const answer = await fetch(url, { headers: { authorization: `Bearer ${key}` } });
  return (await answer.json()) as Record<string, unknown>;
}

function bookProblems(sums: BookSums, wanted: { requests: number }): string[] {
  const checks: [string, bigint | number, bigint | number][] = [
    ['balance', sums.available + sums.held, sums.granted - sums.charged],
    ['charges of the records', sums.recordedCharges, sums.charged],
    ['tokens times multiplier', sums.recordedPrices, sums.charged],
    ['usage records', sums.records, wanted.requests],
    ['open holds', sums.openHolds, 0],
    ['credits on hold', sums.held, 0n],
  ];
  return checks
    .filter(([, actual, expected]) => actual !== expected)
    .map(([what, actual, expected]) => `books: ${what}: ${actual}, expected ${expected}`);
}

function print(cases: Case[]): void {
  const rows = new Map<string, { requests: number; tokens: number; credits: number }>();
  for (const { view, record } of cases) {
    const name = `${view.kind}, ${record?.usageSource ?? 'no record'}`;
    const row = rows.get(name) ?? { requests: 0, tokens: 0, credits: 0 };
    row.requests += 1;
    row.tokens += (record?.promptTokens ?? 0) + (record?.completionTokens ?? 0);
    row.credits += Number(record?.charge ?? 0n) / 1000;
    rows.set(name, row);
  }
  console.table(Object.fromEntries([...rows].sort(([a], [b]) => a.localeCompare(b))));
}

if (!values['base-url']) {
  console.error(USAGE);
  process.exit(2);
}
process.exit((await main(values['base-url'])) ? 0 : 1);
