import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startCommandLine, type TestCommandLine } from './command-line.harness.js';

let cli: TestCommandLine;

beforeAll(async () => {
  cli = await startCommandLine();
  await cli.json('upstream add one --base-url http://127.0.0.1:1/v1');
  await cli.json('upstream add two --base-url http://127.0.0.1:2/v1');
});
afterAll(() => cli.drop());

it('model list shows the whole catalog with the price in force', async () => {
  const models = await cli.json<Record<string, unknown>[]>('model list');
  expect(models).toHaveLength(59);
  expect(models.find(({ id }) => id === 'llama3.2:3b')).toMatchObject({
    state: 'active',
    tier: 'standard-lightweight',
    multiplier: 0.5,
    route: [],
  });
});

it('a model is added as a draft with what was said of it, enabled, disabled and enabled again', async () => {
  const added = await cli.json(
    'model add acme/big:7b --tier frontier-mid --category code --context 32768 --max-output 4096 --capabilities tools,json',
  );
  expect(added).toMatchObject({
    id: 'acme/big:7b',
    state: 'draft',
    tier: 'frontier-mid',
    category: 'code',
    contextWindow: 32_768,
    maxOutputTokens: 4_096,
    capabilities: ['tools', 'json'],
    multiplier: 2.5,
    route: [],
  });
  expect(await cli.json('model enable acme/big:7b')).toMatchObject({ state: 'active' });
  const disabled = await cli.json(['model', 'disable', 'acme/big:7b', '--reason', 'its server burns']);
  expect(disabled).toMatchObject({ state: 'active', disabledReason: 'its server burns' });
  expect((await cli.say('model show acme/big:7b')).output).toContain('active, disabled: its server burns');
  expect(await cli.json('model enable acme/big:7b')).toMatchObject({
    state: 'active',
    disabledReason: null,
  });
});

describe('model route', () => {
  it('keeps the order, divides at the first =, and goes back to the default when told so', async () => {
    const route = [
      { upstream: 'two', theirId: 'org/name=v2=q4' },
      { upstream: 'one', theirId: 'llama3.2:3b' },
    ];
    expect(await cli.json('model route llama3.2:3b two=org/name=v2=q4 one')).toMatchObject({ route });
    expect(await cli.json('model show llama3.2:3b')).toMatchObject({ route });
    expect(await cli.json('model route llama3.2:3b --default')).toMatchObject({ route: [] });
  });

  it.each([
    ['llama3.2:3b nowhere', 'not_found'],
    ['nothing-like-it one', 'model_not_found'],
    ['llama3.2:3b', 'wrong_usage'],
    ['llama3.2:3b one --default', 'wrong_usage'],
    ['llama3.2:3b one=', 'wrong_usage'],
    ['llama3.2:3b =x', 'wrong_usage'],
  ])('%s is refused with %s and leaves the route alone', async (line, code) => {
    await cli.json('model route llama3.2:3b one=small');
    const ran = await cli.say(`model route ${line} --json`);
    expect(ran.exitCode).toBe(1);
    expect(JSON.parse(ran.errors).error.code).toBe(code);
    expect(await cli.json('model show llama3.2:3b')).toMatchObject({
      route: [{ upstream: 'one', theirId: 'small' }],
    });
  });
});

describe('model set', () => {
  it('lowers at once, raises from a date, and shows the price in force until then', async () => {
    expect(await cli.json('model set mistral:7b --multiplier 0.125')).toMatchObject({
      id: 'mistral:7b',
      multiplier: 0.125,
    });
    expect(
      await cli.json('model set mistral:7b --multiplier 2 --effective-at 2999-01-01T00:00Z'),
    ).toMatchObject({ multiplier: 2, effectiveAt: '2999-01-01T00:00:00.000Z' });
    expect(await cli.json('model show mistral:7b')).toMatchObject({ multiplier: 0.125 });
    expect((await cli.say('model show mistral:7b')).output).toContain('2 from 2999-01-01 00:00 UTC on');
  });

  it.each([
    ['mistral:7b --multiplier 1.2345', 'wrong_usage'],
    ['mistral:7b --multiplier -1', 'wrong_usage'],
    ['mistral:7b --multiplier lots', 'wrong_usage'],
    ['mistral:7b', 'wrong_usage'],
    ['mistral:7b --multiplier 1 --effective-at tomorrow', 'wrong_usage'],
    ['mistral:7b --multiplier 900', 'invalid_value'],
    ['nothing-like-it --multiplier 1', 'model_not_found'],
  ])('%s is refused with %s', async (line, code) => {
    const ran = await cli.say(`model set ${line} --json`);
    expect(ran).toMatchObject({ exitCode: 1, output: '' });
    expect(JSON.parse(ran.errors).error.code).toBe(code);
  });
});

it.each([
  ['model show nothing-like-it', 'model_not_found'],
  ['model enable nothing-like-it', 'model_not_found'],
  ['model add llama3.2:3b', 'conflict'],
  ['model add x --tier gold', 'invalid_value'],
  ['model add x --category poetry', 'invalid_value'],
  ['model add x --capabilities fly', 'invalid_value'],
  ['model add x --context 0', 'invalid_value'],
  ['model add x --context many', 'wrong_usage'],
  ['model disable llama3.2:3b', 'wrong_usage'],
])('%s is refused with %s', async (line, code) => {
  const ran = await cli.say(`${line} --json`);
  expect(ran).toMatchObject({ exitCode: 1, output: '' });
  expect(JSON.parse(ran.errors).error.code).toBe(code);
});
