import { type DynamicModule, Global, Inject, Module, type OnApplicationShutdown } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { AuditLog } from './audit-log.js';
import { ChangeFeed } from './change-feed.js';
import { Clock } from './clock.js';
import { createDataSource } from './data-source.js';
import { DATABASE_SETTINGS, type DatabaseSettings } from './database.settings.js';
import { PG_POOL, poolOf } from './pg-pool.js';
import { Transactions } from './transactions.js';

/** Owns the connection of a process to PostgreSQL; every other module borrows it. */
@Global()
@Module({})
export class DatabaseModule implements OnApplicationShutdown {
  constructor(@Inject(DataSource) private readonly dataSource: DataSource) {}

  static forRoot(options: { settings: DatabaseSettings; entities: unknown[] }): DynamicModule {
    return {
      module: DatabaseModule,
      providers: [
        { provide: DATABASE_SETTINGS, useValue: options.settings },
        {
          provide: DataSource,
          useFactory: async () => {
            const dataSource = createDataSource({
              ...options.settings,
              entities: options.entities as never,
            });
            await dataSource.initialize();
            poolOf(dataSource).on('error', () => undefined);
            return dataSource;
          },
        },
        { provide: PG_POOL, inject: [DataSource], useFactory: poolOf },
        Transactions,
        Clock,
        ChangeFeed,
        AuditLog,
      ],
      exports: [DataSource, PG_POOL, DATABASE_SETTINGS, Transactions, Clock, ChangeFeed, AuditLog],
    };
  }

  /** Runs after every module has finished with the database. */
  async onApplicationShutdown(): Promise<void> {
    if (this.dataSource.isInitialized) await this.dataSource.destroy();
  }
}
