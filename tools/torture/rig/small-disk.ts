import { execFileSync } from 'node:child_process';
import { chmodSync, closeSync, mkdirSync, openSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';

const BLOCK_BYTES = 65_536;

/** A file system of a few hundred megabytes that can be filled to its last byte. Only root may mount one. */
export class SmallDisk {
  static readonly isPossible = process.platform === 'linux' && process.getuid?.() === 0;

  private readonly folder: string;

  constructor(folder: string, megabytes: number) {
    this.folder = folder;
    mkdirSync(folder, { recursive: true });
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${megabytes}m`, 'tmpfs', folder]);
    chmodSync(folder, 0o755);
  }

  /** Leaves not a byte; returns how many it took. */
  fill(): number {
    const file = openSync(this.filler, 'w');
    const block = Buffer.alloc(BLOCK_BYTES);
    let taken = 0;
    try {
      for (let size = BLOCK_BYTES; size >= 1; ) {
        try {
          taken += writeSync(file, block, 0, size);
        } catch (error) {
          if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
          size = Math.floor(size / 2);
        }
      }
    } finally {
      closeSync(file);
    }
    return taken;
  }

  free(): void {
    rmSync(this.filler, { force: true });
  }

  /** Also while something is still in use there: it goes when that ends. */
  unmount(): void {
    execFileSync('umount', ['--lazy', this.folder]);
  }

  private get filler(): string {
    return join(this.folder, 'filler');
  }
}
