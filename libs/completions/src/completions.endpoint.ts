import type { IncomingMessage, ServerResponse } from 'node:http';
import { Inject, Injectable, Logger } from '@nestjs/common';
import { type Caller, KeyAuthenticator, type KeySnapshot, requireActive, requireScope } from '#accounts';
import { Deadlines, DomainError, newId, type RequestId } from '#common';
import { Clock } from '#database';
import { asDomainError, errorStatus, FROM_ANYWHERE, sendError, setHeaders } from '#http';
import { UpstreamClient } from '#upstreams';
import { AdmissionService, type Admitted } from './admission.service.js';
import {
  COMPLETIONS_SETTINGS,
  type CompletionsSettings,
  SETTLEMENT_WAIT_MS,
} from './completions.settings.js';
import type { ExchangeTools } from './exchange.js';
import { LiveList } from './live-list.js';
import { PlainExchange } from './plain-exchange.js';
import { readBody } from './read-body.js';
import { SettlingService } from './settling.service.js';
import { StreamExchange } from './stream-exchange.js';
import { ENDPOINTS } from './wire/endpoints.js';
import type { Endpoint } from './wire/metered-request.js';
import { readRequestBody } from './wire/request-body.js';

/** Of a client's own id, in the log. */
const MOST_ID_CHARACTERS = 128;
/** Of a body that nobody wants to know any more. */
const WORTH_READING_BYTES = 64 * 1024;

/** A request on its way. Programs call from anywhere and may read the answer there; our pages only from their own origin. */
interface Call {
  endpoint: Endpoint;
  request: IncomingMessage;
  response: ServerResponse;
  requestId: RequestId;
  from: 'anywhere' | 'our_page';
}

/**
 * The request path from the first byte in to the last byte out. Mounted on the server before Express
 * (docs/decisions/0002); its checks are the same functions that the guards call.
 */
@Injectable()
export class CompletionsEndpoint {
  private readonly logger = new Logger('Completions');
  private readonly tools: ExchangeTools;
  private readonly exchanges = new LiveList<PlainExchange | StreamExchange>();
  private readonly bodyLimits: { seconds: number; deadlines: Deadlines };
  private working = 0;
  private overloaded = 0;
  private readonly whenIdle: (() => void)[] = [];

  constructor(
    private readonly keys: KeyAuthenticator,
    private readonly admission: AdmissionService,
    client: UpstreamClient,
    settling: SettlingService,
    clock: Clock,
    @Inject(COMPLETIONS_SETTINGS) settings: CompletionsSettings,
  ) {
    this.bodyLimits = {
      seconds: settings.bodySeconds,
      deadlines: new Deadlines(settings.bodySeconds * 1000),
    };
    this.tools = {
      client,
      settling,
      requestDeadlines: new Deadlines(settings.maxRequestSeconds * 1000),
      settlementDeadlines: new Deadlines(SETTLEMENT_WAIT_MS),
      clientStallMs: settings.clientStallSeconds * 1000,
      nowMs: () => clock.nowMs(),
      delay: (milliseconds) => new Promise((done) => setTimeout(done, milliseconds).unref()),
      track: (work) => this.track(work),
      log: (error, admitted) => this.logFailure(error, admitted),
      settlementPending: (requestId) =>
        new DomainError(
          'settlement_pending',
          `The model has answered, but the charge could not be written yet and so the answer is withheld. GET /v1/requests/${requestId} tells when it is; do not send the request again.`,
          { metadata: { request_id: requestId } },
        ),
    };
  }

  /** Requests and settlements not yet ended. */
  get inFlight(): number {
    return this.working;
  }

  /**
   * Resolves when the last request has ended and is settled. Those that have not after `milliseconds` are cut off:
   * told so, and charged for what was delivered. Requests that come meanwhile are served; whoever drains sees to it
   * that none come.
   */
  async drain(milliseconds: number): Promise<void> {
    const timer = setTimeout(() => {
      for (const exchange of this.exchanges.all()) exchange.cutOff();
    }, milliseconds);
    while (this.working > 0) await new Promise<void>((done) => this.whenIdle.push(done));
    clearTimeout(timer);
  }

  /** Serves a POST to this endpoint's path, by whoever its key says. Never throws: every failure becomes an answer. */
  serve(endpoint: Endpoint, request: IncomingMessage, response: ServerResponse): void {
    const call: Call = { endpoint, request, response, requestId: newId('request'), from: 'anywhere' };
    this.track(this.run(call, undefined));
  }

  /**
   * The same for a caller whom somebody else has let in.
   * @throws DomainError `account_suspended`
   */
  serveFor(caller: Caller, endpoint: Endpoint, request: IncomingMessage, response: ServerResponse): void {
    requireActive(caller);
    const call: Call = { endpoint, request, response, requestId: newId('request'), from: 'our_page' };
    this.track(this.run(call, caller));
  }

  /** Each step that may have to wait is one await at most, and none where memory answers: a request has many. */
  private async run(call: Call, known: Caller | undefined): Promise<void> {
    try {
      const caller = known ?? this.keyOf(call.request);
      await this.exchange(call, caller instanceof Promise ? await caller : caller);
    } catch (thrown) {
      this.answerFailure(call, thrown);
    }
  }

  private keyOf(request: IncomingMessage): Caller | Promise<Caller> {
    const admit = (key: KeySnapshot) => {
      requireActive(key);
      requireScope(key, 'inference');
      return key;
    };
    const key = this.keys.authenticate(request.headers);
    return key instanceof Promise ? key.then(admit) : admit(key);
  }

  private async exchange({ endpoint, request, response, requestId }: Call, caller: Caller): Promise<void> {
    this.admission.requireRoom(caller);
    const body = readRequestBody(await readBody(request, this.bodyLimits));
    const { check, modelKind } = ENDPOINTS[endpoint];
    const found = this.admission.findModel(caller, body.model, modelKind);
    const model = found instanceof Promise ? await found : found;
    const metered = check(body);
    const admitted = await this.admission.admit({
      requestId,
      clientRequestId: clientRequestId(request),
      caller,
      model,
      request: metered,
    });
    const Exchange = metered.stream ? StreamExchange : PlainExchange;
    const exchange = new Exchange(this.tools, admitted, response);
    const place = this.exchanges.add(exchange);
    try {
      await exchange.run();
    } finally {
      this.exchanges.remove(place);
      this.letGo(response);
    }
  }

  /** What the client does not take of an ended answer would stay in memory for as long as it keeps its connection. */
  private letGo(response: ServerResponse): void {
    if (response.writableLength === 0 || response.destroyed) return;
    response.setTimeout(this.tools.clientStallMs, () => response.destroy());
  }

  private answerFailure({ request, response, requestId, from }: Call, thrown: unknown): void {
    // The client left before its body was complete; there is nobody to answer.
    if (thrown === undefined) return;
    const error = asDomainError(thrown);
    if (error.code === 'overloaded') this.noteOverload();
    const line = {
      message: 'request refused',
      requestId,
      clientRequestId: clientRequestId(request),
      code: error.code,
      internal: error.detail.internal,
    };
    if (error.code === 'internal_error') this.logger.error(line);
    else if (errorStatus(error) >= 500 && error.code !== 'overloaded') this.logger.warn(line);
    if (response.headersSent || response.destroyed) return;
    if (from === 'anywhere') setHeaders(response, FROM_ANYWHERE);
    response.setHeader('x-request-id', requestId);
    // What is left of a body that was refused unread has to be taken in first; a long one is not worth it, and one
    // that did not come in its time will not come now.
    const isWorthReading = error.code !== 'request_timeout' && isShort(request);
    if (!request.complete && !isWorthReading) response.setHeader('connection', 'close');
    sendError(response, error);
    request.resume();
  }

  /** One line a second: a line for each would keep the next refusal waiting. */
  private noteOverload(): void {
    this.overloaded += 1;
    if (this.overloaded > 1) return;
    setTimeout(() => {
      this.logger.warn({
        message: 'requests refused: more are waiting than can be served',
        requests: this.overloaded,
      });
      this.overloaded = 0;
    }, 1_000).unref();
  }

  private logFailure(error: DomainError, admitted: Admitted): void {
    this.logger.warn({
      message: 'upstream failed',
      requestId: admitted.requestId,
      clientRequestId: admitted.clientRequestId,
      model: admitted.model.id,
      code: error.code,
      internal: error.detail.internal,
    });
  }

  private track(work: Promise<void>): void {
    this.working += 1;
    work.then(this.onEnded, (error: unknown) => {
      const internal = error instanceof Error ? error.stack : String(error);
      this.logger.error({ message: 'work failed', internal });
      this.onEnded();
    });
  }

  private readonly onEnded = (): void => {
    this.working -= 1;
    if (this.working === 0) for (const done of this.whenIdle.splice(0)) done();
  };
}

/** What the client itself calls its request, for whoever compares its log with ours. */
function clientRequestId({ headers }: IncomingMessage): string | undefined {
  const given = headers['x-request-id'];
  return typeof given === 'string' ? given.slice(0, MOST_ID_CHARACTERS) : undefined;
}

/** Whether its body is worth taking in for the sake of the connection. */
function isShort({ headers }: IncomingMessage): boolean {
  return Number(headers['content-length'] ?? Number.POSITIVE_INFINITY) <= WORTH_READING_BYTES;
}
