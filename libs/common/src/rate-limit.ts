/** How many requests may be sent in this minute of UTC, and when the next one begins. */
export interface RateLimit {
  requestsPerMinute: number;
  remaining: number;
  resetSeconds: number;
  /** Unix seconds. */
  resetAt: number;
}

/** The limit as it stands after `used` requests of this minute. */
export function rateLimitAt(nowMs: number, count: { requestsPerMinute: number; used: number }): RateLimit {
  const nowSeconds = Math.floor(nowMs / 1000);
  const resetSeconds = 60 - (nowSeconds % 60);
  return {
    requestsPerMinute: count.requestsPerMinute,
    remaining: Math.max(0, count.requestsPerMinute - count.used),
    resetSeconds,
    resetAt: nowSeconds + resetSeconds,
  };
}
