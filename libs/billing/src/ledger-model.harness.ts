/**
 * The ledger as one would write it on paper: no SQL, no batches, no locks, nothing shared with the code under
 * test. Times are milliseconds since the epoch, amounts millicredits.
 */
export interface ModelGrant {
  reference: string;
  priority: number;
  paid: boolean;
  effectiveAtMs: number;
  expiresAtMs: number | null;
  createdAtMs: number;
  amount: bigint;
  booked: boolean;
  available: bigint;
  held: bigint;
}

interface ModelHold {
  multiplier: bigint;
  draws: { grant: ModelGrant; amount: bigint }[];
  state: 'open' | 'settled' | 'released' | 'expired';
}

const smaller = (a: bigint, b: bigint) => (a < b ? a : b);

export class LedgerModel {
  readonly grants: ModelGrant[] = [];
  readonly holds = new Map<string, ModelHold>();
  debt = 0n;
  isLow = false;
  private timeBroughtSomething = false;
  /** The sides the balance came to, and what it then was, in order. */
  readonly crossings: { side: 'above' | 'below'; balance: string }[] = [];

  constructor(private readonly threshold: bigint | null = null) {}

  /** A reserve changes no balance: it compares only what has fallen due. */
  watchWhatTimeBrought(): void {
    if (this.timeBroughtSomething) this.watch();
  }

  /** Compares the balance with the threshold, as after every change of it. */
  watch(): void {
    this.timeBroughtSomething = false;
    if (this.threshold === null) return;
    const balance = this.grants.reduce((sum, grant) => sum + grant.available + grant.held, 0n);
    const crosses = this.isLow ? balance * 10n >= this.threshold * 11n : balance < this.threshold;
    if (!crosses) return;
    this.isLow = !this.isLow;
    this.crossings.push({ side: this.isLow ? 'below' : 'above', balance: balance.toString() });
  }

  get available(): bigint {
    return this.grants.reduce((sum, grant) => sum + grant.available, 0n);
  }

  /** What time has brought, in the order in which it fell due. */
  passTo(nowMs: number): void {
    const due = this.grants.flatMap((grant) => [
      ...(grant.booked ? [] : [{ at: grant.effectiveAtMs, rank: 0, happens: () => this.book(grant) }]),
      ...(grant.expiresAtMs === null
        ? []
        : [{ at: grant.expiresAtMs, rank: 1, happens: () => this.expire(grant) }]),
    ]);
    due.sort((a, b) => a.at - b.at || a.rank - b.rank);
    for (const event of due) if (event.at <= nowMs) event.happens();
  }

  grant(grant: Omit<ModelGrant, 'booked' | 'available' | 'held'>, nowMs: number): void {
    const entered = { ...grant, booked: false, available: 0n, held: 0n };
    this.grants.push(entered);
    if (entered.effectiveAtMs <= nowMs) this.book(entered);
  }

  private expire(grant: ModelGrant): void {
    if (grant.available > 0n) this.timeBroughtSomething = true;
    grant.available = 0n;
  }

  private book(grant: ModelGrant): void {
    this.timeBroughtSomething = true;
    grant.booked = true;
    const paid = smaller(this.debt, grant.amount);
    this.debt -= paid;
    grant.available = grant.amount - paid;
  }

  /** Output tokens that were granted, or undefined when refused. */
  reserve(
    id: string,
    ask: { prompt: bigint; wanted: bigint; least: bigint; multiplier: bigint },
  ): bigint | undefined {
    if (this.debt > 0n) return undefined;
    let output = ask.wanted;
    while (output > 0n && (ask.prompt + output) * ask.multiplier > this.available) output -= 1n;
    const amount = (ask.prompt + output) * ask.multiplier;
    if (output < ask.least || amount > this.available) return undefined;
    const draws = this.draw(amount);
    for (const { grant, amount: drawn } of draws) grant.held += drawn;
    this.holds.set(id, { multiplier: ask.multiplier, draws, state: 'open' });
    return output;
  }

  /** Charge and shortfall. `tokens` undefined: nothing was used. */
  end(
    id: string,
    how: { state: 'settled' | 'released' | 'expired'; tokens: bigint; nowMs: number },
  ): [bigint, bigint] {
    const hold = this.holds.get(id)!;
    const cost = how.state === 'settled' ? how.tokens * hold.multiplier : 0n;
    let rest = cost;
    for (const { grant, amount } of hold.state === 'open' ? hold.draws : []) {
      const taken = smaller(rest, amount);
      rest -= taken;
      grant.held -= amount;
      const back = amount - taken;
      if (grant.expiresAtMs !== null && grant.expiresAtMs <= how.nowMs) continue;
      const paid = smaller(this.debt, back);
      this.debt -= paid;
      grant.available += back - paid;
    }
    const excess = smaller(rest, this.available);
    this.draw(excess);
    hold.state = how.state;
    return [cost - rest + excess, rest - excess];
  }

  clawback(amount: bigint, first: ModelGrant | undefined): void {
    const taken = smaller(amount, this.available);
    const fromFirst = first ? smaller(taken, first.available) : 0n;
    if (first) first.available -= fromFirst;
    this.draw(taken - fromFirst);
    this.debt += amount - taken;
  }

  private draw(amount: bigint): { grant: ModelGrant; amount: bigint }[] {
    const order = this.grants.toSorted(
      (a, b) =>
        a.priority - b.priority ||
        (a.expiresAtMs ?? Infinity) - (b.expiresAtMs ?? Infinity) ||
        Number(a.paid) - Number(b.paid) ||
        a.createdAtMs - b.createdAtMs,
    );
    const draws: { grant: ModelGrant; amount: bigint }[] = [];
    for (const grant of order) {
      const drawn = smaller(amount, grant.available);
      if (drawn === 0n) continue;
      grant.available -= drawn;
      amount -= drawn;
      draws.push({ grant, amount: drawn });
    }
    return draws;
  }
}
