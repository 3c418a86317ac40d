import type { Command } from 'commander';
import { DemoPeopleService, OperatorsService, ProvidedSignInsService } from '#accounts';
import { type Answer, facts, table } from './output.js';
import type { Run, Services } from './services.js';

export function operatorCommands(program: Command, run: Run): void {
  const operator = program.command('operator').description('People who run the service');
  operator
    .command('create')
    .description('make a person an operator; one who has no sign-in yet gets a password, shown once')
    .requiredOption('--email <E>', 'the address they sign in with')
    .option('--name <N>', "a new person's name; left out: the address up to the @")
    .action(run(create));
  operator
    .command('remove')
    .description('they are a user like any other again')
    .argument('<E>', 'their e-mail address')
    .action(run(remove));
  operator.command('list').description('every operator').action(run(list));
  operator
    .command('end-demo')
    .description('end the sign-ins and the key of the first start, as production demands')
    .action(run(endDemo));
}

async function create(services: Services, options: { email: string; name?: string }): Promise<Answer> {
  const { userId, password } = await services.inTransaction((tx) =>
    services.get(ProvidedSignInsService).makeOperator(tx, services.actor, options),
  );
  return {
    json: { userId, password },
    text: facts({ Operator: userId, Password: password ?? 'the one they have' }),
    ...(password === null ? {} : { note: 'The password is shown this once. Change it under Settings.' }),
  };
}

async function remove(services: Services, email: string): Promise<Answer> {
  const userId = await services.get(OperatorsService).dismiss(services.actor, email);
  return { json: { userId, isOperator: false }, text: `${userId} is no operator now.` };
}

async function list(services: Services): Promise<Answer> {
  const operators = await services.get(OperatorsService).list();
  return {
    json: operators,
    text: table(
      ['USER ID', 'ADDRESS', 'NAME', 'TWO-FACTOR'],
      operators.map((one) => [one.userId, one.email, one.name, one.twoFactorEnabled ? 'on' : 'off']),
    ),
  };
}

async function endDemo(services: Services): Promise<Answer> {
  const ended = await services.get(DemoPeopleService).end(services.actor);
  return { json: { ended }, text: `${ended} demo ${ended === 1 ? 'sign-in' : 'sign-ins'} ended.` };
}
