import { randomBytes } from 'node:crypto';
import { type DynamicModule, Module } from '@nestjs/common';
import { AccountsModule } from '#accounts';
import { BillingModule } from '#billing';
import { DatabaseModule } from '#database';
import { ModelsModule } from '#models';
import { NotificationsModule } from '#notifications';
import { OperatorModule } from '#operator';
import { UpstreamsModule } from '#upstreams';
import type { CliConfig } from './config.js';
import type { Installation } from './installation.js';

const POOL_SIZE = 4;
const UPSTREAM_SECONDS = 10;

/** What the commands administer, without anything that serves requests and without jobs. */
@Module({})
export class CliModule {
  static forRoot(config: CliConfig, installation: Installation): DynamicModule {
    return {
      module: CliModule,
      imports: [
        DatabaseModule.forRoot({
          settings: { url: installation.databaseUrl, poolSize: POOL_SIZE },
          entities: [...ModelsModule.entities, ...UpstreamsModule.entities],
        }),
        AccountsModule.forRoot({
          keyPrefix: config.keyPrefix,
          publicUrl: config.publicUrl,
          // Nobody signs in at the command line.
          authSecret: config.authSecret ?? '',
        }),
        BillingModule.forAdministration(),
        ModelsModule.forRoot({ ownedBy: config.ownedBy }),
        NotificationsModule.forAdministration({
          publicUrl: config.publicUrl,
          brandName: config.brandName,
          authSecret: config.authSecret ?? '',
          smtp: config.smtp,
        }),
        UpstreamsModule.forRoot({
          settings: {
            // Without a key, one that nobody keeps: what would seal or open with it refuses before it gets here.
            secretsKey: installation.secretsKey ?? randomBytes(32).toString('hex'),
            connectSeconds: UPSTREAM_SECONDS,
            firstByteSeconds: UPSTREAM_SECONDS,
            idleSeconds: UPSTREAM_SECONDS,
            allowedPrivateUpstreams: [],
          },
          // Which server is the default one is the serving processes' to find.
          defaultUpstream: { kind: 'none', baseUrl: null, apiKey: null },
        }),
        OperatorModule,
      ],
    };
  }
}
