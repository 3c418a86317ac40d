import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type DynamicModule, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { AccountsModule } from '#accounts';
import { BillingModule } from '#billing';
import { toMilli } from '#common';
import { DatabaseModule } from '#database';
import { AccountOpeningService, OperatorModule } from '#operator';

/** Kept in the data folder, for its owner only. */
export interface FirstRun {
  url: string;
  holder: { email: string; key: string };
}

const DEMO_EMAIL = 'demo@example.com';
const WELCOME_CREDITS = 1_000;
const WELCOME_DAYS = 30;

@Module({})
class FirstRunModule {
  static forRoot(options: {
    databaseUrl: string;
    authSecret: string;
    keyPrefix: string;
    publicUrl: string;
  }): DynamicModule {
    return {
      module: FirstRunModule,
      imports: [
        DatabaseModule.forRoot({ settings: { url: options.databaseUrl, poolSize: 2 }, entities: [] }),
        AccountsModule.forRoot(options),
        BillingModule.forAdministration(),
        OperatorModule,
      ],
    };
  }
}

/** The demo account of an evaluation, opened at the first start; later starts read what the first wrote down. */
export async function openDemoAccount(options: {
  dataDir: string;
  databaseUrl: string;
  authSecret: string;
  keyPrefix: string;
  publicUrl: string;
}): Promise<{ firstRun: FirstRun; isNew: boolean }> {
  const file = join(options.dataDir, 'first-run.json');
  if (existsSync(file)) return { firstRun: JSON.parse(readFileSync(file, 'utf8')) as FirstRun, isNew: false };
  const app = await NestFactory.createApplicationContext(FirstRunModule.forRoot(options), {
    logger: ['error'],
  });
  try {
    const opened = await app.get(AccountOpeningService).open(
      { kind: 'system', id: 'first run' },
      {
        email: DEMO_EMAIL,
        name: 'Demo',
        planId: 'free',
        grantMillicredits: toMilli(WELCOME_CREDITS),
        welcome: { expiresAt: new Date(Date.now() + WELCOME_DAYS * 86_400_000) },
      },
    );
    const firstRun = { url: options.publicUrl, holder: { email: DEMO_EMAIL, key: opened.key } };
    writeFileSync(file, `${JSON.stringify(firstRun, null, 2)}\n`, { mode: 0o600 });
    return { firstRun, isNew: true };
  } finally {
    await app.close();
  }
}

/** What the first start prints, once, for people. */
export function firstRunPage(page: {
  firstRun: FirstRun;
  upstream: string;
  dataFolder: string | undefined;
}): string {
  const { url, holder } = page.firstRun;
  return `
  The service is ready.

    Address    ${url}
    Account    ${holder.email}, 1,000 credits, gone after 30 days
    Key        ${holder.key}
    Models     ${page.upstream}
${page.dataFolder ? `    Database   ${page.dataFolder}\n` : ''}
  Ask a model:

curl ${url}/v1/chat/completions \\
  -H "Authorization: Bearer ${holder.key}" \\
  -H "Content-Type: application/json" \\
  -d '{"model": "llama3.2:3b", "messages": [{"role": "user", "content": "Say hello."}]}'

  This is shown once; it is kept in first-run.json in the data folder. Ctrl-C stops everything.
`;
}
