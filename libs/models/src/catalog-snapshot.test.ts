import { expect, it } from '@jest/globals';
import { effectiveMultipliers, type ModelSnapshot, priceAt } from './catalog-snapshot.js';

const row = (effectiveAtMs: number, milli: number) => ({
  id: String(effectiveAtMs),
  effectiveAtMs,
  multiplierMilli: BigInt(milli),
});
const priced = (multipliers: ReturnType<typeof row>[], retiresAtMs: number | null = null) =>
  ({ id: 'm', multipliers, retiresAtMs }) as Partial<ModelSnapshot> as ModelSnapshot;

it('a price stands until the next change, and changes in the very millisecond', () => {
  const model = priced([row(100, 500), row(200, 700)]);
  expect(priceAt(model, 199)).toEqual({ multiplierMilli: 500n, multiplierId: '100', validUntilMs: 200 });
  expect(priceAt(model, 200)).toEqual({ multiplierMilli: 700n, multiplierId: '200', validUntilMs: null });
});

it('a price stands no longer than its model', () => {
  expect(priceAt(priced([row(100, 500)], 300), 200).validUntilMs).toBe(300);
  expect(priceAt(priced([row(100, 500), row(400, 1)], 300), 200).validUntilMs).toBe(300);
  expect(priceAt(priced([row(100, 500), row(250, 1)], 300), 200).validUntilMs).toBe(250);
});

it('a model without a price in force is not sold', () => {
  expect(() => priceAt(priced([row(100, 500)]), 99)).toThrow(
    expect.objectContaining({ code: 'model_unavailable' }),
  );
});

it("a model's own price takes over from its tier's when it takes effect, and never gives back", () => {
  const rows = effectiveMultipliers([row(200, 9), row(400, 8)], [row(100, 1), row(200, 2), row(300, 3)]);
  expect(rows.map(({ multiplierMilli }) => multiplierMilli)).toEqual([1n, 9n, 8n]);
  expect(effectiveMultipliers([], [row(100, 1)])).toHaveLength(1);
});
