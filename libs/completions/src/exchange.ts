import type { DomainError, RequestId } from '#common';
import type { RouteRequest, UpstreamClient } from '#upstreams';
import type { Admitted } from './admission.service.js';
import type { SettlingService } from './settling.service.js';
import { spliceRequest } from './wire/splice-request.js';

/** What an exchange needs of the process around it. Durations are milliseconds. */
export interface ExchangeTools {
  client: UpstreamClient;
  settling: SettlingService;
  maxRequestMs: number;
  clientStallMs: number;
  /** Database time. */
  nowMs(): number;
  delay(milliseconds: number): Promise<void>;
  /** Keeps the process alive, when it drains, until the work has ended; logs what it rejects with. */
  track(work: Promise<void>): void;
  /** Writes down a failure that the client is told of. */
  log(error: DomainError, admitted: Admitted): void;
  settlementPending(requestId: RequestId): DomainError;
}

/** The caller's request as each upstream of the route gets it. */
export function routeRequest({ request, reservation }: Admitted): RouteRequest {
  return {
    path: '/chat/completions',
    accept: request.stream ? 'text/event-stream' : 'application/json',
    bodyFor: (target) =>
      spliceRequest(request, {
        model: target.theirId,
        maxOutputTokens: reservation.outputTokens,
        limitNames: target.outputLimitFields,
        askUsage: request.stream,
      }),
  };
}
