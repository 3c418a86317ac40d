import type { ServerResponse } from 'node:http';
import type { Deadlines, DomainError, RequestId } from '#common';
import { errorBody, sendError } from '#http';
import type { RouteRequest, UpstreamClient } from '#upstreams';
import type { Admitted } from './admission.service.js';
import { setAdmittedHeaders } from './answer-headers.js';
import { SETTLEMENT_WAIT_MS } from './completions.settings.js';
import type { SettlingService } from './settling.service.js';
import { ENDPOINTS } from './wire/endpoints.js';
import { spliceRequest } from './wire/splice-request.js';

/** What an exchange needs of the process around it. Durations are milliseconds. */
export interface ExchangeTools {
  client: UpstreamClient;
  settling: SettlingService;
  /** Of one request, from its body to its last byte. */
  requestDeadlines: Deadlines;
  /** Of a plain answer that waits for its settlement. */
  settlementDeadlines: Deadlines;
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
  const { endpoint } = request;
  return {
    path: ENDPOINTS[endpoint].path,
    accept: request.stream ? 'text/event-stream' : 'application/json',
    bodyFor: (target) =>
      spliceRequest(request, {
        model: target.theirId,
        maxOutputTokens: request.choices === 0 ? undefined : reservation.outputTokens,
        // The older endpoint never had another name for it, whatever the upstream calls it in a chat.
        limitNames: endpoint === 'completions' ? 'max_tokens' : target.outputLimitFields,
        askUsage: request.stream,
      }),
  };
}

/**
 * Tells the client of a failure once its hold has ended, so that one who retries at once finds its credits back; or
 * after 10 s, when that takes longer. As an answer while none has begun, else as the stream's last event.
 */
export async function tellFailure(
  tools: ExchangeTools,
  admitted: Admitted,
  failure: { response: ServerResponse; ended: Promise<void>; error: DomainError },
): Promise<void> {
  const { ended, error, response } = failure;
  await Promise.race([ended, tools.delay(SETTLEMENT_WAIT_MS)]);
  if (!response.destroyed) {
    if (response.headersSent) {
      response.end(`data: ${JSON.stringify(errorBody(error))}\n\n`);
    } else {
      setAdmittedHeaders(response, admitted, tools.nowMs());
      sendError(response, error);
    }
  }
  await ended;
}
