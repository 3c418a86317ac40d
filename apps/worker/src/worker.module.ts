import { type DynamicModule, Module } from '@nestjs/common';
import { AccountsModule } from '#accounts';
import { BillingModule } from '#billing';
import { DatabaseModule } from '#database';
import { NotificationsModule } from '#notifications';
import type { WorkerConfig } from './config.js';

/** The modules that have jobs, without HTTP: sweeping holds, making partitions, sending mails. */
@Module({})
export class WorkerModule {
  static forRoot(config: WorkerConfig): DynamicModule {
    return {
      module: WorkerModule,
      imports: [
        DatabaseModule.forRoot({ settings: config.database, entities: [] }),
        AccountsModule.forRoot(config),
        BillingModule.forRoot({
          holdTtlSeconds: config.holdTtlSeconds,
          processName: `worker ${process.pid}`,
          retentionMonths: config.retentionMonths,
        }),
        NotificationsModule.forRoot(config),
      ],
    };
  }
}
