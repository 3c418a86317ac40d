import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { Logger } from '@nestjs/common';
import type pg from 'pg';
import { DataSource } from 'typeorm';
import { ChangeFeed, Clock, createDataSource, createTestDatabase, Transactions } from '#database';
import { AddressRules } from './address-rules.js';
import type { DefaultUpstream } from './default-upstream.js';
import { RoutesRepository } from './routes.repository.js';
import { RoutesService } from './routes.service.js';
import { SecretBox } from './secret-box.js';
import { UpstreamPools } from './upstream-pools.js';
import { UpstreamsModule } from './upstreams.module.js';
import type { UpstreamsSettings } from './upstreams.settings.js';

const settings: UpstreamsSettings = {
  secretsKey: 'ab'.repeat(32),
  connectSeconds: 1,
  firstByteSeconds: 1,
  idleSeconds: 1,
  allowedPrivateUpstreams: [],
};
const UPSTREAM = '0197f0c2-0000-7000-8000-000000000001';
const none: DefaultUpstream = { kind: 'none', baseUrl: null, apiKey: null };
const box = new SecretBox(settings.secretsKey);
const rules = new AddressRules([]);

let database: Awaited<ReturnType<typeof createTestDatabase>>;
let dataSource: DataSource;
let transactions: Transactions;
const feeds: ChangeFeed[] = [];

async function startProcess(defaultUpstream: DefaultUpstream, secrets = box) {
  const feed = new ChangeFeed({ url: database.url, poolSize: 1 }, new Clock());
  feeds.push(feed);
  const pool = (dataSource.driver as unknown as { master: pg.Pool }).master;
  const pools = new UpstreamPools(settings, rules);
  const routes = new RoutesService(feed, new RoutesRepository(pool), pools, rules, secrets, defaultUpstream);
  await feed.onApplicationBootstrap();
  return { feed, routes };
}

beforeAll(async () => {
  Logger.overrideLogger(false);
  database = await createTestDatabase();
  dataSource = await createDataSource({
    url: database.url,
    poolSize: 4,
    entities: UpstreamsModule.entities,
  }).initialize();
  transactions = new Transactions(dataSource);
  await dataSource.query(
    `INSERT INTO upstreams (id, name, base_url, secret_ciphertext, output_limit_fields, trusted, enabled)
     VALUES ($1, 'gpu', 'http://10.1.2.3:8000/v1/', $2, 'max_tokens', true, true)`,
    [UPSTREAM, box.seal('upstream-canary', UPSTREAM)],
  );
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

it('a model without a route goes to the default upstream under its own id, and nowhere when there is none', async () => {
  const configured = await startProcess({
    kind: 'configured',
    baseUrl: 'https://x.example/v1',
    apiKey: 'k',
    outputLimitFields: 'max_completion_tokens',
  });
  expect((await configured.routes.routeFor('a:1b')).targets).toMatchObject([
    {
      upstreamUuid: null,
      name: 'default',
      origin: 'https://x.example',
      pathPrefix: '/v1',
      theirId: 'a:1b',
      authorization: 'Bearer k',
      outputLimitFields: 'max_completion_tokens',
    },
  ]);
  const bare = await startProcess(none);
  expect(await bare.routes.routeFor('a:1b')).toEqual({ targets: [] });
});

it('a new route is taken up by another process, with its secret in the clear there only', async () => {
  const { feed, routes } = await startProcess(none);
  expect((await routes.routeFor('b:1b')).targets).toEqual([]);
  const heard = new Promise<void>((done) => feed.on('routes', () => done()));
  await transactions.run(async (tx) => {
    await tx.query(`INSERT INTO routes VALUES ('b:1b', 0, $1, 'their-b')`, [UPSTREAM]);
    await feed.announce(tx, 'routes', 'b:1b');
  });
  await heard;
  expect((await routes.routeFor('b:1b')).targets).toMatchObject([
    {
      upstreamUuid: UPSTREAM,
      name: 'gpu',
      origin: 'http://10.1.2.3:8000',
      pathPrefix: '/v1',
      theirId: 'their-b',
      authorization: 'Bearer upstream-canary',
      outputLimitFields: 'max_tokens',
    },
  ]);
  expect(routes.routeFor('b:1b')).not.toBeInstanceOf(Promise);
  const [stored] = await dataSource.query('SELECT secret_ciphertext FROM upstreams');
  expect(stored.secret_ciphertext.toString('latin1')).not.toContain('canary');
});

it('an upstream out of service, inside a private network or with an unreadable secret is not called, nor another in its place', async () => {
  const elsewhere: DefaultUpstream = { kind: 'configured', baseUrl: 'https://x.example/v1', apiKey: null };
  await dataSource.query(`INSERT INTO routes VALUES ('c:1b', 0, $1, 'c')`, [UPSTREAM]);
  const otherKey = await startProcess(elsewhere, new SecretBox('cd'.repeat(32)));
  expect((await otherKey.routes.routeFor('c:1b')).targets).toEqual([]);
  await dataSource.query('UPDATE upstreams SET trusted = false');
  const untrusted = await startProcess(elsewhere);
  expect((await untrusted.routes.routeFor('c:1b')).targets).toEqual([]);
  await dataSource.query('UPDATE upstreams SET trusted = true, enabled = false');
  const disabled = await startProcess(elsewhere);
  expect((await disabled.routes.routeFor('c:1b')).targets).toEqual([]);
});
