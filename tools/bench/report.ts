import type { CommitTimes } from './commits.ts';
import type { BooksChecked, Measured } from './contest.ts';
import type { Endured } from './endurance.ts';
import type { AfterKill } from './kill.ts';
import { canAccount } from './processes.ts';

const NAMES: Record<string, string> = { bare: 'bare proxy', api: 'this project' };
const HEAD = [
  '',
  '',
  'answers/s',
  'p50 ms',
  'p99 ms',
  'first ms',
  'CPU µs',
  'CPU / bare',
  'PostgreSQL µs',
  'MB',
  'wrong',
];

/** One line for each load and contestant; medians over the rounds. CPU of a stream is of one of its chunks. */
export function table(measured: Measured[]): string {
  const lines = [HEAD];
  const loads = new Set(
    measured.map(({ connections, stream }) => `${connections} ${stream ? 'streams' : 'plain'}`),
  );
  for (const load of loads) {
    const ofLoad = measured.filter(
      ({ connections, stream }) => `${connections} ${stream ? 'streams' : 'plain'}` === load,
    );
    const bareCpu = median(
      ofLoad.filter(({ contestant }) => contestant === 'bare').map(({ cpuUs }) => cpuUs),
    );
    for (const contestant of new Set(ofLoad.map((round) => round.contestant))) {
      const rounds = ofLoad.filter((round) => round.contestant === contestant);
      const cpu = median(rounds.map(({ cpuUs }) => cpuUs));
      lines.push([
        load,
        NAMES[contestant] ?? contestant,
        figure(median(rounds.map(({ answers, seconds }) => answers / seconds)), 0),
        figure(median(rounds.map(({ p50 }) => p50)), 2),
        figure(median(rounds.map(({ p99 }) => p99)), 2),
        rounds[0]?.stream ? figure(median(rounds.map(({ firstByteP50 }) => firstByteP50)), 1) : '',
        figure(cpu, 0),
        cpu !== undefined && bareCpu !== undefined ? (cpu / bareCpu).toFixed(2) : '',
        figure(median(rounds.map(({ databaseCpuUs }) => databaseCpuUs)), 0),
        figure(median(rounds.map(({ memoryMb }) => memoryMb)), 0),
        String(rounds.reduce((sum, { wrong }) => sum + wrong, 0)),
      ]);
    }
  }
  const note = canAccount ? '' : '\nProcessor times are read from /proc, which this system does not have.';
  return aligned(lines) + note;
}

/** What a commit takes, and what an answer takes beyond the bare proxy's when nobody shares its commits. */
export function commitsReport(commits: CommitTimes, measured: Measured[]): string {
  const alone = (contestant: string) =>
    median(
      measured
        .filter((round) => round.contestant === contestant && round.connections === 1 && !round.stream)
        .map(({ p50 }) => p50),
    );
  const [bare, api] = [alone('bare'), alone('api')];
  const added = bare !== undefined && api !== undefined ? (api - bare).toFixed(2) : '';
  return [
    `\ndurable commit      p50 ${commits.p50.toFixed(2)} ms, p99 ${commits.p99.toFixed(2)} ms, ${commits.commits} of one row each`,
    ...(added === '' ? [] : [`added p50 at 1       ${added} ms, two commits among them`]),
  ].join('\n');
}

/** What became of the answers and charges of a killed process. */
export function killReport(killed: AfterKill): string {
  return [
    `\nafter kill -9        charged / answered ${killed.charged} / ${killed.answered}; ${killed.beyond} charged beyond, ${killed.expired} holds ended without a charge, ${killed.connections} in flight`,
    ...killed.problems.map((problem) => `WRONG  ${problem}`),
  ].join('\n');
}

/** Heap and event loop of a process that worked for long. */
export function enduredReport(endured: Endured): string {
  return [
    ...endured.heapMb.map(
      ({ answers, megabytes }) => `heap after ${answers} answers  ${megabytes.toFixed(1)} MB`,
    ),
    `heap, last / first  ${(endured.heapMb.at(-1)!.megabytes / endured.heapMb[0]!.megabytes).toFixed(3)}`,
    `event loop at half of ${endured.saturationPerSecond.toFixed(0)} answers/s  p50 ${endured.loopDelayP50.toFixed(1)} ms, p99 ${endured.loopDelayP99.toFixed(1)} ms`,
  ].join('\n');
}

/** What the clients got beside what was charged. */
export function booksReport(books: BooksChecked): string {
  const ratio = books.answered === 0 ? 0 : books.charged / books.answered;
  const lines = [
    `charged / answered  ${books.charged} / ${books.answered} = ${ratio.toFixed(4)}`,
    `credits charged     ${books.chargedMillicredits / 1000}`,
    books.problems.length === 0 ? 'The books add up.' : '',
    ...books.problems.map((problem) => `WRONG  ${problem}`),
  ];
  return `\n${lines.filter((line) => line !== '').join('\n')}`;
}

/** The first column to the left, figures to the right. */
export function aligned(lines: string[][]): string {
  const widths = lines[0]!.map((_, column) => Math.max(...lines.map((line) => line[column]!.length)));
  return lines
    .map((line) =>
      line
        .map((cell, column) =>
          /^[a-z]/i.test(lines[1]?.[column] ?? '')
            ? cell.padEnd(widths[column]!)
            : cell.padStart(widths[column]!),
        )
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

function median(figures: (number | undefined)[]): number | undefined {
  const known = figures.filter((one) => one !== undefined).sort((a, b) => a - b);
  if (known.length === 0) return undefined;
  const middle = Math.floor(known.length / 2);
  return known.length % 2 === 1 ? known[middle] : (known[middle - 1]! + known[middle]!) / 2;
}

function figure(value: number | undefined, decimals: number): string {
  return value === undefined ? '' : value.toFixed(decimals);
}
