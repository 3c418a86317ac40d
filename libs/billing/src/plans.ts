import { toMilli } from '#common';
import type { Tx } from '#database';

/** A plan as first seeded; operators own the rows afterwards. Figures: product.md, "Settled facts". */
interface PlanSeed {
  id: string;
  name: string;
  priceCents: number | null;
  credits: number;
  period: 'once' | 'month' | 'agreement';
  requestsPerMinute: number;
  inFlightLimit: number | null;
  keyLimit: number | null;
}

const PLANS: PlanSeed[] = [
  {
    id: 'free',
    name: 'Free',
    priceCents: 0,
    credits: 1_000,
    period: 'once',
    requestsPerMinute: 10,
    inFlightLimit: 4,
    keyLimit: 2,
  },
  {
    id: 'starter',
    name: 'Starter',
    priceCents: 1_500,
    credits: 15_000,
    period: 'month',
    requestsPerMinute: 20,
    inFlightLimit: 8,
    keyLimit: 5,
  },
  {
    id: 'basic',
    name: 'Basic',
    priceCents: 2_500,
    credits: 25_000,
    period: 'month',
    requestsPerMinute: 30,
    inFlightLimit: 16,
    keyLimit: 10,
  },
  {
    id: 'pro',
    name: 'Pro',
    priceCents: 4_500,
    credits: 50_000,
    period: 'month',
    requestsPerMinute: 60,
    inFlightLimit: 32,
    keyLimit: 50,
  },
  {
    id: 'enterprise',
    name: 'Enterprise',
    priceCents: null,
    credits: 0,
    period: 'agreement',
    requestsPerMinute: 600,
    inFlightLimit: null,
    keyLimit: null,
  },
];

/** Loads the five plans once; rows that exist are left as operators made them. */
export async function seedPlans(tx: Tx): Promise<void> {
  for (const [position, plan] of PLANS.entries()) {
    await tx.query(
      `INSERT INTO plans (id, name, position, price_cents, credits, period, requests_per_minute, in_flight_limit, key_limit)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT (id) DO NOTHING`,
      [
        plan.id,
        plan.name,
        position,
        plan.priceCents,
        toMilli(plan.credits).toString(),
        plan.period,
        plan.requestsPerMinute,
        plan.inFlightLimit,
        plan.keyLimit,
      ],
    );
  }
}
