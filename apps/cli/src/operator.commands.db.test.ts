import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { startCommandLine, type TestCommandLine } from './command-line.harness.js';

let cli: TestCommandLine;
beforeAll(async () => {
  cli = await startCommandLine();
  await cli.json(['account', 'create', '--email', 'ada@example.com', '--name', 'Ada']);
});
afterAll(() => cli.drop());

const operators = () => cli.json<{ email: string }[]>('operator list');

it('operator add and remove say who runs the service', async () => {
  expect(await operators()).toEqual([]);
  await cli.json('operator add ADA@example.com');
  expect(await cli.json('operator add ada@example.com')).toMatchObject({ isOperator: true });
  expect(await operators()).toMatchObject([
    { email: 'ada@example.com', name: 'Ada', twoFactorEnabled: false },
  ]);
  expect(await cli.json('operator remove ada@example.com')).toMatchObject({ isOperator: false });
  expect(await operators()).toEqual([]);
});

it('somebody who has not signed up is appointed to nothing', async () => {
  const ran = await cli.say('operator add bob@example.com');
  expect(ran).toMatchObject({ exitCode: 1, errors: 'Nobody has signed up as bob@example.com.\n' });
});
