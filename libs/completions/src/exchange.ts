import type { DomainError, RequestId } from '#common';
import type { UpstreamClient } from '#upstreams';
import type { Admitted } from './admission.service.js';
import type { SettlingService } from './settling.service.js';

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
