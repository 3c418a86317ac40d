import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type DynamicModule, type INestApplicationContext, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import {
  AccountsModule,
  AccountsService,
  DemoPeopleService,
  KeysService,
  ProvidedSignInsService,
} from '#accounts';
import { BillingModule } from '#billing';
import { idToUuid, toMilli } from '#common';
import { type Actor, DatabaseModule, Transactions } from '#database';
import { AccountOpeningService, OperatorModule } from '#operator';

/** Kept in the data folder, for its owner only. */
export interface FirstRun {
  url: string;
  operator: SignInWith;
  holder: SignInWith & { key: string };
}

interface SignInWith {
  email: string;
  password: string;
}

const ACTOR: Actor = { kind: 'system', id: 'first run' };
const HOLDER_EMAIL = 'demo@example.com';
const OPERATOR_EMAIL = 'operator@example.com';
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

/** The demo people of an evaluation, made at the first start; later starts read what the first wrote down. */
export async function openDemo(options: {
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
    const { key, userUuid } = await openHolder(app);
    const firstRun = await app.get(Transactions).run(async (tx): Promise<FirstRun> => {
      const [signIns, demo] = [app.get(ProvidedSignInsService), app.get(DemoPeopleService)];
      const { userId } = await signIns.makeOperator(tx, ACTOR, { email: OPERATOR_EMAIL, name: 'Operator' });
      const operatorUuid = idToUuid(userId);
      await demo.mark(tx, operatorUuid);
      await demo.mark(tx, userUuid);
      return {
        url: options.publicUrl,
        operator: { email: OPERATOR_EMAIL, password: await signIns.givePassword(tx, operatorUuid) },
        holder: { email: HOLDER_EMAIL, password: await signIns.givePassword(tx, userUuid), key },
      };
    });
    writeFileSync(file, `${JSON.stringify(firstRun, null, 2)}\n`, { mode: 0o600 });
    return { firstRun, isNew: true };
  } finally {
    await app.close();
  }
}

/**
 * The account that has the key. It is there already where a first start was cut short before it wrote its file, or
 * where the data folder is another one: its keys were for whoever read that file, and end.
 */
async function openHolder(app: INestApplicationContext): Promise<{ key: string; userUuid: string }> {
  const found = await app
    .get(AccountsService)
    .show(HOLDER_EMAIL)
    .catch(() => undefined);
  if (!found?.owner) {
    const { key, userId } = await app.get(AccountOpeningService).open(ACTOR, {
      email: HOLDER_EMAIL,
      name: 'Demo',
      planId: 'free',
      grantMillicredits: toMilli(WELCOME_CREDITS),
      welcome: { expiresAt: new Date(Date.now() + WELCOME_DAYS * 86_400_000) },
    });
    return { key, userUuid: idToUuid(userId) };
  }
  const { accountId, owner } = found;
  return app.get(Transactions).run(async (tx) => {
    await app.get(DemoPeopleService).revokeKeys(tx, ACTOR, idToUuid(accountId));
    const { key } = await app.get(KeysService).create(tx, ACTOR, { accountId });
    return { key, userUuid: idToUuid(owner.userId) };
  });
}

/** What the first start prints, once, for people. */
export function firstRunPage(page: {
  firstRun: FirstRun;
  upstream: string;
  dataFolder: string | undefined;
}): string {
  const { url, holder, operator } = page.firstRun;
  return `
  The service is ready.

    Address    ${url}
    Account    ${holder.email}, password ${holder.password}
               1,000 credits, gone after 30 days
    Key        ${holder.key}
    Operator   ${operator.email}, password ${operator.password}
    Models     ${page.upstream}
${page.dataFolder ? `    Database   ${page.dataFolder}\n` : ''}
  Ask a model:

curl ${url}/v1/chat/completions \\
  -H "Authorization: Bearer ${holder.key}" \\
  -H "Content-Type: application/json" \\
  -d '{"model": "llama3.2:3b", "messages": [{"role": "user", "content": "Say hello."}]}'

  This is shown once; it is kept in first-run.json in the data folder, for your eyes only. Ctrl-C stops everything.
`;
}
