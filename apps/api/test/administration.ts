import { type INestApplicationContext, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { AccountsModule } from '#accounts';
import { BillingModule } from '#billing';
import { DatabaseModule } from '#database';
import { OperatorModule } from '#operator';
import type { ApiConfig } from '../src/config.js';

/** What the command line would use, to open accounts and read the proof. */
export function administration(config: ApiConfig): Promise<INestApplicationContext> {
  @Module({
    imports: [
      DatabaseModule.forRoot({ settings: { url: config.database.url, poolSize: 2 }, entities: [] }),
      AccountsModule.forRoot({
        keyPrefix: config.service.keyPrefix,
        authSecret: config.secrets.auth,
        publicUrl: config.publicUrl,
      }),
      BillingModule.forAdministration(),
      OperatorModule,
    ],
  })
  class AdministrationModule {}
  return NestFactory.createApplicationContext(AdministrationModule, {
    logger: ['error'],
    abortOnError: false,
  });
}
