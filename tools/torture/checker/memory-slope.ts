import { readFileSync } from 'node:fs';
import type { Inspector } from '../../product/inspector.ts';

const PAGE_BYTES = 4_096;
const MB = 1_048_576;

/** Over time, of one process. */
export interface Growth {
  /** Mean of each quarter but the first, in which caches and the compiler still grow. */
  quartersMb: number[];
  /** Over the same quarters. */
  slopeMbPerHour: number;
}

interface Sample {
  atMs: number;
  megabytes: number;
}

/**
 * What a process keeps: at each look its garbage is collected first. What is resident without that says when the last
 * collection was, and rises for as long as none is needed.
 */
export class MemoryWatch {
  private readonly kept: Sample[] = [];
  private readonly resident: Sample[] = [];
  private readonly process: { pid: number; inspector: Inspector };
  private stopping = false;
  private readonly running: Promise<void>;

  constructor(process: { pid: number; inspector: Inspector }, everyMs: number) {
    this.process = process;
    this.running = this.watch(everyMs);
  }

  /** `kept`: heap and buffers in use; `resident`: all its memory, malloc's and the compiler's too. */
  async stop(): Promise<{ kept: Growth; resident: Growth }> {
    this.stopping = true;
    await this.running;
    this.process.inspector.close();
    return { kept: growth(this.kept), resident: growth(this.resident) };
  }

  private async watch(everyMs: number): Promise<void> {
    while (!this.stopping) {
      const atMs = Date.now();
      this.kept.push({ atMs, megabytes: await this.process.inspector.heapMegabytes() });
      this.resident.push({ atMs, megabytes: residentMb(this.process.pid) });
      while (!this.stopping && Date.now() < atMs + everyMs)
        await new Promise((done) => setTimeout(done, 100));
    }
  }
}

function residentMb(pid: number): number {
  return (Number(readFileSync(`/proc/${pid}/statm`, 'utf8').split(' ')[1]) * PAGE_BYTES) / MB;
}

function growth(samples: readonly Sample[]): Growth {
  const quarter = Math.floor(samples.length / 4);
  const quarters = [1, 2, 3].map((i) => samples.slice(i * quarter, (i + 1) * quarter));
  return { quartersMb: quarters.map(mean), slopeMbPerHour: slope(samples.slice(quarter)) * 3_600_000 };
}

function mean(samples: readonly Sample[]): number {
  return samples.reduce((sum, { megabytes }) => sum + megabytes, 0) / samples.length;
}

/** Megabytes a millisecond, by least squares. */
function slope(samples: readonly Sample[]): number {
  const meanAt = samples.reduce((sum, { atMs }) => sum + atMs, 0) / samples.length;
  const meanMb = mean(samples);
  let above = 0;
  let below = 0;
  for (const { atMs, megabytes } of samples) {
    above += (atMs - meanAt) * (megabytes - meanMb);
    below += (atMs - meanAt) ** 2;
  }
  return above / below;
}
