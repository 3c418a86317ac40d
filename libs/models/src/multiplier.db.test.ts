import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { DataSource } from 'typeorm';
import { createDataSource, createTestDatabase, Transactions } from '#database';
import { seedCatalog } from './catalog-seed.js';

let database: Awaited<ReturnType<typeof createTestDatabase>>;
let dataSource: DataSource;

beforeAll(async () => {
  database = await createTestDatabase();
  dataSource = await createDataSource({ url: database.url, poolSize: 4 }).initialize();
  await new Transactions(dataSource).run(seedCatalog);
});
afterAll(async () => {
  await dataSource.destroy();
  await database.drop();
});

/** Writes a price with plain SQL, as someone who goes round the service would. */
function insert(row: { tier?: string; model?: string; milli: number; after: string }) {
  return dataSource.query(
    `INSERT INTO multipliers (tier, model, multiplier_milli, effective_at, announced_at, created_by, reason)
     VALUES ($1, $2, $3, app_now() + $4::interval, '2000-01-01', 'test', 'test') RETURNING id, announced_at`,
    [row.tier ?? null, row.model ?? null, row.milli, row.after],
  );
}
const tooSoon = 'raising a multiplier needs 14 days';
const history = 'a multiplier that took effect is history and stays';
/** Everybody's clock, not only this connection's. */
const moveClock = (by: string) =>
  dataSource.query('UPDATE app_clock SET offset_interval = offset_interval + $1::interval', [by]);

it('the database refuses to raise a tier or a model sooner than in 14 days, and takes it from then on', async () => {
  await expect(insert({ tier: 'standard-mid', milli: 1501, after: '13 days 23:59:59' })).rejects.toThrow(
    tooSoon,
  );
  await expect(insert({ model: 'llama3.2:3b', milli: 501, after: '0' })).rejects.toThrow(tooSoon);
  await insert({ tier: 'standard-mid', milli: 1501, after: '14 days' });
  await insert({ model: 'llama3.2:3b', milli: 501, after: '14 days' });
});

it('lowering takes effect at once, and going back up needs 14 days again', async () => {
  await insert({ model: 'llama3.1:8b', milli: 400, after: '0' });
  await expect(insert({ model: 'llama3.1:8b', milli: 500, after: '1 day' })).rejects.toThrow(tooSoon);
});

it('a model cannot get a price of its own that is dearer than a lowering its tier has announced', async () => {
  await insert({ tier: 'frontier-large', milli: 3000, after: '3 days' });
  const [{ id }] = await dataSource.query("SELECT id FROM models WHERE tier = 'frontier-large' LIMIT 1");
  await expect(insert({ model: id, milli: 3200, after: '0' })).rejects.toThrow(tooSoon);
  await insert({ model: id, milli: 3000, after: '0' });
});

it('a lowering that was announced is not taken back within 14 days, a rise may be', async () => {
  const [lowering] = await insert({ tier: 'frontier-mid', milli: 2000, after: '2 days' });
  await expect(dataSource.query('DELETE FROM multipliers WHERE id = $1', [lowering.id])).rejects.toThrow(
    tooSoon,
  );
  const [rise] = await insert({ tier: 'frontier-mid', milli: 9000, after: '20 days' });
  await dataSource.query('DELETE FROM multipliers WHERE id = $1', [rise.id]);
});

it('a price that took effect is never changed or deleted, and the announcement is dated by the database', async () => {
  const [row] = await insert({ model: 'mistral:7b', milli: 450, after: '0' });
  expect(row.announced_at.getFullYear()).toBeGreaterThan(2000);
  await expect(
    dataSource.query('UPDATE multipliers SET multiplier_milli = 1 WHERE id = $1', [row.id]),
  ).rejects.toThrow('a multiplier is never changed');
  await expect(dataSource.query('DELETE FROM multipliers WHERE id = $1', [row.id])).rejects.toThrow(history);
  await expect(dataSource.query('TRUNCATE multipliers')).rejects.toThrow('multipliers are history and stay');
  await expect(insert({ model: 'mistral:7b', milli: 1, after: '-1 minute' })).rejects.toThrow('in the past');
});

it('a rise that was announced becomes history when its day comes', async () => {
  const [rise] = await insert({ model: 'phi3.5:3.8b', milli: 700, after: '15 days' });
  await moveClock('16 days');
  try {
    await expect(dataSource.query('DELETE FROM multipliers WHERE id = $1', [rise.id])).rejects.toThrow(
      history,
    );
  } finally {
    await moveClock('-16 days');
  }
});

it('a draft may get any price, and no model becomes a draft again to get one', async () => {
  await dataSource.query(
    `INSERT INTO models (id, name, family, vendor, category, capabilities, context_window, tier, state)
     VALUES ('draft:1b', 'd', 'd', 'd', 'chat', '{}', 4096, 'standard-lightweight', 'draft')`,
  );
  await insert({ model: 'draft:1b', milli: 9000, after: '0' });
  await dataSource.query("UPDATE models SET state = 'active' WHERE id = 'draft:1b'");
  await expect(dataSource.query("UPDATE models SET state = 'draft' WHERE id = 'draft:1b'")).rejects.toThrow(
    'a model does not go from active to draft',
  );
});

it('moving a model to a dearer tier is no way round', async () => {
  await expect(
    dataSource.query("UPDATE models SET tier = 'frontier-large' WHERE id = 'smollm2:135m'"),
  ).rejects.toThrow('not by its tier');
});

it('of two prices decided at the same time the second is judged by the first', async () => {
  let second: Promise<unknown> = Promise.resolve();
  await new Transactions(dataSource).run(async (tx) => {
    await tx.query(
      `INSERT INTO multipliers (model, multiplier_milli, effective_at, announced_at, created_by, reason)
       VALUES ('bge-m3', 100, app_now(), app_now(), 'test', 'test')`,
    );
    // Lower than the tier's price, which is all it could see; a rise beside the row above.
    second = insert({ model: 'bge-m3', milli: 600, after: '1 day' });
    second.catch(() => undefined);
    await waitUntilOneWaits();
  });
  await expect(second).rejects.toThrow(tooSoon);
});

/** Resolves when some statement waits for the lock another holds. */
async function waitUntilOneWaits(): Promise<void> {
  const waiting = await dataSource.query(
    "SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND NOT granted AND database = (SELECT oid FROM pg_database WHERE datname = current_database())",
  );
  if (waiting.length === 0) await waitUntilOneWaits();
}
