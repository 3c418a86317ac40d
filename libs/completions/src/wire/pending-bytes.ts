const LEAST_BYTES = 1024;
const MOST_GROWTH_BYTES = 1024 * 1024;

/** The event that has begun and not yet ended. Room grows ahead: an event that comes byte by byte is rarely recopied. */
export class PendingBytes {
  length = 0;
  private bytes = Buffer.alloc(0);

  append(chunk: Buffer, start: number, end: number): void {
    const needed = this.length + end - start;
    if (needed > this.bytes.length) {
      const grown = Buffer.allocUnsafe(Math.max(LEAST_BYTES, needed + Math.min(needed, MOST_GROWTH_BYTES)));
      this.bytes.copy(grown, 0, 0, this.length);
      this.bytes = grown;
    }
    this.length += chunk.copy(this.bytes, this.length, start, end);
  }

  /** The bytes, which are the caller's from then on. */
  take(): Buffer {
    const taken = this.bytes.subarray(0, this.length);
    this.bytes = Buffer.alloc(0);
    this.length = 0;
    return taken;
  }
}
