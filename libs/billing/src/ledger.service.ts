import { Inject, Injectable, Logger, type OnModuleDestroy } from '@nestjs/common';
import { type DomainError, failpoint, idToUuid, rateLimitAt } from '#common';
import { Clock, DATABASE_SETTINGS, type DatabaseSettings, DedicatedConnection } from '#database';
import { BatchLane, LaneFull, OutcomeUnknown } from './batch-lane.js';
import { billingErrors } from './billing.errors.js';
import {
  BATCH_DEADLINE_MS,
  BILLING_SETTINGS,
  type BillingSettings,
  LOCK_TIMEOUT,
  MAX_BATCH,
  MAX_WAITING,
} from './billing.settings.js';
import type { Reservation, ReserveInput, SettleInput, Settlement } from './ledger-contract.js';
import { ProcessHeartbeat } from './process-heartbeat.js';

interface ReserveAnswer {
  i: number;
  s: string;
  o: number;
  h: number;
  av: string;
  hd: string;
  wr: number;
  ra: number;
  ft: number;
}

interface SettleAnswer {
  i: number;
  s: string;
  ch: number;
  sf: number;
  h: number;
  av: string;
  bl: string;
}

const SETTLED_STATES = new Set(['settled', 'released', 'expired', 'exists_released', 'exists_expired']);
/** A reserve nobody heard of is released again after these: its backend may have been slow to commit or to die. */
const RELEASE_AGAIN_MS = [1_000, 10_000, 60_000];

/** Sets credits aside for a request and takes what it used. Both answer only after their commit. */
@Injectable()
export class LedgerService implements OnModuleDestroy {
  private readonly logger = new Logger(LedgerService.name);
  private readonly connections: DedicatedConnection[];
  private readonly reserves: BatchLane<ReserveInput, ReserveAnswer>;
  private readonly settlements: BatchLane<SettleInput, SettleAnswer>;
  private readonly timers = new Set<NodeJS.Timeout>();
  private closing = false;
  private pending = 0;

  constructor(
    @Inject(DATABASE_SETTINGS) database: DatabaseSettings,
    @Inject(BILLING_SETTINGS) settings: BillingSettings,
    heartbeat: ProcessHeartbeat,
    private readonly clock: Clock,
  ) {
    const open = (name: string) =>
      new DedicatedConnection({
        url: database.url,
        name,
        // A stricter isolation would give the functions' statements one old snapshot: the race they avoid.
        settings: { lock_timeout: LOCK_TIMEOUT, default_transaction_isolation: 'read committed' },
      });
    const [reserve, settle] = [open('reserve'), open('settle')];
    this.connections = [reserve, settle];
    this.reserves = new BatchLane({
      connection: reserve,
      statement: { name: 'reserve', text: 'SELECT billing_reserve($1, $2, $3, $4)' },
      encode: encodeReserve,
      parameters: [idToUuid(heartbeat.processId), String(settings.holdTtlSeconds)],
      maxBatch: MAX_BATCH,
      maxWaiting: MAX_WAITING,
      deadlineMs: BATCH_DEADLINE_MS,
    });
    this.settlements = new BatchLane({
      connection: settle,
      statement: { name: 'settle', text: 'SELECT billing_settle($1, $2)' },
      encode: encodeSettle,
      parameters: [],
      maxBatch: MAX_BATCH,
      deadlineMs: BATCH_DEADLINE_MS,
    });
  }

  async onModuleDestroy(): Promise<void> {
    this.closing = true;
    for (const timer of this.timers) clearTimeout(timer);
    await Promise.all(this.connections.map((connection) => connection.close()));
  }

  /** Settlements not yet written; a draining process waits until there is none. */
  get pendingSettlements(): number {
    return this.pending;
  }

  /**
   * Refuses when more wait than have their turn soon: to be asked before anything is read of a request.
   * @throws DomainError 503 `overloaded`
   */
  requireRoom(accountUuid: string): void {
    // Who is admitted has to be settled: while too many wait for that, nobody new is.
    if (this.settlements.waitingCount > MAX_WAITING.most || this.reserves.isFullFor(accountUuid)) {
      throw billingErrors.overloaded();
    }
  }

  /**
   * Holds credits for one request, or says why not; 'price_outdated' asks the caller to look the price up again.
   * @throws DomainError 402, 403 or 429 when refused, 503 `database_unavailable` when nobody could
   * decide, `overloaded` when too many wait for a decision.
   */
  async reserve(input: ReserveInput): Promise<Reservation | 'price_outdated'> {
    let answer: ReserveAnswer;
    try {
      answer = await this.reserves.submit(input);
    } catch (error) {
      if (error instanceof LaneFull) throw billingErrors.overloaded();
      if (error instanceof OutcomeUnknown && error.sent) this.releaseUnheard(input);
      throw billingErrors.databaseUnavailable((error as Error).message);
    }
    if (answer.s === 'price_outdated') return 'price_outdated';
    if (answer.s !== 'held' && answer.s !== 'exists_open') throw this.refusal(answer, input);
    const passed = failpoint('reserve.after_commit');
    if (passed) await passed;
    return {
      outputTokens: answer.o,
      heldMillicredits: BigInt(answer.h),
      availableMillicredits: BigInt(answer.av),
      requestsInWindow: answer.wr,
      reservedAtMs: answer.ra,
    };
  }

  /**
   * Ends the hold with what was used. Tries until it is written: what a client was told must be in the database.
   * Rejects only when the process is closing before the database came back.
   */
  async settle(input: SettleInput): Promise<Settlement> {
    this.pending += 1;
    try {
      const isCharge = input.end === 'settle';
      const before = isCharge ? failpoint('settle.before_commit') : undefined;
      if (before) await before;
      for (let attempt = 0; ; attempt++) {
        let answer: SettleAnswer | undefined;
        try {
          answer = await this.settlements.submit(input);
        } catch (error) {
          const cause = (error as Error).message;
          this.logger.warn({ message: 'settlement not written yet', requestId: input.requestId, cause });
        }
        if (answer !== undefined && answer.s !== 'again') {
          const after = isCharge ? failpoint('settle.after_commit') : undefined;
          if (after) await after;
          return this.settlementOf(answer, input);
        }
        if (this.closing) throw new Error('closing before the settlement could be written');
        if (answer === undefined) await this.wait(Math.min(2_000, 50 * 2 ** attempt));
      }
    } finally {
      this.pending -= 1;
    }
  }

  private settlementOf(answer: SettleAnswer, input: SettleInput): Settlement {
    if (!SETTLED_STATES.has(answer.s) && input.end !== 'release') {
      // Nothing was written for this member; retrying would answer the same.
      this.logger.error({ message: 'settlement refused', requestId: input.requestId, state: answer.s });
    }
    return {
      state: answer.s,
      chargeMillicredits: BigInt(answer.ch ?? 0),
      shortfallMillicredits: BigInt(answer.sf ?? 0),
      heldMillicredits: BigInt(answer.h ?? 0),
      availableMillicredits: BigInt(answer.av ?? 0),
      balanceMillicredits: BigInt(answer.bl ?? 0),
    };
  }

  private refusal(answer: ReserveAnswer, input: ReserveInput): DomainError {
    const multiplier = BigInt(input.multiplierMilli);
    const refusal = {
      requiredMillicredits: BigInt(input.promptTokens + input.leastTokens * input.choices) * multiplier,
      availableMillicredits: BigInt(answer.av),
      heldMillicredits: BigInt(answer.hd),
      affordableTokens: answer.ft,
    };
    switch (answer.s) {
      case 'rate_limit_exceeded':
        return billingErrors.rateLimitExceeded(
          rateLimitAt(this.clock.nowMs(), {
            requestsPerMinute: input.requestsPerMinute ?? 0,
            used: answer.wr,
          }),
        );
      case 'too_many_concurrent_requests':
        return billingErrors.tooManyConcurrentRequests(input.inFlightLimit ?? 0);
      case 'account_suspended':
        return billingErrors.accountSuspended();
      case 'account_in_debt':
        return billingErrors.accountInDebt(refusal);
      case 'key_budget_exhausted':
        return billingErrors.keyBudgetExhausted(refusal);
      case 'held_by_requests_in_flight':
        return billingErrors.heldByRequestsInFlight(refusal);
      case 'insufficient_credits':
      case 'unknown_account':
        return billingErrors.insufficientCredits(refusal);
      default:
        return billingErrors.existsWithDifferentAmount(`Request ${input.requestId}`);
    }
  }

  /** The database may have taken a hold that we never heard of: it is released by id. */
  private releaseUnheard(input: ReserveInput): void {
    for (const delay of RELEASE_AGAIN_MS) {
      const timer = setTimeout(() => {
        this.timers.delete(timer);
        void this.settle(unheard(input)).catch(() => undefined);
      }, delay);
      this.timers.add(timer);
    }
  }

  private wait(milliseconds: number): Promise<void> {
    return new Promise((done) => {
      setTimeout(done, milliseconds);
    });
  }
}

function unheard(input: ReserveInput): SettleInput {
  return {
    requestId: input.requestId,
    accountUuid: input.accountUuid,
    end: 'release',
    promptTokens: 0,
    completionTokens: 0,
    usageSource: 'none',
    outcome: 'no_answer',
    flags: ['reserve_outcome_unknown'],
    streamed: false,
    attempts: [],
  };
}

function encodeReserve(member: ReserveInput, i: number): object {
  return {
    i,
    r: idToUuid(member.requestId),
    a: member.accountUuid,
    k: member.keyUuid ?? undefined,
    m: member.model,
    x: member.multiplierMilli,
    vu: member.priceValidUntilMs ?? undefined,
    p: member.promptTokens,
    w: member.wantedTokens,
    l: member.leastTokens,
    q: member.quarterFloorTokens ?? undefined,
    c: member.choices,
    s: member.suspended,
    rpm: member.requestsPerMinute ?? undefined,
    fl: member.inFlightLimit ?? undefined,
    b: member.budgetMillicredits === null ? undefined : member.budgetMillicredits.toString(),
    br: member.budgetReset ?? undefined,
  };
}

function encodeSettle(member: SettleInput, i: number): object {
  return {
    i,
    r: idToUuid(member.requestId),
    a: member.accountUuid,
    e: member.end,
    p: member.promptTokens,
    c: member.completionTokens,
    us: member.usageSource,
    oc: member.outcome,
    fg: member.flags.length > 0 ? member.flags : undefined,
    st: member.streamed,
    at: member.attempts,
  };
}
