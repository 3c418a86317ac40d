import pg from 'pg';
import type { DedicatedConnection } from '#database';
import { PreparedCall } from './prepared-call.js';

/** The database did not say whether it did what was asked: the connection broke, or could not be made. */
export class OutcomeUnknown extends Error {
  constructor(
    /** Whether the statement may have reached the database. */
    readonly sent: boolean,
    cause: unknown,
  ) {
    super(`the database did not answer: ${cause instanceof Error ? cause.message : String(cause)}`, {
      cause,
    });
  }
}

/** More is waiting than may: the member was not taken, and nothing was sent. */
export class LaneFull extends Error {
  constructor() {
    super('more is waiting than may');
  }
}

/** Whether PostgreSQL itself refused the statement, so that it certainly was rolled back. */
function wasRolledBack(error: unknown): boolean {
  // Classes 57 (terminated), 58 and XX (the server is in trouble) and 08 say nothing about a commit under way.
  return error instanceof pg.DatabaseError && !/^(57|58|08|XX)/.test(error.code ?? '');
}

const LOCK_NOT_AVAILABLE = '55P03';

/**
 * Most of a batch's cost is the batch's own, so that fewer and larger ones serve more requests: after a batch of
 * several, the next waits for as long as members keep coming. Those of one batch come back nearly at one time, when
 * their upstreams answer, so the wait is over as soon as that burst is. A lane with little to do sends at once.
 */
const GATHER_FROM = 4;
/** The burst is over when nobody came for so long; one that does not end is not waited for longer than the most. */
const GATHER_QUIET_MS = 2;
const GATHER_MOST_MS = 5;
/** With so many, the batch's own cost is shared well enough. */
const GATHER_UNTIL = 32;

export interface WaitingLimit {
  /** Nobody beyond the most, however fast it goes; the least always may, so that batches stay large. */
  most: number;
  least: number;
  /** In between: as many as have their turn within this. One account alone may have three quarters of them. */
  milliseconds: number;
}

/** So that one account in a hurry leaves a place for the others. */
const ONE_ACCOUNT = 0.75;

interface Waiting<Member, Answer> {
  member: Member;
  resolve: (answer: Answer) => void;
  reject: (error: unknown) => void;
}

/**
 * Group commit for one kind of statement on one connection: members that arrive while a batch is on its way
 * travel together in the next one. A batch that fails because of one member is split until that member fails alone.
 */
export class BatchLane<Member extends { accountUuid: string }, Answer extends { i: number }> {
  private waiting: Waiting<Member, Answer>[] = [];
  private busy = false;
  private lastSize = 0;
  /** What a member of a large batch took of late. */
  private memberMs = 0;
  private gathered: (() => void) | undefined;

  constructor(
    private readonly options: {
      connection: DedicatedConnection;
      statement: { name: string; text: string };
      /** The members as the function's JSON records; `i` is the position in the batch. */
      encode: (member: Member, i: number) => object;
      /** The statement's parameters after the members and their accounts. */
      parameters: string[];
      maxBatch: number;
      /** How many may wait for their batch, and for how long by the pace of late; without it, all that come. */
      maxWaiting?: WaitingLimit;
      deadlineMs: number;
    },
  ) {}

  /** Rejects with `LaneFull`, with `OutcomeUnknown`, or with PostgreSQL's error when it refused this very member. */
  submit(member: Member): Promise<Answer> {
    if (this.isFullFor(member.accountUuid)) return Promise.reject(new LaneFull());
    return new Promise((resolve, reject) => {
      this.waiting.push({ member, resolve, reject });
      if (!this.busy) void this.drain();
      else if (this.waiting.length >= GATHER_UNTIL) this.gathered?.();
    });
  }

  /** Members whose batch has not been sent. */
  get waitingCount(): number {
    return this.waiting.length;
  }

  /** Whether one more of this account would be refused. */
  isFullFor(accountUuid: string): boolean {
    if (this.options.maxWaiting === undefined) return false;
    const { length } = this.waiting;
    const room = this.room(this.options.maxWaiting);
    // Nobody counts while there are fewer than one account alone may have.
    if (length < room * ONE_ACCOUNT) return false;
    if (length >= room) return true;
    let own = 0;
    for (const { member } of this.waiting) if (member.accountUuid === accountUuid) own += 1;
    return own >= room * ONE_ACCOUNT;
  }

  /** How many may wait. */
  private room({ most, least, milliseconds }: WaitingLimit): number {
    return Math.min(most, Math.max(least, milliseconds / this.memberMs));
  }

  private async drain(): Promise<void> {
    this.busy = true;
    while (this.waiting.length > 0) {
      if (this.lastSize >= GATHER_FROM && this.waiting.length < GATHER_UNTIL) await this.gather();
      const batch = this.waiting.splice(0, this.options.maxBatch);
      this.lastSize = batch.length;
      const startedMs = performance.now();
      await this.send(batch);
      // Small ones say nothing about the pace of a lane that is full.
      if (batch.length >= GATHER_UNTIL) this.memberMs = (performance.now() - startedMs) / batch.length;
    }
    this.busy = false;
  }

  private gather(): Promise<void> {
    return new Promise((done) => {
      const until = performance.now() + GATHER_MOST_MS;
      let seen = this.waiting.length;
      const finish = () => {
        this.gathered = undefined;
        clearTimeout(timer);
        done();
      };
      const look = () => {
        if (this.waiting.length === seen || performance.now() >= until) {
          finish();
          return;
        }
        seen = this.waiting.length;
        timer.refresh();
      };
      const timer = setTimeout(look, GATHER_QUIET_MS);
      this.gathered = finish;
    });
  }

  private async send(batch: Waiting<Member, Answer>[]): Promise<void> {
    let client: pg.Client;
    try {
      client = await this.options.connection.get();
    } catch (error) {
      for (const one of batch) one.reject(new OutcomeUnknown(false, error));
      return;
    }
    try {
      const answers = await this.call(client, batch);
      for (const answer of answers) batch[answer.i]?.resolve(answer);
    } catch (error) {
      if (!wasRolledBack(error)) {
        this.options.connection.discard(client);
        for (const one of batch) one.reject(new OutcomeUnknown(true, error));
        return;
      }
      const rest = parts(batch, error);
      if (rest.length === 0) for (const one of batch) one.reject(error);
      for (const part of rest) await this.send(part);
    }
  }

  private async call(client: pg.Client, batch: Waiting<Member, Answer>[]): Promise<Answer[]> {
    const { deadlineMs, encode, parameters, statement } = this.options;
    const accounts = new Set<string>();
    const members: object[] = [];
    for (let i = 0; i < batch.length; i++) {
      const { member } = batch[i]!;
      accounts.add(member.accountUuid);
      members.push(encode(member, i));
    }
    // To end a client that waits for an answer breaks its connection, which rejects the query.
    const deadline = setTimeout(() => this.options.connection.discard(client), deadlineMs);
    try {
      const values = [JSON.stringify(members), `{${[...accounts].join(',')}}`, ...parameters];
      return JSON.parse((await PreparedCall.send(client, statement, values))!) as Answer[];
    } finally {
      clearTimeout(deadline);
    }
  }
}

/**
 * What is to be tried apart: by account first, so that one that cannot be locked fails alone; then member by member. None
 * when it failed for all of them: to wait for the account's lock once for each would keep every other account waiting.
 */
function parts<Member extends { accountUuid: string }, Answer>(
  batch: Waiting<Member, Answer>[],
  error: unknown,
): Waiting<Member, Answer>[][] {
  const byAccount = Map.groupBy(batch, (one) => one.member.accountUuid);
  if (byAccount.size > 1) return [...byAccount.values()];
  const isLocked = error instanceof pg.DatabaseError && error.code === LOCK_NOT_AVAILABLE;
  return batch.length === 1 || isLocked ? [] : batch.map((one) => [one]);
}
