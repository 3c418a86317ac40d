import type { Dispatcher } from 'undici';
import { failpoint } from '#common';
import { failureOf, UpstreamFailure } from './upstream-failure.js';

/**
 * What comes back, in this order: headers once, data any number of times, then the end or an error. An error may
 * come first; after it, and after `cancel`, nothing is called.
 */
export interface UpstreamHandlers {
  onHeaders(status: number, headers: UpstreamHeaders): void;
  /** False: send no more until `resume()`. */
  onData(chunk: Buffer): boolean;
  onEnd(): void;
  onError(failure: UpstreamFailure): void;
}

/** An answer's headers, names in lower case. */
export type UpstreamHeaders = Record<string, string | string[] | undefined>;

/** What goes up. */
export interface UpstreamRequest {
  /** Under the upstream's prefix: `/chat/completions`. */
  path: string;
  /** JSON, in one piece or several. */
  body: Buffer | Buffer[];
  accept: string;
}

/** A request on its way. */
export interface Attempt {
  /** Takes up again after `onData` said false. */
  resume(): void;
  /** Closes the connection to the upstream at once; no handler is called any more. */
  cancel(reason: string): void;
}

/** One request on its way through the HTTP client; tells its handlers what comes, and nothing after the end. */
export class UpstreamAttempt implements Attempt, Dispatcher.DispatchHandler {
  private controller: Dispatcher.DispatchController | undefined;
  private ended = false;
  private sent = false;
  private status: number | undefined;
  private anyData = false;
  private lastDataMs = 0;
  private idleTimer: NodeJS.Timeout | undefined;

  constructor(
    private readonly handlers: UpstreamHandlers,
    private readonly idleMs: number,
  ) {}

  resume(): void {
    if (this.ended || !this.controller?.paused) return;
    this.lastDataMs = performance.now();
    this.controller.resume();
  }

  cancel(reason: string): void {
    if (this.ended) return;
    this.end();
    this.controller?.abort(new Error(reason));
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.controller = controller;
    // Cancelled while it waited for a connection: it is dropped before a byte is written.
    if (this.ended) controller.abort(new Error('cancelled'));
  }

  onBodySent(): void {
    this.sent = true;
    void failpoint('upstream.after_send');
  }

  onResponseStart(controller: Dispatcher.DispatchController, status: number, headers: UpstreamHeaders): void {
    if (this.ended || status < 200) return;
    this.status = status;
    const encoding = headers['content-encoding'];
    if (encoding !== undefined && String(encoding).trim().toLowerCase() !== 'identity') {
      this.fail(
        new UpstreamFailure('encoded', {
          sent: true,
          status,
          internal: `content-encoding ${String(encoding).slice(0, 40)}`,
        }),
      );
      controller.abort(new Error('encoded'));
      return;
    }
    this.handlers.onHeaders(status, headers);
  }

  onResponseData(controller: Dispatcher.DispatchController, chunk: Buffer): void {
    if (this.ended) return;
    this.lastDataMs = performance.now();
    if (!this.anyData) {
      this.anyData = true;
      this.watchIdle(controller, this.idleMs);
    }
    if (!this.handlers.onData(chunk) && !this.ended) controller.pause();
  }

  onResponseEnd(): void {
    if (this.ended) return;
    this.end();
    try {
      this.handlers.onEnd();
    } catch (error) {
      // The HTTP client would swallow it, and whoever waits for this attempt would wait for ever.
      this.handlers.onError(failureOf(error as Error, { sent: true, status: this.status, anyData: true }));
    }
  }

  onResponseError(_controller: Dispatcher.DispatchController | null, error: Error): void {
    if (this.ended) return;
    this.fail(failureOf(error, { sent: this.sent, status: this.status, anyData: this.anyData }));
  }

  /** One timer an answer, not one a chunk: when it fires early it waits for what is left. */
  private watchIdle(controller: Dispatcher.DispatchController, waitMs: number): void {
    this.idleTimer = setTimeout(() => {
      const leftMs = this.lastDataMs + this.idleMs - performance.now();
      // While we hold the upstream back, its silence is ours.
      if (controller.paused) return this.watchIdle(controller, this.idleMs);
      if (leftMs > 1) return this.watchIdle(controller, leftMs);
      this.fail(
        new UpstreamFailure('timeout_idle', {
          sent: true,
          status: this.status,
          internal: `nothing for ${this.idleMs} ms`,
        }),
      );
      controller.abort(new Error('idle'));
    }, waitMs);
  }

  private fail(failure: UpstreamFailure): void {
    this.end();
    this.handlers.onError(failure);
  }

  private end(): void {
    this.ended = true;
    clearTimeout(this.idleTimer);
  }
}
