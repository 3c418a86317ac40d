import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type pg from 'pg';
import { DataSource } from 'typeorm';
import { ChangeFeed, Clock, createDataSource, createTestDatabase, Transactions } from '#database';
import { CatalogRepository } from './catalog.repository.js';
import { CatalogService } from './catalog.service.js';
import { seedCatalog } from './catalog-seed.js';
import { ModelsModule } from './models.module.js';

let database: Awaited<ReturnType<typeof createTestDatabase>>;
let dataSource: DataSource;
let pool: pg.Pool;
let transactions: Transactions;
const feeds: ChangeFeed[] = [];

/** A process of its own as far as the catalog goes: its own listener and its own memory. */
async function startProcess(repository = new CatalogRepository(pool)) {
  const feed = new ChangeFeed({ url: database.url, poolSize: 1 }, new Clock());
  const catalog = new CatalogService(feed, repository);
  feeds.push(feed);
  await feed.onApplicationBootstrap();
  return { feed, catalog };
}

async function addModel(feed: ChangeFeed, id: string): Promise<void> {
  await transactions.run(async (tx) => {
    await tx.query(
      `INSERT INTO models (id, name, family, vendor, category, capabilities, context_window, tier, state)
       VALUES ($1, $1, 'test', 'test', 'chat', '{}', 4096, 'standard-mid', 'active')`,
      [id],
    );
    await feed.announce(tx, 'catalog', id);
  });
}

beforeAll(async () => {
  database = await createTestDatabase();
  dataSource = await createDataSource({
    url: database.url,
    poolSize: 6,
    entities: ModelsModule.entities,
  }).initialize();
  pool = (dataSource.driver as unknown as { master: pg.Pool }).master;
  transactions = new Transactions(dataSource);
  await transactions.run(seedCatalog);
});
afterAll(async () => {
  for (const feed of feeds) await feed.onModuleDestroy();
  await dataSource.destroy();
  await database.drop();
});

it('entities and schema agree', async () => {
  const drift = await dataSource.driver.createSchemaBuilder().log();
  expect(drift.upQueries.map(({ query }) => query)).toEqual([]);
});

it('the first catalog is 59 models and is loaded once, whoever else tries at the same time', async () => {
  const other = await createTestDatabase();
  const source = await createDataSource({ url: other.url, poolSize: 4 }).initialize();
  const both = new Transactions(source);
  const added = await Promise.all([1, 2, 3, 4].map(() => both.run(seedCatalog)));
  expect(added.toSorted()).toEqual([0, 0, 0, 59]);
  expect(await both.run(seedCatalog)).toBe(0);
  expect(await source.query('SELECT count(*)::int AS n FROM models')).toEqual([{ n: 59 }]);
  await source.destroy();
  await other.drop();
});

it('a model is priced by its tier, and its output bound follows from what it can do', async () => {
  const { catalog } = await startProcess();
  const models = new Map((await catalog.list()).map((model) => [model.id, model]));
  expect(models.size).toBe(59);
  const llama = models.get('llama3.2:3b')!;
  expect(llama.multipliers.map(({ multiplierMilli }) => multiplierMilli)).toEqual([500n]);
  expect([llama.kind, llama.defaultOutputTokens, llama.imageTokenAllowance]).toEqual(['text', 4096, 2048]);
  const thinking = [...models.values()].find((model) => model.capabilities.has('thinking'))!;
  expect(thinking.defaultOutputTokens).toBe(Math.min(16_384, thinking.maxOutputTokens ?? 16_384));
  expect(models.get('bge-m3')!.kind).toBe('embedding');
});

it('a trusted process answers from memory, without a promise, and a new model reaches every process', async () => {
  const first = await startProcess();
  const second = await startProcess();
  await first.catalog.find('warm-up');
  await second.catalog.find('warm-up');
  const arrived = new Promise<void>((done) => {
    second.feed.on('catalog', (subject) => {
      if (subject === 'new:1b') done();
    });
  });
  expect(await second.catalog.find('new:1b')).toBeUndefined();
  await addModel(first.feed, 'new:1b');
  await arrived;
  expect((await second.catalog.find('new:1b'))?.id).toBe('new:1b');
  expect(second.catalog.find('new:1b')).not.toBeInstanceOf(Promise);
});

it('a process that hears nothing believes nothing it remembers', async () => {
  const { feed, catalog } = await startProcess();
  await catalog.find('warm-up');
  await feed.onModuleDestroy();
  await addModel(new ChangeFeed({ url: database.url, poolSize: 1 }, new Clock()), 'unheard:1b');
  feed.trusted = () => false;
  expect((await catalog.find('unheard:1b'))?.id).toBe('unheard:1b');
});

/** A repository whose answers are held back, each until it is let go. */
class HeldBack extends CatalogRepository {
  private readonly held: (() => void)[] = [];
  private readonly awaited: (() => void)[] = [];

  override async load() {
    const catalog = await super.load();
    const letGo = new Promise<void>((done) => this.held.push(done));
    this.awaited.shift()?.();
    await letGo;
    return catalog;
  }

  /** Resolves when an answer is being held back. */
  async holding(): Promise<void> {
    if (this.held.length === 0) await new Promise<void>((done) => this.awaited.push(done));
  }

  letGo(): void {
    this.held.shift()?.();
  }
}

it('a read that a change overtook is not kept', async () => {
  const repository = new HeldBack(pool);
  const { feed, catalog } = await startProcess(repository);
  // The first connect forgets and reads ahead: that read now holds what was there before the change.
  await repository.holding();
  const changed = new Promise<void>((done) => feed.on('catalog', () => done()));
  await addModel(feed, 'overtaken:1b');
  await changed;
  repository.letGo();
  await repository.holding();
  const found = catalog.find('overtaken:1b');
  expect(found).toBeInstanceOf(Promise);
  repository.letGo();
  await repository.holding();
  repository.letGo();
  expect((await found)?.id).toBe('overtaken:1b');
});

it('a process that cannot reach the database says so with a status a client can retry', async () => {
  class Broken extends CatalogRepository {
    override async load(): Promise<never> {
      throw new Error('connect ECONNREFUSED 10.0.0.1:5432');
    }
  }
  const feed = new ChangeFeed({ url: database.url, poolSize: 1 }, new Clock());
  const catalog = new CatalogService(feed, new Broken(pool));
  const failure = await Promise.resolve()
    .then(() => catalog.find('x'))
    .catch((error) => error);
  expect([failure.code, failure.publicMessage.includes('10.0.0.1')]).toEqual(['database_unavailable', false]);
});
