import type { Attempt, UpstreamHandlers, UpstreamHeaders, UpstreamRequest } from './upstream-attempt.js';
import type { UpstreamFailure } from './upstream-failure.js';
import type { UpstreamHealth } from './upstream-health.js';
import type { UpstreamTarget } from './upstream-target.js';

/** One try at one upstream, as the usage record keeps it: `status` is HTTP's, 0 when none came. */
export interface AttemptRecord {
  upstream: string;
  status: number;
  ms: number;
  /** Why it was given up, where it was. */
  failure?: string;
}

/** What the caller of a route hears: like one upstream, but it may begin anew until something was committed. */
export interface RouteHandlers extends UpstreamHandlers {
  /** An attempt begins; what was heard of the one before is void. */
  onAttempt(target: UpstreamTarget): void;
}

export interface RouteRequest {
  /** Under the upstream's prefix: `/chat/completions`. */
  path: string;
  accept: string;
  /** The body for one upstream: each knows the model by its own name. */
  bodyFor(target: UpstreamTarget): Buffer;
}

/** What a call needs: the way to one upstream, and what is known of the health of each. */
export interface RouteTools {
  client: { send(target: UpstreamTarget, request: UpstreamRequest, handlers: UpstreamHandlers): Attempt };
  health: UpstreamHealth;
}

const MOST_ATTEMPTS = 3;
/** Refusals that another upstream may not share: its own credentials, its load, its faults, a model it lacks. */
const WORTH_ANOTHER = new Set([401, 403, 404, 408, 429, 500, 502, 503, 504]);

/**
 * A request on its way along a route: tries its upstreams in order, at most three attempts in all, as long as the
 * caller has committed to nothing. After a time-out that followed sending there is no other attempt: the upstream
 * may still be at work, and would be paid twice.
 */
export class RouteCall implements UpstreamHandlers, Attempt {
  private readonly plan: readonly UpstreamTarget[];
  private readonly records: AttemptRecord[] = [];
  private attempt: Attempt | undefined;
  private target: UpstreamTarget | undefined;
  private startedMs = 0;
  private status = 0;
  /** Whether the attempt under way has been written down. */
  private recorded = true;
  private committed = false;
  private ended = false;

  constructor(
    private readonly tools: RouteTools,
    targets: readonly UpstreamTarget[],
    private readonly request: RouteRequest,
    private readonly handlers: RouteHandlers,
  ) {
    this.plan = tools.health.choose(targets);
  }

  start(): void {
    this.next();
  }

  /** From now on what comes is the answer: no other attempt. */
  commit(): void {
    if (this.committed) return;
    this.committed = true;
    // A long answer would keep every other request from finding out that the upstream has healed.
    if (this.target && !this.recorded) this.tools.health.untold(this.target);
  }

  /** The answer is whole: whatever its upstream does with the connection from now on, it did well. */
  answered(): void {
    this.closeWell();
  }

  /** Gives this attempt up for another one. False when there is none to be had; the caller fails then. */
  retry(reason: string): boolean {
    this.close(reason);
    if (!this.mayRetry()) return false;
    this.attempt?.cancel(reason);
    this.next();
    return true;
  }

  /** The answer broke off or made no sense, too late for another attempt: that is its upstream's failure. */
  broke(reason: string): void {
    this.close(reason);
    this.cancel(reason);
  }

  resume(): void {
    this.attempt?.resume();
  }

  cancel(reason: string): void {
    if (this.ended) return;
    this.ended = true;
    if (this.target && !this.recorded) this.tools.health.untold(this.target);
    this.attempt?.cancel(reason);
  }

  /** Every attempt so far, the one under way included. */
  attempts(): AttemptRecord[] {
    return this.recorded ? this.records : [...this.records, this.recordOf()];
  }

  onHeaders(status: number, headers: UpstreamHeaders): void {
    this.status = status;
    if (WORTH_ANOTHER.has(status)) {
      this.close(`status ${status}`);
      if (this.mayRetry()) {
        this.attempt?.cancel('another upstream is tried');
        this.next();
        return;
      }
    }
    this.handlers.onHeaders(status, headers);
  }

  onData(chunk: Buffer): boolean {
    return this.handlers.onData(chunk);
  }

  onEnd(): void {
    const tried = this.records.length;
    this.handlers.onEnd();
    // Found useless, it has been recorded, and what is under way now is another attempt.
    if (this.records.length === tried) this.closeWell();
  }

  onError(failure: UpstreamFailure): void {
    this.close(failure.kind);
    const timedOut = failure.kind === 'timeout_first_byte' || failure.kind === 'timeout_idle';
    if (!timedOut && this.mayRetry(failure)) this.next();
    else this.handlers.onError(failure);
  }

  private next(): void {
    const target = this.plan[Math.min(this.records.length, this.plan.length - 1)]!;
    this.target = target;
    this.status = 0;
    this.recorded = false;
    this.tools.health.begun(target);
    this.startedMs = performance.now();
    this.handlers.onAttempt(target);
    const { path, accept } = this.request;
    const tried = this.records.length;
    const attempt = this.tools.client.send(
      target,
      { path, accept, body: this.request.bodyFor(target) },
      this,
    );
    // One that failed at once has been followed by another already.
    if (this.records.length === tried) this.attempt = attempt;
  }

  /**
   * Another upstream of the route; or the same one again, once, when a connection that had been idle turned out dead
   * or none could be made: an upstream that restarts does that.
   */
  private mayRetry(failure?: UpstreamFailure): boolean {
    if (this.committed || this.ended || this.records.length >= MOST_ATTEMPTS) return false;
    if (this.records.length < this.plan.length) return true;
    return (
      this.plan.length === 1 &&
      this.records.length === 1 &&
      (failure?.kind === 'connect' || failure?.kind === 'reset')
    );
  }

  private close(failure: string): void {
    if (this.recorded || !this.target) return;
    this.records.push({ ...this.recordOf(), failure });
    this.recorded = true;
    // A refusal says nothing about the upstream's health: the next request may be welcome.
    if (this.status >= 400 && this.status < 500) this.tools.health.untold(this.target);
    else this.tools.health.failed(this.target);
  }

  private closeWell(): void {
    if (this.recorded || !this.target) return;
    this.records.push(this.recordOf());
    this.recorded = true;
    this.tools.health.succeeded(this.target);
  }

  private recordOf(): AttemptRecord {
    return {
      upstream: this.target?.name ?? '',
      status: this.status,
      ms: Math.round(performance.now() - this.startedMs),
    };
  }
}
