/** One time limit that is running. */
export class Deadline {
  previous: Deadline | undefined;
  next: Deadline | undefined;

  constructor(
    readonly atMs: number,
    readonly onOver: () => void,
  ) {}
}

/**
 * Many time limits of one length. Nearly all are taken back before they are over, so they stand in a list, oldest
 * first, and only the first has a timer: to begin and to take back one costs less than a timer of its own.
 * They keep no process alive.
 */
export class Deadlines {
  private first: Deadline | undefined;
  private last: Deadline | undefined;
  private timer: NodeJS.Timeout | undefined;

  constructor(private readonly milliseconds: number) {}

  /** Calls `onOver` once, when the time is over; not before. */
  begin(onOver: () => void): Deadline {
    const deadline = new Deadline(performance.now() + this.milliseconds, onOver);
    deadline.previous = this.last;
    if (this.last) this.last.next = deadline;
    else this.first = deadline;
    this.last = deadline;
    // One that is set already is for an older deadline, or for one that was taken back: it looks again when it fires.
    if (this.timer === undefined) this.setTimer(this.milliseconds);
    return deadline;
  }

  /** Takes one back; nothing for one that is over, or taken back already. */
  end(deadline: Deadline | undefined): void {
    if (deadline === undefined) return;
    const { previous, next } = deadline;
    if (previous === undefined && this.first !== deadline) return;
    if (previous) previous.next = next;
    else this.first = next;
    if (next) next.previous = previous;
    else this.last = previous;
    deadline.previous = undefined;
    deadline.next = undefined;
  }

  private setTimer(milliseconds: number): void {
    this.timer = setTimeout(this.look, Math.max(1, Math.ceil(milliseconds))).unref();
  }

  private readonly look = (): void => {
    this.timer = undefined;
    const nowMs = performance.now();
    while (this.first && this.first.atMs <= nowMs) {
      const { first } = this;
      this.end(first);
      first.onOver();
    }
    if (this.first && this.timer === undefined) this.setTimer(this.first.atMs - nowMs);
  };
}
