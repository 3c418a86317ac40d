import { Inspector } from '../product/inspector.ts';
import type { Contest } from './contest.ts';

/** What a process is like after much work, and under half of what it can do. */
export interface Endured {
  /** Heap in use after a garbage collection, by requests answered before it. */
  heapMb: { answers: number; megabytes: number }[];
  saturationPerSecond: number;
  /** Of the event loop at half of that, milliseconds. */
  loopDelayP50: number;
  loopDelayP99: number;
}

const HEAP_AT = [20_000, 200_000];
const CONNECTIONS = 32;
const SECONDS = 4;
const HALF_LOAD_SECONDS = 20;
const HISTOGRAM = 'globalThis.benchLoopDelay';

/** Heap at 20,000 and at 200,000 answers; delay of the event loop at half of saturation. One process of the API. */
export async function endure(contest: Contest): Promise<Endured> {
  const inspector = await Inspector.attach({ pid: contest.apiPids[0]!, readLog: contest.product.readLog });
  const heapMb: Endured['heapMb'] = [];
  const round = { contestant: 'api', connections: CONNECTIONS, seconds: SECONDS };
  let answers = 0;
  let saturationPerSecond = 0;
  for (const at of HEAP_AT) {
    while (answers < at) {
      const measured = await contest.run(round);
      answers += measured.answers;
      saturationPerSecond = measured.answers / measured.seconds;
    }
    heapMb.push({ answers, megabytes: await inspector.heapMegabytes() });
  }
  const perfHooks = `process.getBuiltinModule('node:perf_hooks')`;
  await inspector.evaluate(`${HISTOGRAM} = ${perfHooks}.monitorEventLoopDelay({ resolution: 1 }); undefined`);
  await inspector.evaluate(`${HISTOGRAM}.enable()`);
  await contest.run({ ...round, seconds: HALF_LOAD_SECONDS, rate: saturationPerSecond / 2 });
  const percentile = async (share: number) =>
    Number(await inspector.evaluate(`${HISTOGRAM}.percentile(${share})`)) / 1e6;
  const endured = {
    heapMb,
    saturationPerSecond,
    loopDelayP50: await percentile(50),
    loopDelayP99: await percentile(99),
  };
  inspector.close();
  return endured;
}
