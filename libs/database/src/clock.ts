import { Injectable } from '@nestjs/common';

/**
 * Database time as this process knows it: its own clock plus the distance last measured to `app_now()`.
 * Money, windows and lifecycles are decided by the database itself; this is for comparing dates in snapshots.
 */
@Injectable()
export class Clock {
  private offsetMs = 0;

  /** Milliseconds since the epoch, by the database's clock. */
  nowMs(): number {
    return Date.now() + this.offsetMs;
  }

  now(): Date {
    return new Date(this.nowMs());
  }

  /** Takes a reading of `app_now()` and the local times just before and after it was asked. */
  measured(reading: { databaseMs: number; askedAtMs: number; answeredAtMs: number }): void {
    const middle = (reading.askedAtMs + reading.answeredAtMs) / 2;
    this.offsetMs = Math.round(reading.databaseMs - middle);
  }
}
