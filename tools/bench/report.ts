import type { BooksChecked, Measured } from './contest.ts';
import { canAccount } from './processes.ts';

/** One line for each number of connections and contestant; medians over the rounds. */
export function table(measured: Measured[]): string {
  const lines = [['connections', '', 'req/s', 'p50 ms', 'p99 ms', 'CPU µs', 'PostgreSQL µs', 'CPU / bare']];
  for (const connections of new Set(measured.map((round) => round.connections))) {
    const of = (contestant: string) =>
      measured.filter((round) => round.connections === connections && round.contestant === contestant);
    const bareCpu = median(of('bare').map(({ cpuUs }) => cpuUs));
    for (const contestant of ['bare', 'api']) {
      const rounds = of(contestant);
      const cpu = median(rounds.map(({ cpuUs }) => cpuUs));
      lines.push([
        String(connections),
        contestant === 'bare' ? 'bare proxy' : 'this project',
        figure(median(rounds.map(({ answers, seconds }) => answers / seconds)), 0),
        figure(median(rounds.map(({ p50 }) => p50)), 2),
        figure(median(rounds.map(({ p99 }) => p99)), 2),
        figure(cpu, 0),
        figure(median(rounds.map(({ databaseCpuUs }) => databaseCpuUs)), 0),
        contestant === 'api' && cpu !== undefined && bareCpu !== undefined ? (cpu / bareCpu).toFixed(2) : '',
      ]);
    }
  }
  const note = canAccount ? '' : '\nProcessor times are read from /proc, which this system does not have.';
  return aligned(lines) + note;
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
