import type { Command } from 'commander';
import { AccountsService, KeysService, type KeyView } from '#accounts';
import { DomainError, type Millicredits, parseId, toCredits } from '#common';
import { ModelsService } from '#models';
import { parseCredits, parseDate, parseList } from './option-parsers.js';
import { type Answer, creditText, facts, table, timeText } from './output.js';
import type { Run, Services } from './services.js';

const PAGE = 200;
const WHICH = "the account's id, or its owner's e-mail address";

export function keyCommands(program: Command, run: Run): void {
  const key = program.command('key').description('API keys of an account');
  key
    .command('create')
    .description('make a key; it is shown once')
    .argument('<ID|E>', WHICH)
    .option('--name <N>', 'a name for people')
    .option('--budget <C>', 'credits it may spend', parseCredits)
    .option('--reset <daily|monthly>', 'when its budget begins anew (UTC); left out: never')
    .option('--scopes <a,b>', 'what it may do: inference, account:read', parseList)
    .option('--models <a,b>', 'the models it may use; left out: all', parseList)
    .option('--expires <DATE>', 'when it ends; left out: never', parseDate)
    .action(run(create));
  key.command('revoke').description('revoke a key for good').argument('<KEYID>').action(run(revoke));
  key
    .command('list')
    .description('the keys of an account, revoked ones too; newest first')
    .argument('<ID|E>', WHICH)
    .action(run(list));
}

interface CreateOptions {
  name?: string;
  budget?: Millicredits;
  reset?: string;
  scopes?: string[];
  models?: string[];
  expires?: Date;
}

async function create(services: Services, idOrEmail: string, options: CreateOptions): Promise<Answer> {
  const { accountId } = await services.get(AccountsService).show(idOrEmail);
  // A key for a model that is misspelt would be refused at its first use, far from here.
  for (const model of options.models ?? []) await services.get(ModelsService).show(model);
  const { keyId, key } = await services.inTransaction((tx) =>
    services.get(KeysService).create(tx, services.actor, {
      accountId,
      budgetMillicredits: options.budget ?? null,
      // The service refuses what is neither daily nor monthly.
      budgetReset: (options.reset ?? null) as 'daily' | 'monthly' | null,
      allowedModels: options.models ?? null,
      expiresAt: options.expires ?? null,
      ...(options.name === undefined ? {} : { name: options.name }),
      ...(options.scopes ? { scopes: options.scopes } : {}),
    }),
  );
  return {
    json: { keyId, key },
    text: facts({ 'Key id': keyId, Key: key }),
    note: 'The key is shown this once.',
  };
}

async function revoke(services: Services, id: string): Promise<Answer> {
  const keyId = parseId('key', id.trim());
  if (!keyId) {
    throw new DomainError('invalid_value', 'The id of a key is key_ and 32 digits; key list shows it.');
  }
  await services.inTransaction((tx) => services.get(KeysService).revoke(tx, services.actor, { keyId }));
  return { json: { keyId, revoked: true }, text: `${keyId} is revoked.` };
}

async function list(services: Services, idOrEmail: string): Promise<Answer> {
  const { accountId } = await services.get(AccountsService).show(idOrEmail);
  const service = services.get(KeysService);
  let page = await service.list({ accountId, limit: PAGE });
  const keys = [...page.keys];
  while (page.next) {
    page = await service.list({ accountId, limit: PAGE, before: page.next });
    keys.push(...page.keys);
  }
  return {
    json: keys.map(jsonOf),
    text: table(
      ['KEY ID', 'NAME', 'KEY', 'SCOPES', 'MODELS', 'BUDGET', 'EXPIRES', 'LAST USED', 'REVOKED'],
      keys.map((key) => [
        key.keyId,
        key.name,
        key.display,
        key.scopes.join(','),
        key.allowedModels?.join(',') ?? 'all',
        budgetText(key),
        timeText(key.expiresAt),
        timeText(key.lastUsedAt),
        timeText(key.revokedAt),
      ]),
    ),
  };
}

function budgetText(key: KeyView): string | null {
  if (key.budgetMillicredits === null) return null;
  return [creditText(key.budgetMillicredits), key.budgetReset].filter(Boolean).join(' ');
}

function jsonOf(key: KeyView): object {
  return {
    keyId: key.keyId,
    accountId: key.accountId,
    name: key.name,
    display: key.display,
    scopes: key.scopes,
    models: key.allowedModels,
    budget: key.budgetMillicredits === null ? null : toCredits(key.budgetMillicredits),
    reset: key.budgetReset,
    expiresAt: key.expiresAt,
    revokedAt: key.revokedAt,
    createdAt: key.createdAt,
    lastUsedAt: key.lastUsedAt,
  };
}
