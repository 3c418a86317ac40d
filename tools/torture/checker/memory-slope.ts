import { readFileSync } from 'node:fs';

const PAGE_BYTES = 4_096;
const MB = 1_048_576;

/** Resident memory of one process over time. */
export class MemoryWatch {
  private readonly samples: { atMs: number; bytes: number }[] = [];
  private readonly timer: NodeJS.Timeout;

  constructor(pid: number, everyMs: number) {
    this.timer = setInterval(() => this.sample(pid), everyMs);
  }

  /** Mean of the quarters after the first, in which caches and the compiler still grow, and the slope over them. */
  stop(): { quartersMb: number[]; slopeMbPerHour: number } {
    clearInterval(this.timer);
    const quarter = Math.floor(this.samples.length / 4);
    const quartersMb = [1, 2, 3].map((i) => mean(this.samples.slice(i * quarter, (i + 1) * quarter)) / MB);
    return { quartersMb, slopeMbPerHour: slope(this.samples.slice(quarter)) * (3_600_000 / MB) };
  }

  private sample(pid: number): void {
    try {
      const pages = Number(readFileSync(`/proc/${pid}/statm`, 'utf8').split(' ')[1]);
      this.samples.push({ atMs: Date.now(), bytes: pages * PAGE_BYTES });
    } catch {
      // It has died; whoever watches counts deaths.
    }
  }
}

function mean(samples: { bytes: number }[]): number {
  return samples.reduce((sum, { bytes }) => sum + bytes, 0) / samples.length;
}

/** Bytes a millisecond, by least squares. */
function slope(samples: { atMs: number; bytes: number }[]): number {
  const meanAt = samples.reduce((sum, { atMs }) => sum + atMs, 0) / samples.length;
  const meanBytes = mean(samples);
  let above = 0;
  let below = 0;
  for (const { atMs, bytes } of samples) {
    above += (atMs - meanAt) * (bytes - meanBytes);
    below += (atMs - meanAt) ** 2;
  }
  return above / below;
}
