import { Inspector } from '../product/inspector.ts';
import { STREAM_CHUNKS } from './answer.ts';
import type { Contest } from './contest.ts';
import { aligned } from './report.ts';

interface Profile {
  nodes: { id: number; callFrame: { functionName: string; url: string; lineNumber: number } }[];
  samples: number[];
  timeDeltas: number[];
}

const SAMPLING_US = 250;
const MOST_LINES = 40;

/** Profiles one process of the API under load; where its time went, by part and by function, a request or a chunk. */
export async function profileApi(
  contest: Contest,
  load: { connections: number; seconds: number; stream: boolean },
): Promise<string> {
  const inspector = await Inspector.attach({ pid: contest.apiPids[0]!, readLog: contest.product.readLog });
  await inspector.call('Profiler.enable');
  await inspector.call('Profiler.setSamplingInterval', { interval: SAMPLING_US });
  await inspector.call('Profiler.start');
  const { answers } = await contest.run({ contestant: 'api', ...load });
  const { profile } = (await inspector.call('Profiler.stop')) as { profile: Profile };
  inspector.close();
  const answersOfOne = answers / contest.apiPids.length;
  return load.stream
    ? summary(profile, { count: answersOfOne * STREAM_CHUNKS, name: 'chunks' })
    : summary(profile, { count: answersOfOne, name: 'requests' });
}

/** Self time by part and by function, microseconds for each of what was done. */
function summary(profile: Profile, done: { count: number; name: string }): string {
  const nodes = new Map(profile.nodes.map((node) => [node.id, node.callFrame]));
  const parts = new Map<string, number>();
  const functions = new Map<string, number>();
  for (const [index, id] of profile.samples.entries()) {
    const { functionName, url, lineNumber } = nodes.get(id)!;
    const us = profile.timeDeltas[index]! / done.count;
    const part = partOf(functionName, url);
    if (part === undefined) continue;
    add(parts, part, us);
    add(functions, `${functionName || '(anonymous)'}  ${shortened(url)}:${lineNumber + 1}`, us);
  }
  const lines = (title: string, sums: Map<string, number>) => {
    const sorted = [...sums].sort(([, a], [, b]) => b - a).slice(0, MOST_LINES);
    return aligned([[title, 'µs'], ...sorted.map(([name, us]) => [name, us.toFixed(1)])]);
  };
  const total = [...parts.values()].reduce((sum, us) => sum + us, 0);
  return [
    `${Math.round(done.count)} ${done.name}, ${total.toFixed(0)} µs each on the main thread (sampling adds some)`,
    lines('part', parts),
    lines('function', functions),
  ].join('\n\n');
}

function add(sums: Map<string, number>, name: string, us: number): void {
  sums.set(name, (sums.get(name) ?? 0) + us);
}

/** Undefined: no work of ours. */
function partOf(functionName: string, url: string): string | undefined {
  if (functionName === '(idle)') return undefined;
  if (functionName === '(garbage collector)') return 'garbage collector';
  if (functionName === '(program)') return 'native: parsers, system calls';
  if (url === '') return /^(parse|stringify)$/.test(functionName) ? 'JSON' : `native: ${functionName}`;
  const ours = /dist\/(libs|apps)\/([^/]+)\/src\/(.+)\.js$/.exec(url);
  if (ours) return `ours: ${ours[2]}/${ours[3]}`;
  const dependency = /node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(url);
  if (dependency) return dependency[1]!.startsWith('pg') ? 'pg' : dependency[1]!;
  if (/^node:(_http|internal\/http)/.test(url)) return 'node http';
  if (/^node:(net|stream|internal\/(streams|stream_base|js_stream))/.test(url)) return 'node net and streams';
  if (/^node:.*timers/.test(url)) return 'node timers';
  return url.startsWith('node:') ? 'node, other' : url;
}

function shortened(url: string): string {
  return url.replace(/^file:\/\/.*?\/(dist|node_modules)\//, '$1/');
}
