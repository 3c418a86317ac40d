import net from 'node:net';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import pg from 'pg';
import { DataSource } from 'typeorm';
import { ChangeFeed } from './change-feed.js';
import { Clock } from './clock.js';
import { createDataSource } from './data-source.js';
import { DedicatedConnection } from './dedicated-connection.js';
import { inTransaction } from './pg-transaction.js';
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

it('a process that is lost inside a transaction does not keep its locks', async () => {
  const [setting] = await dataSource.query('SHOW idle_in_transaction_session_timeout');
  expect(setting).toEqual({ idle_in_transaction_session_timeout: '10s' });
});

it('a backend that ends inside a long transaction fails that work, and neither the process nor the pool', async () => {
  const pool = new pg.Pool({ connectionString: database.url, max: 1 });
  pool.on('error', () => undefined);
  const lost = inTransaction(pool, 'BEGIN', async (client) => {
    const { rows } = await client.query('SELECT pg_backend_pid() AS pid');
    const ended = new Promise((done) => client.once('end', done));
    await dataSource.query('SELECT pg_terminate_backend($1)', [rows[0].pid]);
    await ended;
    await client.query('SELECT 1');
  });
  await expect(lost).rejects.toThrow();
  expect(
    await inTransaction(pool, 'BEGIN', async (client) => (await client.query('SELECT 1')).rowCount),
  ).toBe(1);
  await pool.end();
});

it('a connection that cannot be set up leaves no session behind', async () => {
  const connection = new DedicatedConnection({
    url: database.url,
    name: 'refused',
    onConnect: async (client) => void (await client.query('LISTEN what is no channel')),
  });
  await expect(connection.get()).rejects.toThrow('syntax error');
  const sessions = () =>
    dataSource.query(`SELECT 1 FROM pg_stat_activity WHERE application_name = 'llm-refused'`);
  while ((await sessions()).length > 0);
  await connection.close();
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

it('a listener whose server says nothing more is given up, and another takes its place', async () => {
  const server = new URL(database.url);
  const isSilent = new WeakSet<net.Socket>();
  const clients: net.Socket[] = [];
  const proxy = net.createServer((client) => {
    const upstream = net.connect(Number(server.port), server.hostname);
    client.on('error', () => upstream.destroy()).on('close', () => upstream.destroy());
    upstream.on('error', () => client.destroy()).on('close', () => client.destroy());
    client.pipe(upstream);
    upstream.on('data', (bytes) => void (isSilent.has(client) || client.write(bytes)));
    clients.push(client);
  });
  await new Promise<void>((done) => proxy.listen(0, '127.0.0.1', done));
  const through = new URL(database.url);
  through.host = `127.0.0.1:${(proxy.address() as net.AddressInfo).port}`;
  const feed = new ChangeFeed({ url: through.href, poolSize: 1 }, new Clock());
  await feed.onApplicationBootstrap();
  const back = new Promise<void>((done) => feed.onResync(done));
  for (const client of clients) isSilent.add(client);
  await back;
  expect(clients).toHaveLength(2);
  await feed.onModuleDestroy();
  proxy.close();
}, 20_000);
