import { availableParallelism } from 'node:os';
import type { CommitTimes } from './commits.ts';
import type { BooksChecked, Measured } from './contest.ts';

/** What the start page shows of a run: for each load the medians of the bare proxy and of the product. */
export function pageFigures(
  { measured, commits, books }: { measured: Measured[]; commits: CommitTimes; books: BooksChecked },
  day: string,
): object {
  const loads = new Map(measured.map((round) => [`${round.connections} ${round.stream}`, round]));
  return {
    measuredOn: day,
    cores: availableParallelism(),
    command: 'npm run bench',
    commitMilliseconds: rounded(commits.p50, 2),
    answered: books.answered,
    charged: books.charged,
    loads: [...loads.values()].map(({ connections, stream }) => {
      const of = (contestant: string) =>
        measured.filter(
          (round) =>
            round.contestant === contestant && round.connections === connections && round.stream === stream,
        );
      return { connections, stream, bare: medians(of('bare')), product: medians(of('api')) };
    }),
  };
}

function medians(rounds: Measured[]) {
  return {
    answersPerSecond: rounded(median(rounds.map(({ answers, seconds }) => answers / seconds)), 0),
    p50Milliseconds: rounded(median(rounds.map(({ p50 }) => p50)), 2),
    p99Milliseconds: rounded(median(rounds.map(({ p99 }) => p99)), 2),
    cpuMicroseconds: rounded(median(rounds.map(({ cpuUs }) => cpuUs ?? 0)), 0),
  };
}

function median(figures: number[]): number {
  const sorted = figures.toSorted((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

function rounded(value: number, decimals: number): number {
  return Number(value.toFixed(decimals));
}
