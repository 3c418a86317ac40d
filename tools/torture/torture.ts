/**
 * Injects crashes and then counts the money: `npm run torture -- T08 --kills 300 --seed 1`. Exit code 0: everything
 * adds up; 1: it does not; 2: the faults did not land where they aim, so that the run proves nothing. With
 * `--sabotage` a deliberate defect is planted, and the exit code is 0 only when it was found.
 */
import { parseArgs } from 'node:util';
import type { Order } from './order.ts';
import { runT01 } from './scenarios/t01-bank.ts';
import { runT02 } from './scenarios/t02-last-credit.ts';
import { runT03 } from './scenarios/t03-budget-edges.ts';
import { runT04 } from './scenarios/t04-abort-matrix.ts';
import { runT05 } from './scenarios/t05-hostile-upstream.ts';
import { runT06 } from './scenarios/t06-fallback.ts';
import { runT08 } from './scenarios/t08-kill-api.ts';
import { runT09 } from './scenarios/t09-kill-postgres.ts';
import { runT10 } from './scenarios/t10-rolling-restart.ts';
import { runT11 } from './scenarios/t11-sick-database.ts';
import { runT20 } from './scenarios/t20-slow.ts';
import { runT21 } from './scenarios/t21-overload.ts';
import { runT22 } from './scenarios/t22-soak.ts';
import type { Verdict } from './verdict.ts';

const SCENARIOS: Record<string, { run: (order: Order) => Promise<Verdict>; kills: number }> = {
  T01: { run: runT01, kills: 0 },
  T02: { run: runT02, kills: 0 },
  T03: { run: runT03, kills: 0 },
  T04: { run: runT04, kills: 0 },
  T05: { run: runT05, kills: 0 },
  T06: { run: runT06, kills: 0 },
  T08: { run: runT08, kills: 300 },
  T09: { run: runT09, kills: 15 },
  T10: { run: runT10, kills: 0 },
  T11: { run: runT11, kills: 5 },
  T20: { run: runT20, kills: 0 },
  T21: { run: runT21, kills: 0 },
  T22: { run: runT22, kills: 0 },
};

const USAGE = `npm run torture -- [${Object.keys(SCENARIOS).join(' ')}] [--kills N] [--operations 20000] [--minutes 20] [--seed 1] [--sabotage] [--quick]\n`;
const MOST_SHOWN = 20;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    kills: { type: 'string' },
    operations: { type: 'string', default: '20000' },
    minutes: { type: 'string', default: '20' },
    seed: { type: 'string', default: '1' },
    sabotage: { type: 'boolean', default: false },
    quick: { type: 'boolean', default: false },
  },
});

async function runOne(name: string): Promise<number> {
  const scenario = SCENARIOS[name]!;
  const order: Order = {
    seed: Number(values.seed),
    kills: Number(values.kills ?? scenario.kills),
    operations: Number(values.operations),
    minutes: Number(values.minutes),
    sabotage: values.sabotage,
    quick: values.quick,
  };
  console.log(`${name}, seed ${order.seed}${order.sabotage ? ', with a planted defect' : ''}`);
  const startedAt = performance.now();
  const verdict = await scenario.run(order);
  for (const line of verdict.wrong.slice(0, MOST_SHOWN)) console.log(`  WRONG  ${line}`);
  if (verdict.wrong.length > MOST_SHOWN) console.log(`  … ${verdict.wrong.length} in all`);
  if (order.sabotage) verdict.void.length = 0;
  for (const line of verdict.void) console.log(`  VOID  ${line}`);
  const minutes = ((performance.now() - startedAt) / 60_000).toFixed(1);
  const isRed = verdict.wrong.length > 0;
  const words = order.sabotage
    ? isRed
      ? 'the planted defect was found'
      : 'THE PLANTED DEFECT WAS NOT FOUND'
    : isRed
      ? `${verdict.wrong.length} DIFFERENCES`
      : 'everything adds up';
  console.log(`${name}: ${verdict.void.length > 0 ? 'VOID, ' : ''}${words} (${minutes} min)\n`);
  if (order.sabotage) return isRed ? 0 : 1;
  return isRed ? 1 : verdict.void.length > 0 ? 2 : 0;
}

const names = positionals.length > 0 ? positionals : Object.keys(SCENARIOS);
if (names.some((name) => !SCENARIOS[name])) {
  process.stderr.write(USAGE);
  process.exit(1);
}
let worst = 0;
for (const name of names) worst = Math.max(worst, await runOne(name));
process.exit(worst);
