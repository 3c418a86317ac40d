import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';

/** A transaction in progress. Each write takes it as its first argument, so that where it ends is visible. */
export interface Tx {
  readonly manager: EntityManager;
  /** Runs one statement inside the transaction and returns its rows. */
  query<T = Record<string, unknown>>(sql: string, values?: unknown[]): Promise<T[]>;
}

@Injectable()
export class Transactions {
  constructor(private readonly dataSource: DataSource) {}

  /** Runs `work` in one transaction; it commits when the promise resolves. No network call belongs inside. */
  run<T>(work: (tx: Tx) => Promise<T>): Promise<T> {
    return this.dataSource.transaction((manager) =>
      work({
        manager,
        query: async (sql, values) => {
          const result = await manager.queryRunner!.query(sql, values, true);
          return result.records;
        },
      }),
    );
  }
}
