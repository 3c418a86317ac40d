import type { Command } from 'commander';
import { type Account, AccountsService } from '#accounts';
import { CreditAccountsService } from '#billing';
import { type AccountId, idToUuid, type Millicredits, toCredits } from '#common';
import { AccountOpeningService, OperatorGrantsService } from '#operator';
import { CommandFailure } from './failure.js';
import { parseCredits, parseDate, parseLimit, parseWholeNumber } from './option-parsers.js';
import { type Answer, creditText, facts, table, timeText } from './output.js';
import type { Run, Services } from './services.js';

const PAGE = 200;
const WHICH = "the account's id, or its owner's e-mail address";
const UNSAID = 'not said at the command line';

export function accountCommands(program: Command, run: Run): void {
  const account = program.command('account').description('Accounts: who owns credits');
  account
    .command('create')
    .description('open an account: a person, its books, exactly the credits named, a first key (shown once)')
    .requiredOption('--email <E>', "the owner's e-mail address")
    .option('--name <N>', "the owner's name")
    .option('--credits <C>', 'credits it begins with; left out: none', parseCredits)
    .option('--plan <P>', 'its plan', 'free')
    .action(run(create));
  account.command('show').description('balance, plan and limits').argument('<ID|E>', WHICH).action(run(show));
  account
    .command('list')
    .description('every account, newest first')
    .option('--limit <N>', 'how many at most', parseWholeNumber)
    .action(run(list));
  account
    .command('grant')
    .description('give credits')
    .argument('<ID|E>', WHICH)
    .requiredOption('--credits <C>', 'how many', parseCredits)
    .requiredOption('--reason <R>', 'why: it goes into the audit log')
    .option('--expires <DATE>', 'when they end; left out: never', parseDate)
    .action(run(grant));
  account
    .command('limits')
    .description('set limits by hand; a change of plan leaves them alone')
    .argument('<ID|E>', WHICH)
    .option('--requests-per-minute <N|none>', 'requests a minute', parseLimit)
    .option('--in-flight <N|none>', 'requests in flight', parseLimit)
    .action(run(limits));
  account
    .command('suspend')
    .description('refuse its requests, within a second')
    .argument('<ID|E>', WHICH)
    .option('--reason <R>', 'why', UNSAID)
    .action(run(suspend));
  account
    .command('resume')
    .description('take a suspension back')
    .argument('<ID|E>', WHICH)
    .option('--reason <R>', 'why', UNSAID)
    .action(run(resume));
}

async function create(
  services: Services,
  options: { email: string; name?: string; credits?: Millicredits; plan: string },
): Promise<Answer> {
  const { email, name, credits = 0n, plan } = options;
  const { accountId, userId, keyId, key } = await services.get(AccountOpeningService).open(services.actor, {
    email,
    planId: plan,
    grantMillicredits: credits,
    ...(name === undefined ? {} : { name }),
  });
  return {
    json: { accountId, userId, keyId, key },
    text: facts({ Account: accountId, User: userId, 'Key id': keyId, Key: key }),
    note: 'The key is shown this once.',
  };
}

async function show(services: Services, idOrEmail: string): Promise<Answer> {
  const account = await services.get(AccountsService).show(idOrEmail);
  const balance = await balanceOf(services, account);
  return {
    json: jsonOf(account, balance),
    text: facts({
      Account: account.accountId,
      Owner: account.owner?.email,
      Name: account.name,
      Plan: balance.planId,
      Available: `${creditText(balance.availableMillicredits)} credits`,
      Held: `${creditText(balance.heldMillicredits)} credits`,
      Debt: `${creditText(balance.debtMillicredits)} credits`,
      'Next expiry': timeText(balance.nextExpiryAt),
      'Requests per minute': limitText(account.requestsPerMinute),
      'In flight': limitText(account.inFlightLimit),
      Keys: limitText(account.keyLimit),
      Opened: timeText(account.createdAt),
      Suspended: timeText(account.suspendedAt) ?? 'no',
    }),
  };
}

async function list(services: Services, options: { limit?: number }): Promise<Answer> {
  const lines = await newestAccounts(services, options.limit ?? Number.POSITIVE_INFINITY);
  return {
    json: lines.map(({ account, balance }) => jsonOf(account, balance)),
    text: table(
      ['ACCOUNT', 'OWNER', 'PLAN', 'AVAILABLE', 'HELD', 'DEBT', 'SUSPENDED'],
      lines.map(({ account, balance }) => [
        account.accountId,
        account.owner?.email,
        balance.planId,
        creditText(balance.availableMillicredits),
        creditText(balance.heldMillicredits),
        creditText(balance.debtMillicredits),
        account.suspendedAt ? 'yes' : '',
      ]),
    ),
  };
}

async function grant(
  services: Services,
  idOrEmail: string,
  options: { credits: Millicredits; reason: string; expires?: Date },
): Promise<Answer> {
  const account = await services.get(AccountsService).show(idOrEmail);
  const { grantId } = await services.inTransaction((tx) =>
    services.get(OperatorGrantsService).grant(tx, services.actor, {
      accountId: account.accountId,
      amountMillicredits: options.credits,
      reason: options.reason,
      ...(options.expires ? { expiresAt: options.expires } : {}),
    }),
  );
  const { availableMillicredits } = await balanceOf(services, account);
  return {
    json: {
      grantId,
      accountId: account.accountId,
      credits: toCredits(options.credits),
      expiresAt: options.expires ?? null,
      available: toCredits(availableMillicredits),
    },
    text: `${creditText(options.credits)} credits given to ${account.accountId}; it has ${creditText(availableMillicredits)} now.`,
  };
}

async function limits(
  services: Services,
  idOrEmail: string,
  options: { requestsPerMinute?: number | 'none'; inFlight?: number | 'none' },
): Promise<Answer> {
  const accounts = services.get(AccountsService);
  const { accountId } = await accounts.show(idOrEmail);
  const { requestsPerMinute, inFlight } = options;
  if (requestsPerMinute === undefined && inFlight === undefined) {
    throw new CommandFailure('wrong_usage', 'Name a limit: --requests-per-minute or --in-flight.');
  }
  await services.inTransaction((tx) =>
    accounts.setLimits(tx, services.actor, {
      accountId,
      limits: {
        ...(requestsPerMinute === undefined ? {} : { requestsPerMinute: limitOf(requestsPerMinute) }),
        ...(inFlight === undefined ? {} : { inFlightLimit: limitOf(inFlight) }),
      },
    }),
  );
  return show(services, accountId);
}

async function suspend(services: Services, idOrEmail: string, options: { reason: string }): Promise<Answer> {
  const accounts = services.get(AccountsService);
  const { accountId } = await accounts.show(idOrEmail);
  const input = { accountId, reason: options.reason };
  await services.inTransaction((tx) => accounts.suspend(tx, services.actor, input));
  return { json: { accountId, suspended: true }, text: `${accountId} is suspended.` };
}

async function resume(services: Services, idOrEmail: string, options: { reason: string }): Promise<Answer> {
  const accounts = services.get(AccountsService);
  const { accountId } = await accounts.show(idOrEmail);
  const input = { accountId, reason: options.reason };
  await services.inTransaction((tx) => accounts.resume(tx, services.actor, input));
  return { json: { accountId, suspended: false }, text: `${accountId} may be used.` };
}

type Balance = Awaited<ReturnType<CreditAccountsService['balance']>>;

const balanceOf = (services: Services, account: Account): Promise<Balance> =>
  services.get(CreditAccountsService).balance(idToUuid(account.accountId));

/** As many pages as it takes; the balances of one page are asked for at a time. */
async function newestAccounts(
  services: Services,
  most: number,
): Promise<{ account: Account; balance: Balance }[]> {
  const service = services.get(AccountsService);
  const lines: { account: Account; balance: Balance }[] = [];
  let before: AccountId | null | undefined;
  while (before !== null && lines.length < most) {
    const limit = Math.min(most - lines.length, PAGE);
    const page = await service.list({ limit, ...(before ? { before } : {}) });
    const found = page.accounts.map(async (account) => ({
      account,
      balance: await balanceOf(services, account),
    }));
    lines.push(...(await Promise.all(found)));
    before = page.next;
  }
  return lines;
}

function jsonOf(account: Account, balance: Balance): object {
  return {
    accountId: account.accountId,
    email: account.owner?.email ?? null,
    userId: account.owner?.userId ?? null,
    name: account.name,
    kind: account.kind,
    plan: balance.planId,
    available: toCredits(balance.availableMillicredits),
    held: toCredits(balance.heldMillicredits),
    debt: toCredits(balance.debtMillicredits),
    nextExpiryAt: balance.nextExpiryAt,
    requestsPerMinute: account.requestsPerMinute,
    inFlight: account.inFlightLimit,
    keyLimit: account.keyLimit,
    suspended: account.suspendedAt !== null,
    createdAt: account.createdAt,
  };
}

const limitOf = (given: number | 'none') => (given === 'none' ? null : given);
const limitText = (limit: number | null) => limit ?? 'no limit';
