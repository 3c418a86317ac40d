import { setTimeout as pause } from 'node:timers/promises';
import type pg from 'pg';
import { type Actor, AuditLog, ChangeFeed, Clock, createDataSource, Transactions } from '#database';
import { AccountEventsBus } from '../account-events.js';
import { AccountsRepository } from '../accounts.repository.js';
import { AccountsService } from '../accounts.service.js';
import { KeyAuthenticator } from '../key-authenticator.js';
import { KeyUse } from '../key-use.job.js';
import { type FoundKey, KeysRepository } from '../keys.repository.js';
import { KeysService } from '../keys.service.js';
import { startCuttableRelay } from './cuttable-relay.js';

export const tester: Actor = { kind: 'command_line', id: 'tester' };

/** The real repository, which counts its look-ups and can be told to keep an answer on its way for a while. */
class ObservedKeysRepository extends KeysRepository {
  lookups = 0;
  /** While set, an answer read from the database waits for it before it arrives. */
  delay: Promise<void> | undefined;
  /** Called when an answer has been read and is about to wait. */
  onRead: () => void = () => undefined;

  override async findByHash(hash: Buffer): Promise<FoundKey | undefined> {
    this.lookups += 1;
    const { delay } = this;
    const found = await super.findByHash(hash);
    this.onRead();
    await delay;
    return found;
  }
}

/** This module as one process of the product has it, with a listener, a pool and a memory of its own. */
export async function startTestProcess(databaseUrl: string) {
  const dataSource = await createDataSource({ url: databaseUrl, poolSize: 4 }).initialize();
  const pool = (dataSource.driver as never as { master: pg.Pool }).master;
  pool.on('error', () => undefined);
  const clock = new Clock();
  const relay = await startCuttableRelay(databaseUrl);
  const feed = new ChangeFeed({ url: relay.url, poolSize: 1 }, clock);
  const repository = new ObservedKeysRepository(pool);
  const keyUse = new KeyUse(repository, clock);
  const authenticator = new KeyAuthenticator(repository, keyUse, feed, clock);
  const accountsRepository = new AccountsRepository(pool);
  const audit = new AuditLog();
  const transactions = new Transactions(dataSource);
  const accounts = new AccountsService(accountsRepository, audit, feed);
  const keys = new KeysService(repository, accountsRepository, audit, feed, new AccountEventsBus(), {
    keyPrefix: 'sk_test_',
    authSecret: 'a secret for tests, long enough to be taken',
    publicUrl: 'http://localhost:3000',
  });
  const trusted = async (wanted: 'trusted' | 'deaf') => {
    while (feed.trusted() !== (wanted === 'trusted')) await pause(2);
  };
  await feed.onApplicationBootstrap();
  await trusted('trusted');
  return {
    dataSource,
    clock,
    feed,
    repository,
    keyUse,
    authenticator,
    transactions,
    accounts,
    keys,
    use: async (key: string) => authenticator.authenticate({ authorization: `Bearer ${key}` }),
    /** Waits until every change committed so far has been heard here: notifications keep the order of commits. */
    catchUp: async () => {
      const topic = `caught-up-${crypto.randomUUID()}`;
      const heard = new Promise<void>((done) => feed.on(topic, () => done()));
      await transactions.run((tx) => feed.announce(tx, topic));
      await heard;
    },
    /** Cuts the listener off from the database; everything else goes on. */
    cutListener: () => {
      relay.cut();
      return trusted('deaf');
    },
    mendListener: () => {
      relay.mend();
      return trusted('trusted');
    },
    stop: async () => {
      await feed.onModuleDestroy();
      await relay.stop();
      await dataSource.destroy();
    },
  };
}

export type TestProcess = Awaited<ReturnType<typeof startTestProcess>>;
