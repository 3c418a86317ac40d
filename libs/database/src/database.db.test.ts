import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { DataSource } from 'typeorm';
import { ChangeFeed } from './change-feed.js';
import { Clock } from './clock.js';
import { createDataSource } from './data-source.js';
import { createTestDatabase } from './testing/test-database.js';
import { Transactions } from './transactions.js';

let database: Awaited<ReturnType<typeof createTestDatabase>>;
let dataSource: DataSource;

beforeAll(async () => {
  database = await createTestDatabase();
  dataSource = await createDataSource({ url: database.url, poolSize: 4 }).initialize();
});
afterAll(async () => {
  await dataSource.destroy();
  await database.drop();
});

it('a transaction that throws leaves nothing behind', async () => {
  const transactions = new Transactions(dataSource);
  const failing = transactions.run(async (tx) => {
    await tx.query(
      "INSERT INTO audit_log (actor_kind, actor_id, action, subject) VALUES ('system','x','y','z')",
    );
    throw new Error('stop');
  });
  await expect(failing).rejects.toThrow('stop');
  expect(await dataSource.query('SELECT 1 FROM audit_log')).toEqual([]);
});

it('a change announced in a transaction reaches a listening process once it has committed', async () => {
  const clock = new Clock();
  const feed = new ChangeFeed({ url: database.url, poolSize: 1 }, clock);
  const seen: string[] = [];
  const arrived = new Promise<void>((done) => {
    feed.on('keys', (subject) => {
      seen.push(subject);
      if (subject === 'second') done();
    });
  });
  await feed.onApplicationBootstrap();
  const transactions = new Transactions(dataSource);
  await transactions
    .run(async (tx) => {
      await feed.announce(tx, 'keys', 'first');
      throw new Error('rolled back');
    })
    .catch(() => undefined);
  await transactions.run((tx) => feed.announce(tx, 'keys', 'second'));
  await arrived;
  expect(seen).toEqual(['second']);
  expect(feed.trusted()).toBe(true);
  await feed.onModuleDestroy();
});

it('a process whose listener was cut off trusts no snapshot until it is back, then forgets what it knew', async () => {
  const feed = new ChangeFeed({ url: database.url, poolSize: 1 }, new Clock());
  let resyncs = 0;
  await feed.onApplicationBootstrap();
  const back = new Promise<void>((done) => {
    feed.onResync(() => {
      resyncs += 1;
      done();
    });
  });
  await dataSource.query(
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'llm-change-feed' AND datname = current_database()",
  );
  await back;
  expect(resyncs).toBe(1);
  await feed.onModuleDestroy();
  expect(feed.trusted()).toBe(false);
});
