import { Injectable } from '@nestjs/common';
import { type Caller, requireActive, requireModelAllowed } from '#accounts';
import { LedgerService, type Reservation, type ReserveInput } from '#billing';
import { DomainError, type RequestId } from '#common';
import { Clock } from '#database';
import { CatalogService, type ModelSnapshot, priceAt } from '#models';
import { RoutesService, type UpstreamTarget } from '#upstreams';
import { invalidValue } from './completions.errors.js';
import { countPromptTokens } from './meter/token-counter.js';
import type { MeteredRequest } from './wire/metered-request.js';

/** A request that may go upstream: its credits are on hold. */
export interface Admitted {
  requestId: RequestId;
  /** What the client calls it. */
  clientRequestId: string | undefined;
  caller: Caller;
  model: ModelSnapshot;
  request: MeteredRequest;
  /** The model's route, never empty. */
  targets: readonly UpstreamTarget[];
  reservation: Reservation;
  /** Output tokens a choice that were asked for, or would have been by default. */
  wantedTokens: number;
}

const TOKENS_PER_MESSAGE = 8;
/** What `/v1/completions` writes when no limit is given: OpenAI's documented default. */
const COMPLETION_TOKENS = 16;
/** What a choice may be lowered to when the balance is short. */
const LEAST_TOKENS = 128;
/** The quarter rule never lowers under this, or under the default where that is less. */
const QUARTER_FLOOR = 1_024;
/** An estimate that leaves less than this of the context window is replaced by a count. */
const TIGHT_TOKENS = 256;
const COUNT_MARGIN = 1.2;
const BALANCE_CODES = new Set(['insufficient_credits', 'held_by_requests_in_flight', 'key_budget_exhausted']);

/** Decides whether a request may be served, and takes the hold that pays for it. */
@Injectable()
export class AdmissionService {
  constructor(
    private readonly catalog: CatalogService,
    private readonly routes: RoutesService,
    private readonly ledger: LedgerService,
    private readonly clock: Clock,
  ) {}

  /**
   * Before anything is read of a request: whether there is room for it.
   * @throws DomainError `overloaded`
   */
  requireRoom(caller: Caller): void {
    this.ledger.requireRoom(caller.accountUuid);
  }

  /**
   * The model a request names, when its caller may use it for this kind of work.
   * @throws DomainError `model_not_allowed`, `model_not_found`, `model_unavailable`, `invalid_value`
   */
  findModel(caller: Caller, id: string, kind: ModelSnapshot['kind']): ModelSnapshot | Promise<ModelSnapshot> {
    requireActive(caller);
    requireModelAllowed(caller, id);
    const found = this.catalog.find(id);
    return found instanceof Promise
      ? found.then((model) => usable(model, id, kind))
      : usable(found, id, kind);
  }

  /**
   * Takes the hold. The estimate of the prompt is replaced by a count before the answer is no.
   * @throws DomainError 402, 403, 429, or 503 when there is nobody to serve the model or to decide
   */
  async admit(input: {
    requestId: RequestId;
    clientRequestId: string | undefined;
    caller: Caller;
    model: ModelSnapshot;
    request: MeteredRequest;
  }): Promise<Admitted> {
    const { model, request } = input;
    if (request.imageCount > 0 && !model.capabilities.has('vision')) {
      throw invalidValue(
        'messages',
        `"${model.id}" does not take images. GET /v1/models lists models with the capability "vision".`,
      );
    }
    const found = this.routes.routeFor(model.id);
    const { targets } = found instanceof Promise ? await found : found;
    if (targets.length === 0) {
      throw new DomainError('model_unavailable', `No upstream serves "${model.id}" at the moment.`, {
        param: 'model',
        retryAfterSeconds: 30,
      });
    }
    const estimate = estimatePromptTokens(request, model);
    const bound = this.outputBound(request, model, estimate);
    const wantedTokens = typeof bound === 'number' ? bound : await bound;
    const bounds = { ...input, estimate, wantedTokens };
    try {
      const reservation = await this.reserve(bounds);
      return { ...input, targets, reservation, wantedTokens };
    } catch (error) {
      if (!(error instanceof DomainError && BALANCE_CODES.has(error.code))) throw error;
      const most = Math.ceil(estimate / COUNT_MARGIN);
      const counted = Math.ceil((await this.count(request, model, most)) * COUNT_MARGIN);
      if (counted >= estimate) throw error;
      const reservation = await this.reserve({ ...bounds, estimate: counted });
      return { ...input, targets, reservation, wantedTokens };
    }
  }

  private async reserve(input: {
    requestId: RequestId;
    caller: Caller;
    model: ModelSnapshot;
    request: MeteredRequest;
    estimate: number;
    wantedTokens: number;
  }): Promise<Reservation> {
    const { caller, request, wantedTokens } = input;
    let { model } = input;
    for (;;) {
      const price = priceAt(model, this.clock.nowMs());
      // A chat whose caller set no limit; the default of the older endpoint is too small for the rule to matter.
      const quartered = request.endpoint === 'chat' && request.maxOutputTokens === undefined;
      const reserve: ReserveInput = {
        requestId: input.requestId,
        accountUuid: caller.accountUuid,
        keyUuid: caller.keyUuid,
        model: model.id,
        multiplierMilli: Number(price.multiplierMilli),
        priceValidUntilMs: price.validUntilMs,
        promptTokens: input.estimate,
        wantedTokens,
        leastTokens: Math.min(wantedTokens, LEAST_TOKENS),
        quarterFloorTokens: quartered ? Math.min(model.defaultOutputTokens, QUARTER_FLOOR) : null,
        choices: request.choices,
        suspended: caller.suspended,
        requestsPerMinute: caller.requestsPerMinute,
        inFlightLimit: caller.inFlightLimit,
        budgetMillicredits: caller.budgetMillicredits,
        budgetReset: caller.budgetReset,
      };
      const reservation = await this.ledger.reserve(reserve);
      if (reservation !== 'price_outdated') return reservation;
      model = await this.findModel(caller, model.id, model.kind);
    }
  }

  /** Output tokens of a choice before the balance is asked. */
  private outputBound(
    request: MeteredRequest,
    model: ModelSnapshot,
    estimate: number,
  ): number | Promise<number> {
    if (request.choices === 0) return 0;
    const most = Math.min(model.maxOutputTokens ?? model.contextWindow, model.contextWindow);
    if (request.maxOutputTokens !== undefined) return Math.min(request.maxOutputTokens, most);
    if (request.endpoint === 'completions') return Math.min(COMPLETION_TOKENS, most);
    // A prompt that fills the window is the upstream's to refuse; one token is asked for so that it can.
    const leave = (prompt: number) =>
      Math.max(1, Math.min(model.defaultOutputTokens, most, model.contextWindow - prompt));
    if (model.contextWindow - estimate >= TIGHT_TOKENS) return leave(estimate);
    return this.count(request, model, model.contextWindow).then(leave);
  }

  /** Nobody has been asked yet whether this request may be served, so no more is counted than has a meaning. */
  private count(request: MeteredRequest, model: ModelSnapshot, most: number): Promise<number> {
    return countPromptTokens(request, { tokensPerImage: model.imageTokenAllowance, most });
  }
}

/** An upper estimate from sizes alone: half the bytes of the text, 8 a message, the model's allowance an image. */
export function estimatePromptTokens(request: MeteredRequest, model: ModelSnapshot): number {
  const textBytes = request.bodyBytes - request.dataUrlPayloadBytes;
  const estimate =
    Math.ceil(textBytes / 2) +
    request.messageCount * TOKENS_PER_MESSAGE +
    request.imageCount * model.imageTokenAllowance;
  return Math.min(model.contextWindow * request.prompts, estimate);
}

function usable(model: ModelSnapshot | undefined, id: string, kind: ModelSnapshot['kind']): ModelSnapshot {
  if (!model || model.state === 'draft' || model.state === 'retired') {
    throw new DomainError(
      'model_not_found',
      `There is no model "${id}". GET /v1/models lists those there are.`,
      { param: 'model' },
    );
  }
  if (model.disabledReason !== null) {
    throw new DomainError(
      'model_unavailable',
      `The model "${id}" is switched off for now: ${model.disabledReason}`,
      { param: 'model', retryAfterSeconds: 60 },
    );
  }
  if (model.kind !== kind) throw wrongKind(model);
  return model;
}

function wrongKind(model: ModelSnapshot): DomainError {
  return invalidValue(
    'model',
    model.kind === 'embedding'
      ? `"${model.id}" is an embedding model; it writes no text. Use POST /v1/embeddings.`
      : `"${model.id}" makes no embeddings. GET /v1/models lists models with the capability "embedding".`,
  );
}
