import { type Command, Option } from 'commander';
import {
  OUTPUT_LIMIT_FIELDS,
  type OutputLimitFields,
  type UpstreamRecord,
  UpstreamSyncService,
  UpstreamsService,
} from '#upstreams';
import { CommandFailure } from './failure.js';
import { parseList } from './option-parsers.js';
import { type Answer, facts, table, timeText } from './output.js';
import type { Run, Services } from './services.js';

const WHICH = 'its name';

export function upstreamCommands(program: Command, run: Run): void {
  const upstream = program.command('upstream').description('Servers that run models');
  upstream
    .command('add')
    .description('add a server that speaks the OpenAI wire format; it may be in a private network')
    .argument('<NAME>', 'a name for it')
    .requiredOption('--base-url <U>', 'its address; with most servers it ends in /v1')
    .addOption(
      new Option('--output-limit <which>', 'the name under which it takes the output limit')
        .choices(OUTPUT_LIMIT_FIELDS)
        .default('both'),
    )
    .option('--api-key-stdin', 'read its API key from standard input, where no list of processes shows it')
    .action(run(add));
  upstream.command('list').description('every upstream').action(run(list));
  upstream
    .command('test')
    .description('ask it for its models; exit code 1 when it gives none')
    .argument('<NAME>', WHICH)
    .action(run(test));
  upstream
    .command('sync')
    .description('what it has that the catalog has not; --draft adds drafts, each with a route to it')
    .argument('<NAME>', WHICH)
    .option('--draft <a,b|all>', 'their ids, or all that are new', parseList)
    .action(run(sync));
}

async function add(
  services: Services,
  name: string,
  options: { baseUrl: string; outputLimit: OutputLimitFields; apiKeyStdin?: true },
): Promise<Answer> {
  services.requireSecretsKey();
  const apiKey = options.apiKeyStdin ? (await services.readInput()).trim() : undefined;
  if (apiKey === '') throw new CommandFailure('wrong_usage', 'No API key came on standard input.');
  const { baseUrl, outputLimit } = options;
  const record = await services.get(UpstreamsService).add(services.actor, {
    name,
    baseUrl,
    outputLimitFields: outputLimit,
    ...(apiKey === undefined ? {} : { apiKey }),
  });
  return {
    json: record,
    text: facts({
      Upstream: record.name,
      Address: record.baseUrl,
      'API key': record.hasSecret ? 'kept, encrypted' : 'none',
    }),
  };
}

async function list(services: Services): Promise<Answer> {
  const upstreams: UpstreamRecord[] = await services.get(UpstreamsService).list();
  return {
    json: upstreams,
    text: table(
      ['UPSTREAM', 'ADDRESS', 'API KEY', 'ENABLED', 'ADDED'],
      upstreams.map((one) => [
        one.name,
        one.baseUrl,
        one.hasSecret ? 'yes' : 'no',
        one.enabled ? 'yes' : 'no',
        timeText(one.createdAt),
      ]),
    ),
  };
}

async function test(services: Services, name: string): Promise<Answer> {
  services.requireSecretsKey();
  const { status, ms, modelIds, problem } = await services.get(UpstreamSyncService).test(name);
  const ok = modelIds !== undefined;
  return {
    json: { name, ok, status, ms, models: modelIds ?? [], problem: problem ?? null },
    text: ok
      ? `${name} answers in ${ms} ms and has ${modelIds.length} models: ${modelIds.join(', ')}`
      : `${name} is not usable: ${problem}`,
    exitCode: ok ? 0 : 1,
  };
}

async function sync(services: Services, name: string, options: { draft?: string[] }): Promise<Answer> {
  services.requireSecretsKey();
  const service = services.get(UpstreamSyncService);
  const offers = await service.offers(name);
  const fresh = offers.filter((offer) => !offer.inCatalog && offer.usable).map(({ theirId }) => theirId);
  const wanted = options.draft?.join() === 'all' ? fresh : (options.draft ?? []);
  const missing = wanted.find((id) => !fresh.includes(id));
  if (missing !== undefined) {
    throw new CommandFailure('not_found', `"${missing}" is nothing new that ${name} offers.`);
  }
  await service.draft(services.actor, { upstream: name, theirIds: wanted });
  const lines = offers.map((offer) => ({ ...offer, drafted: wanted.includes(offer.theirId) }));
  return {
    json: lines,
    text: table(
      ['MODEL', 'CATALOG'],
      lines.map((line) => [line.theirId, offerText(line)]),
    ),
    ...(fresh.length > wanted.length
      ? { note: 'Add drafts of what is new with --draft a,b or --draft all.' }
      : {}),
  };
}

function offerText(line: { inCatalog: boolean; usable: boolean; drafted: boolean }): string {
  if (line.drafted) return 'added as a draft';
  if (line.inCatalog) return 'has it';
  return line.usable ? 'new' : 'cannot take this name as an id';
}
