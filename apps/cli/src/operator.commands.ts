import type { Command } from 'commander';
import { OperatorsService } from '#accounts';
import { type Answer, table } from './output.js';
import type { Run, Services } from './services.js';

export function operatorCommands(program: Command, run: Run): void {
  const operator = program.command('operator').description('Operators: who runs the service');
  operator
    .command('add')
    .description("somebody who has signed up sees the operator's pages")
    .argument('<E>', 'their e-mail address')
    .action(run((services, email: string) => set(services, { email, isOperator: true })));
  operator
    .command('remove')
    .description('they are a user like any other again')
    .argument('<E>', 'their e-mail address')
    .action(run((services, email: string) => set(services, { email, isOperator: false })));
  operator.command('list').description('every operator').action(run(list));
}

async function set(services: Services, person: { email: string; isOperator: boolean }): Promise<Answer> {
  const userId = await services.get(OperatorsService).set(services.actor, person);
  const now = person.isOperator ? 'is an operator now' : 'is no operator now';
  return { json: { userId, isOperator: person.isOperator }, text: `${userId} ${now}.` };
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
