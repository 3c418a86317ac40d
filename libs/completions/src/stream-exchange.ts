import type { ServerResponse } from 'node:http';
import type { AttemptRecord, Outcome } from '#billing';
import { type Deadline, type DomainError, failpoint } from '#common';
import { writePiece } from '#http';
import type { RouteCall, RouteHandlers, UpstreamFailure, UpstreamHeaders } from '#upstreams';
import type { Admitted } from './admission.service.js';
import { admittedHeaders } from './answer-headers.js';
import { FINISH_GRACE_MS, KEEP_ALIVE_MS, MAX_ERROR_BYTES, UPSTREAM_END_MS } from './completions.settings.js';
import { type ExchangeTools, routeRequest, tellFailure } from './exchange.js';
import {
  brokeOff,
  fromFailure,
  fromUpstreamStatus,
  shuttingDown,
  text,
  tookTooLong,
  upstreamFailed,
} from './upstream-answers.js';
import { ChatStream } from './wire/event-stream.js';

const KEEP_ALIVE = Buffer.from(': keep-alive\n\n');
/** What servers call an event stream. A page of HTML, or JSON, is somebody else's answer and nothing to relay. */
const STREAM_TYPES = /^(text\/event-stream|text\/plain|application\/octet-stream)\b/i;

/**
 * One streamed request: the upstream's bytes pass as they come, the meter reads along, and the last chunk leaves
 * after the charge is written. Back-pressure reaches the upstream; a client that leaves cancels it.
 */
export class StreamExchange implements RouteHandlers {
  private stream: ChatStream;
  private call: RouteCall | undefined;
  private status = 0;
  private refusal: { chunks: Buffer[]; length: number; retryAfter: string | undefined } | undefined;
  private decided = false;
  private lastSentAt = 0;
  private deadline: Deadline | undefined;
  private keepAliveTimer: NodeJS.Timeout | undefined;
  private graceTimer: NodeJS.Timeout | undefined;
  private stallTimer: NodeJS.Timeout | undefined;
  private readonly finished: Promise<void>;
  private finish!: () => void;

  constructor(
    private readonly tools: ExchangeTools,
    private readonly admitted: Admitted,
    private readonly response: ServerResponse,
  ) {
    this.stream = this.newStream();
    this.finished = new Promise((done) => {
      this.finish = done;
    });
  }

  run(): Promise<void> {
    this.lastSentAt = performance.now();
    this.response.once('close', this.onClientClose);
    if (this.response.destroyed) {
      this.onClientClose();
      return this.finished;
    }
    this.deadline = this.tools.requestDeadlines.begin(() =>
      this.break(tookTooLong('total limit'), 'timed_out'),
    );
    this.keepAliveTimer = setTimeout(this.keepAlive, KEEP_ALIVE_MS);
    this.call = this.tools.client.call(this.admitted.targets, routeRequest(this.admitted), this);
    return this.finished;
  }

  onAttempt(): void {
    this.status = 0;
    this.refusal = undefined;
    this.stream = this.newStream();
  }

  onHeaders(status: number, headers: UpstreamHeaders): void {
    this.status = status;
    const type = text(headers['content-type']);
    const isStream = type === undefined || STREAM_TYPES.test(type.trim());
    if (status >= 200 && status < 300 && isStream) return;
    this.refusal = { chunks: [], length: 0, retryAfter: text(headers['retry-after']) };
  }

  onData(chunk: Buffer): boolean {
    if (this.decided) return true;
    if (this.refusal) {
      this.refusal.length += chunk.length;
      if (this.refusal.length <= MAX_ERROR_BYTES) this.refusal.chunks.push(chunk);
      return true;
    }
    const open = this.relay(this.stream.push(chunk));
    if (this.stream.sawData) this.call?.commit();
    this.afterReading();
    return open;
  }

  onEnd(): void {
    if (this.decided) return;
    if (this.refusal) {
      this.refused(this.refusal);
      return;
    }
    this.relay(this.stream.end());
    this.afterReading();
    if (this.decided) return;
    if (this.stream.finishHeld) this.complete();
    else if (this.stream.sawData || !this.call?.retry('nothing came')) {
      this.break(this.lost('closed without an end'), 'upstream_broke');
    }
  }

  onError(failure: UpstreamFailure): void {
    if (this.decided) return;
    if (this.stream.finishHeld) this.complete();
    else if (!this.stream.sawData) this.break(fromFailure(failure), outcomeOf(failure));
    else this.break(this.lost(failure.kind), outcomeOf(failure));
  }

  /** Ends it now, charged for what was delivered: the process is going down. */
  cutOff(): void {
    this.break(shuttingDown({ isCharged: this.stream.sawOutput }), 'timed_out');
  }

  private newStream(): ChatStream {
    const { model, request } = this.admitted;
    return new ChatStream({
      requestedModel: model.id,
      kind: request.endpoint === 'chat' ? 'chat' : 'text',
    });
  }

  /** What the last bytes read mean for the stream as a whole. */
  private afterReading(): void {
    const { stream } = this;
    const useless = !stream.sawData && (stream.errorEvent || stream.broken || stream.done);
    if (useless && this.call?.retry('nothing of use came')) return;
    if (stream.done && useless) this.break(this.lost('an end without a beginning'), 'upstream_broke');
    else if (stream.errorEvent) this.break(this.lost('error event'), 'upstream_broke');
    else if (stream.broken) this.break(this.lost(stream.broken), 'upstream_broke');
    else if (stream.done) this.complete();
    else this.watchEnd();
  }

  /** With a finish chunk in hand the end is near, unless another choice goes on and releases it. */
  private watchEnd(): void {
    if (this.stream.finishHeld) {
      // Comments that go on coming say nothing.
      this.graceTimer ??= setTimeout(() => this.complete(), FINISH_GRACE_MS);
    } else if (this.graceTimer !== undefined) {
      clearTimeout(this.graceTimer);
      this.graceTimer = undefined;
    }
  }

  /** Hands bytes to the client; false asks the upstream to wait until the client has taken them. */
  private relay(bytes: Buffer | null): boolean {
    if (bytes === null || this.response.destroyed) return true;
    void failpoint(this.response.headersSent ? 'stream.mid' : 'stream.first_byte');
    this.begin();
    this.lastSentAt = performance.now();
    if (writePiece(this.response, bytes)) return true;
    this.stallTimer ??= setTimeout(() => this.onClientClose(), this.tools.clientStallMs);
    this.response.once('drain', () => {
      clearTimeout(this.stallTimer);
      this.stallTimer = undefined;
      this.call?.resume();
    });
    return false;
  }

  private begin(): void {
    if (this.response.headersSent) return;
    const headers = admittedHeaders(this.admitted, this.tools.nowMs());
    headers.push('content-type', 'text/event-stream; charset=utf-8', 'cache-control', 'no-cache');
    headers.push('x-accel-buffering', 'no');
    this.response.writeHead(200, headers);
  }

  private readonly keepAlive = (): void => {
    if (this.response.destroyed || this.response.writableEnded) return;
    const idle = performance.now() - this.lastSentAt;
    if (idle >= KEEP_ALIVE_MS - 1) {
      this.begin();
      this.lastSentAt = performance.now();
      if (!this.response.writableNeedDrain) writePiece(this.response, KEEP_ALIVE);
    }
    const wait = KEEP_ALIVE_MS - (performance.now() - this.lastSentAt);
    this.keepAliveTimer = setTimeout(this.keepAlive, Math.max(1, wait));
  };

  /** The upstream is done: charge, then let the held chunk, the usage and `[DONE]` go. */
  private complete(): void {
    if (this.decided) return;
    this.decide();
    this.call?.answered();
    // Its connection is worth keeping: it gets a moment to end by itself.
    setTimeout(() => this.call?.cancel('complete'), UPSTREAM_END_MS).unref();
    this.tools.track(this.settleAndEnd().finally(() => this.close()));
  }

  private async settleAndEnd(): Promise<void> {
    await failpoint('stream.last_byte');
    const { usage } = await this.tools.settling.charge(this.admitted, {
      outcome: 'completed',
      reported: this.stream.lastUsage,
      texts: this.stream.answerTexts(),
      attempts: this.attempts(),
    });
    await failpoint('response.before_end');
    if (this.response.destroyed) return;
    this.begin();
    this.response.end(this.stream.finish({ includeUsage: this.admitted.request.includeUsage, usage }));
  }

  /** The upstream ended wrongly, or we cut it: what was delivered is charged, and the client is told. */
  private break(error: DomainError, outcome: Outcome): void {
    if (this.decided) return;
    this.decide();
    if (outcome === 'upstream_broke') this.call?.broke(error.detail.internal ?? error.code);
    else this.call?.cancel(error.code);
    this.tools.log(error, this.admitted);
    const settled = this.endHold({ outcome, reported: undefined });
    this.tools.track(
      tellFailure(this.tools, this.admitted, { response: this.response, ended: settled, error }).finally(() =>
        this.close(),
      ),
    );
  }

  private refused(refusal: { chunks: Buffer[]; retryAfter: string | undefined }): void {
    const { status } = this;
    const { targets } = this.admitted;
    const body = Buffer.concat(refusal.chunks);
    const error =
      status >= 400
        ? fromUpstreamStatus({ status, body, retryAfter: refusal.retryAfter, targets })
        : upstreamFailed(`status ${status} and no stream`, { mayHaveRun: true });
    this.break(error, 'upstream_error');
  }

  private readonly onClientClose = (): void => {
    if (this.decided) return;
    this.decide();
    this.call?.cancel('client left');
    this.response.destroy();
    this.tools.track(
      this.endHold({ outcome: 'client_left', reported: this.stream.lastUsage }).finally(() => this.close()),
    );
  };

  /** Charges what was delivered; nothing when nothing was. */
  private async endHold(ending: { outcome: Outcome; reported: unknown }): Promise<void> {
    const attempts = this.attempts();
    if (!this.stream.sawOutput) {
      const outcome = ending.outcome === 'upstream_broke' ? 'no_answer' : ending.outcome;
      await this.tools.settling.release(this.admitted, { outcome, attempts });
      return;
    }
    await this.tools.settling.charge(this.admitted, {
      ...ending,
      texts: this.stream.deliveredTexts(),
      attempts,
    });
  }

  /** A stream that broke: told as a plain failure while nothing of it was delivered. */
  private lost(internal: string): DomainError {
    return this.stream.sawOutput ? brokeOff(internal) : upstreamFailed(internal, { mayHaveRun: true });
  }

  private decide(): void {
    this.decided = true;
    this.tools.requestDeadlines.end(this.deadline);
    clearTimeout(this.graceTimer);
    clearTimeout(this.stallTimer);
    this.response.off('close', this.onClientClose);
  }

  private close(): void {
    clearTimeout(this.keepAliveTimer);
    this.finish();
  }

  private attempts(): AttemptRecord[] {
    return this.call?.attempts() ?? [];
  }
}

function outcomeOf(failure: UpstreamFailure): Outcome {
  return failure.kind.startsWith('timeout') ? 'timed_out' : 'upstream_broke';
}
