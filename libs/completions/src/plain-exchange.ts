import type { ServerResponse } from 'node:http';
import type { AttemptRecord } from '#billing';
import { type Deadline, type DomainError, failpoint } from '#common';
import { sendError } from '#http';
import type { RouteCall, RouteHandlers, UpstreamFailure, UpstreamHeaders } from '#upstreams';
import type { Admitted } from './admission.service.js';
import { admittedHeaders, creditHeaders, setAdmittedHeaders } from './answer-headers.js';
import { MAX_ANSWER_BYTES, MAX_ERROR_BYTES } from './completions.settings.js';
import { type ExchangeTools, routeRequest, tellFailure } from './exchange.js';
import type { Charged } from './settling.service.js';
import {
  fromFailure,
  fromUpstreamStatus,
  shuttingDown,
  text,
  tookTooLong,
  upstreamFailed,
} from './upstream-answers.js';
import { spliceBase64 } from './wire/embedding-answer.js';
import { ENDPOINTS } from './wire/endpoints.js';
import { readPlainAnswer, spliceAnswer } from './wire/splice-answer.js';

/** What Node writes from a buffer on the stack, with room for the head. */
const ONE_WRITE_BYTES = 12 * 1024;

/** One plain request and its answer: nothing is sent to the client before the charge is written. */
export class PlainExchange implements RouteHandlers {
  private call: RouteCall | undefined;
  private status = 0;
  private retryAfter: string | undefined;
  private chunks: Buffer[] = [];
  private length = 0;
  /** Set once the end is known: everything that comes later is ignored. */
  private decided = false;
  private deadline: Deadline | undefined;
  private readonly finished: Promise<void>;
  private finish!: () => void;

  constructor(
    private readonly tools: ExchangeTools,
    private readonly admitted: Admitted,
    private readonly response: ServerResponse,
  ) {
    this.finished = new Promise((done) => {
      this.finish = done;
    });
  }

  /** Sends the request upstream; resolves when the client has its answer and the hold has ended. */
  run(): Promise<void> {
    this.response.on('close', this.onClientClose);
    if (this.response.destroyed) {
      this.onClientClose();
      return this.finished;
    }
    this.deadline = this.tools.requestDeadlines.begin(() =>
      this.fail(tookTooLong('total limit'), 'timed_out'),
    );
    this.call = this.tools.client.call(this.admitted.targets, routeRequest(this.admitted), this);
    return this.finished;
  }

  onAttempt(): void {
    this.status = 0;
    this.chunks = [];
    this.length = 0;
  }

  onHeaders(status: number, headers: UpstreamHeaders): void {
    this.status = status;
    this.retryAfter = text(headers['retry-after']);
  }

  onData(chunk: Buffer): boolean {
    if (this.decided) return true;
    this.length += chunk.length;
    if (this.status >= 400) {
      if (this.length <= MAX_ERROR_BYTES) this.chunks.push(chunk);
      return true;
    }
    if (this.length > MAX_ANSWER_BYTES)
      this.fail(upstreamFailed('answer too large', { mayHaveRun: true }), 'upstream_error');
    else this.chunks.push(chunk);
    return true;
  }

  onEnd(): void {
    if (this.decided) return;
    const body = this.chunks.length === 1 ? this.chunks[0]! : Buffer.concat(this.chunks);
    if (this.status < 200 || this.status >= 300) {
      this.fail(
        fromUpstreamStatus({
          status: this.status,
          body,
          retryAfter: this.retryAfter,
          targets: this.admitted.targets,
        }),
        'upstream_error',
      );
      return;
    }
    const answer = readPlainAnswer(body, ENDPOINTS[this.admitted.request.endpoint].answerKind);
    if (!answer || answer.error || (answer.resultCount === 0 && answer.usage === undefined)) {
      const what = answer ? 'an answer without a result' : 'an answer that is not JSON';
      if (this.call?.retry(what)) return;
      this.fail(upstreamFailed(what, { mayHaveRun: true }), 'upstream_error');
      return;
    }
    this.decide();
    const used = {
      outcome: 'completed' as const,
      reported: answer.usage,
      texts: answer.texts,
      attempts: this.attempts(),
    };
    this.tools.track(this.settleAndAnswer(body, this.tools.settling.charge(this.admitted, used)));
  }

  onError(failure: UpstreamFailure): void {
    if (!this.decided)
      this.fail(fromFailure(failure), failure.kind.startsWith('timeout') ? 'timed_out' : 'upstream_error');
  }

  /** Ends it now, without a charge: the process is going down. */
  cutOff(): void {
    if (!this.decided) this.fail(shuttingDown({ isCharged: false }), 'timed_out');
  }

  private readonly onClientClose = (): void => {
    if (this.decided) return;
    this.decide();
    this.call?.cancel('client left');
    this.tools.track(
      this.tools.settling
        .release(this.admitted, { outcome: 'client_left', attempts: this.attempts() })
        .finally(this.finish),
    );
  };

  private async settleAndAnswer(body: Buffer, charging: Promise<Charged>): Promise<void> {
    let waiting = true;
    const { settlementDeadlines } = this.tools;
    const deadline = settlementDeadlines.begin(() => {
      waiting = false;
      setAdmittedHeaders(this.response, this.admitted, this.tools.nowMs());
      sendError(this.response, this.tools.settlementPending(this.admitted.requestId));
      this.finish();
    });
    try {
      const charged = await charging;
      settlementDeadlines.end(deadline);
      if (waiting) await this.answer(body, charged);
    } finally {
      settlementDeadlines.end(deadline);
      this.finish();
    }
  }

  private async answer(body: Buffer, { usage, settlement }: Charged): Promise<void> {
    const splice = { requestedModel: this.admitted.model.id, usage };
    const { wantsBase64 } = this.admitted.request;
    const spliced = wantsBase64 ? await spliceBase64(body, splice) : spliceAnswer(body, splice);
    const passed = failpoint('response.before_end');
    if (passed) await passed;
    if (this.response.destroyed) return;
    const headers = admittedHeaders(this.admitted, this.tools.nowMs());
    headers.push(...creditHeaders(settlement), 'content-type', 'application/json');
    headers.push('content-length', String(spliced.length));
    this.response.writeHead(200, headers);
    // As text of one byte a character a short body leaves in one write with its head; the bytes are the same.
    if (spliced.length <= ONE_WRITE_BYTES) this.response.end(spliced.toString('latin1'), 'latin1');
    else this.response.end(spliced);
  }

  private fail(error: DomainError, outcome: 'upstream_error' | 'timed_out'): void {
    this.decide();
    this.call?.cancel(error.code);
    this.tools.log(error, this.admitted);
    const released = this.tools.settling.release(this.admitted, { outcome, attempts: this.attempts() });
    // The hold is ended first, so that a client who retries at once finds its credits back.
    this.tools.track(
      tellFailure(this.tools, this.admitted, { response: this.response, ended: released, error }).finally(
        this.finish,
      ),
    );
  }

  private decide(): void {
    this.decided = true;
    this.tools.requestDeadlines.end(this.deadline);
  }

  private attempts(): AttemptRecord[] {
    return this.call?.attempts() ?? [];
  }
}
