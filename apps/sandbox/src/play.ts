import type { ServerResponse } from 'node:http';
import type { Recording } from './journal.js';
import type { Step } from './steps.js';

/**
 * Does the steps on a response, as fast as the peer takes them, and ends it. Pacing is against the clock: a late
 * timer does not make the stream longer. Stops at once when the peer leaves.
 */
export function play(steps: Iterable<Step>, response: ServerResponse, recording: Recording): void {
  new Playing(steps[Symbol.iterator](), response, recording).run();
}

class Playing {
  private due = performance.now();
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly steps: Iterator<Step>,
    private readonly response: ServerResponse,
    private readonly recording: Recording,
  ) {
    response.once('close', () => clearTimeout(this.timer));
  }

  readonly run = (): void => {
    const { response, recording } = this;
    for (;;) {
      if (response.destroyed) return;
      const next = this.steps.next();
      if (next.done) {
        recording.end('answered');
        response.end();
        return;
      }
      if (!this.doStep(next.value)) return;
    }
  };

  /** False when the next step has to wait, or never comes. */
  private doStep(step: Step): boolean {
    const { response, recording } = this;
    switch (step.do) {
      case 'write':
        return this.write(step);
      case 'wait': {
        const now = performance.now();
        this.due = Math.max(this.due + step.ms, now - 1000);
        if (step.ms === 0) setImmediate(this.run);
        else this.timer = setTimeout(this.run, this.due - now);
        return false;
      }
      case 'hang':
        response.flushHeaders();
        return false;
      case 'reset':
        recording.end('reset');
        response.socket?.resetAndDestroy();
        return false;
      case 'close':
        recording.end('cut');
        response.socket?.destroySoon();
        return false;
    }
  }

  private write({ bytes, sent, usage }: Extract<Step, { do: 'write' }>): boolean {
    const taken = bytes.length === 0 || this.response.write(bytes);
    this.recording.wrote(Buffer.byteLength(bytes), sent, usage);
    if (taken) return true;
    this.response.once('drain', () => {
      this.due = performance.now();
      this.run();
    });
    return false;
  }
}
