/** Gathers what goes to the client from one push. A run of bytes nobody changed leaves without being copied. */
export class RelayBuffer {
  private run: Buffer | undefined;
  private runStart = 0;
  private runEnd = 0;
  private pieces: Buffer[] = [];

  /** Adds `[start, end)` of `bytes` as it is. */
  pass(bytes: Buffer, start: number, end: number): void {
    if (this.run === bytes && this.runEnd === start) {
      this.runEnd = end;
      return;
    }
    this.endRun();
    this.run = bytes;
    this.runStart = start;
    this.runEnd = end;
  }

  /** Adds bytes made by us. */
  add(bytes: Buffer): void {
    this.endRun();
    this.pieces.push(bytes);
  }

  /** Everything gathered since the last time, or null when there is nothing. */
  take(): Buffer | null {
    this.endRun();
    const { pieces } = this;
    if (pieces.length === 0) return null;
    this.pieces = [];
    return pieces.length === 1 ? pieces[0]! : Buffer.concat(pieces);
  }

  private endRun(): void {
    const { run } = this;
    if (run === undefined) return;
    this.run = undefined;
    const whole = this.runStart === 0 && this.runEnd === run.length;
    this.pieces.push(whole ? run : run.subarray(this.runStart, this.runEnd));
  }
}
