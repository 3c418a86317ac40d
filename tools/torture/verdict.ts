import type { SnapshotReport } from './checker/snapshots.ts';

/** What a scenario came to: sentences with figures, what is wrong, and why it may prove nothing. */
export class Verdict {
  readonly lines: string[] = [];
  readonly wrong: string[] = [];
  readonly void: string[] = [];
  private readonly assertsTimes: boolean;

  /** A short form runs beside other tests on a machine that may be slow: it says how long things took, and no more. */
  constructor({ assertsTimes }: { assertsTimes: boolean } = { assertsTimes: true }) {
    this.assertsTimes = assertsTimes;
  }

  say(...lines: string[]): void {
    for (const line of lines) {
      this.lines.push(line);
      console.log(`  ${line}`);
    }
  }

  addSnapshots(report: SnapshotReport, least: number): void {
    this.wrong.push(...report.wrong);
    this.say(
      `${report.snapshots} snapshots of the whole ledger, ${report.wrong.length} differences; in the last one:`,
    );
    for (const [name, n] of report.counted) {
      const wrong = report.wrong.filter((line) => line.includes(` ${name}: `)).length;
      this.say(`  ${name}: ${wrong} wrong of ${n}`);
    }
    if (report.snapshots < least) this.void.push(`${report.snapshots} snapshots are fewer than ${least}`);
  }

  /** Too few of what was to happen proves nothing. */
  need(what: string, count: number, least: number): void {
    if (count < least) this.void.push(`${count} ${what}, ${least} needed`);
  }

  expect(isSo: boolean, otherwise: string): void {
    if (!isSo) this.wrong.push(otherwise);
  }

  /** As `expect`, of how long something took. */
  expectTime(isSo: boolean, otherwise: string): void {
    if (isSo) return;
    if (this.assertsTimes) this.wrong.push(otherwise);
    else this.say(`late, in a short form: ${otherwise}`);
  }
}

export function median(numbers: number[]): number {
  return quantile(numbers, 0.5);
}

/** 0 of none. */
export function quantile(numbers: number[], share: number): number {
  const sorted = numbers.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
}
