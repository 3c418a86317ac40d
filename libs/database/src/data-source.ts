import { DataSource, type EntitySchema, type MixedList } from 'typeorm';
import { migrations } from './migrations/index.js';

/** The TypeORM data source; migrations are listed by hand because globs do not survive a build. */
export function createDataSource(options: {
  url: string;
  poolSize: number;
  entities?: MixedList<string | EntitySchema | (abstract new (...args: never[]) => unknown)>;
}): DataSource {
  return new DataSource({
    type: 'postgres',
    url: options.url,
    poolSize: options.poolSize,
    entities: (options.entities ?? []) as never,
    migrations,
    migrationsTransactionMode: 'each',
    synchronize: false,
    connectTimeoutMS: 5000,
    extra: {
      application_name: 'llm-api',
      statement_timeout: 30_000,
      // A process that is lost inside a transaction must not keep an account's row from everybody else.
      idle_in_transaction_session_timeout: 10_000,
    },
  });
}
