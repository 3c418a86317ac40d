const BUCKET_US = 10;
const BUCKETS = 1_000_000;

/** Latencies in buckets of 10 µs up to 10 s: one addition a request. */
export class Histogram {
  private readonly counts = new Uint32Array(BUCKETS);
  private total = 0;

  add(milliseconds: number): void {
    const bucket = Math.min(BUCKETS - 1, Math.floor((milliseconds * 1000) / BUCKET_US));
    this.counts[bucket] = this.counts[bucket]! + 1;
    this.total += 1;
  }

  /** In milliseconds. */
  quantile(share: number): number {
    let left = this.total * share;
    for (let bucket = 0; bucket < BUCKETS; bucket++) {
      left -= this.counts[bucket]!;
      if (left <= 0) return ((bucket + 0.5) * BUCKET_US) / 1000;
    }
    return 0;
  }
}
