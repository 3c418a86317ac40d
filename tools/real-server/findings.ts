import type { UsageRecord } from '../product/books.ts';
import { chunksOf, type RecordedExchange, type Usage, usageOf } from './recording-relay.ts';
import type { ClientView } from './requests.ts';

/** One request from its three sides. */
export interface Case {
  view: ClientView;
  record: UsageRecord | undefined;
  /** `GET /v1/requests/{id}`. */
  told: Record<string, unknown>;
  exchange: RecordedExchange | undefined;
}

type Json = Record<string, unknown>;

/** Everything that is wrong with a request: its charge, what the client was told, and what reached it. */
export function problemsOf({ view, record, told, exchange }: Case): string[] {
  if (!record) return ['no usage record'];
  if (!exchange) return ['nothing reached the model server'];
  const problems: string[] = [];
  const expect = (what: string, actual: unknown, expected: unknown) => {
    if (actual !== expected) problems.push(`${what} is ${String(actual)}, expected ${String(expected)}`);
  };
  const server = chunksOf(exchange);
  const stated = view.kind === 'aborted' ? statedBeforeAbort(server, record) : usageOf(server);
  const price = BigInt(record.promptTokens + record.completionTokens) * record.multiplierMilli;
  expect('charge', record.charge, price);
  expect('shortfall', record.shortfall, 0n);
  expect('usage_source', record.usageSource, stated ? 'reported' : 'counted');
  expect('outcome', record.outcome, view.kind === 'aborted' ? 'client_left' : 'completed');
  if (stated) {
    expect('prompt tokens', record.promptTokens, stated.prompt_tokens);
    expect('completion tokens', record.completionTokens, stated.completion_tokens);
  }
  expect('told usage_source', told['usage_source'], record.usageSource);
  expect('told credits', told['credits'], Number(record.charge) / 1000);
  if (view.kind === 'aborted') {
    expect('the server went on to the end', exchange.complete, false);
    if (record.completionTokens < 1) problems.push('output was delivered and none is charged');
    return problems;
  }
  return [...problems, ...usageProblems(view, record), ...byteProblems(view, server)];
}

/** A server may state its usage with every chunk; which of them was in hand when the client left, the record says. */
function statedBeforeAbort(server: Json[], record: UsageRecord): Usage | undefined {
  const stated = server.map((chunk) => usageOf([chunk])).filter((usage) => usage !== undefined);
  return stated.findLast((usage) => usage.completion_tokens === record.completionTokens) ?? stated.at(-1);
}

/** What the answer says of its cost. */
function usageProblems(view: ClientView, record: UsageRecord): string[] {
  const told = view.chunks.filter(({ usage }) => usage !== undefined && usage !== null);
  if (told.length !== 1) return [`${told.length} chunks carry usage`];
  const usage = told[0]!['usage'] as Json;
  const expected = {
    prompt_tokens: record.promptTokens,
    completion_tokens: record.completionTokens,
    credits: Number(record.charge) / 1000,
  };
  return Object.entries(expected)
    .filter(([name, value]) => usage[name] !== value)
    .map(([name, value]) => `the answer's ${name} is ${String(usage[name])}, expected ${value}`);
}

/** Whether all the server said reached the client, in its order, and nothing else but our credits and model id. */
function byteProblems(view: ClientView, server: Json[]): string[] {
  const strip = ({ model: _model, usage: _usage, ...rest }: Json) => JSON.stringify(rest);
  const ofServer = server.filter((chunk) => view.kind === 'streamed with usage' || !isUsageChunk(chunk));
  const ofClient = [...view.chunks];
  // Where the server sent no usage chunk and one was asked for, the last one is ours.
  if (view.kind === 'streamed with usage' && !isUsageChunk(ofServer.at(-1)!)) ofClient.pop();
  if (ofClient.length !== ofServer.length) {
    return [`${ofClient.length} chunks reached the client of ${ofServer.length}`];
  }
  return ofServer
    .map((chunk, i) => [strip(chunk), strip(ofClient[i]!)] as const)
    .filter(([sent, received]) => sent !== received)
    .map(([sent, received]) => `sent ${sent}, received ${received}`)
    .concat(usageFieldProblems(server, view));
}

/** The server's own fields of usage stay as they are; credits is the one that is added. */
function usageFieldProblems(server: Json[], view: ClientView): string[] {
  const stated = usageOf(server);
  if (!stated) return [];
  const { credits: _credits, ...told } = usageOf(view.chunks) as Usage & { credits?: unknown };
  const [sent, received] = [JSON.stringify(stated), JSON.stringify(told)];
  return sent === received ? [] : [`usage sent ${sent}, received ${received}`];
}

function isUsageChunk(chunk: Json): boolean {
  return Array.isArray(chunk['choices']) && chunk['choices'].length === 0;
}
