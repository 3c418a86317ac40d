import { type Command, InvalidArgumentError } from 'commander';
import { toCredits, toMilli } from '#common';
import { Clock } from '#database';
import { CatalogService, type ModelRecord, ModelsService, multiplierAt } from '#models';
import { type RouteHop, UpstreamsService } from '#upstreams';
import { CommandFailure } from './failure.js';
import { parseDate, parseHop, parseList, parseWholeNumber } from './option-parsers.js';
import { type Answer, countText, facts, table, timeText } from './output.js';
import type { Run, Services } from './services.js';

const WHICH = "the model's id";
const UNSAID = 'not said at the command line';

export function modelCommands(program: Command, run: Run): void {
  const model = program.command('model').description('The catalog: models, their prices and routes');
  model.command('list').description('every model in every state').action(run(list));
  model
    .command('show')
    .description('one model, its route and its prices')
    .argument('<ID>', WHICH)
    .action(run(show));
  model
    .command('add')
    .description('add a draft, which nobody sees until it is enabled')
    .argument('<ID>', WHICH)
    .option('--tier <T>', 'its price class')
    .option('--category <C>', 'what it is best at')
    .option('--context <N>', 'tokens it can take in and give out together', parseWholeNumber)
    .option('--max-output <N>', 'tokens it can give out', parseWholeNumber)
    .option('--capabilities <a,b>', 'what it can do: tools, json, vision, thinking, embedding', parseList)
    .action(run(add));
  model
    .command('enable')
    .description('make a draft active, or lift what disable set')
    .argument('<ID>', WHICH)
    .action(run(enable));
  model
    .command('disable')
    .description('answer 503 with the reason for now; the model stays listed')
    .argument('<ID>', WHICH)
    .requiredOption('--reason <R>', 'why: callers read it')
    .action(run(disable));
  model
    .command('route')
    .description('which upstreams serve it, first choice first')
    .argument('<ID>', WHICH)
    .argument(
      '[UPSTREAM[=THEIR-ID]...]',
      'an upstream, and its name for the model if that is another',
      parseHop,
    )
    .option('--default', 'back to the default upstream')
    .action(run(route));
  model
    .command('set')
    .description('set its price: lower at once, higher 14 days ahead at the earliest')
    .argument('<ID>', WHICH)
    .requiredOption('--multiplier <M>', 'credits a token, at most three decimals', parseMultiplier)
    .option('--effective-at <T>', 'from when on; left out: at once', parseDate)
    .option('--reason <R>', 'why: it goes into the audit log', UNSAID)
    .action(run(set));
}

async function list(services: Services): Promise<Answer> {
  const catalog = await services.get(CatalogService).current();
  const nowMs = services.get(Clock).nowMs();
  const models = await services.get(ModelsService).list();
  const lines = await Promise.all(
    models.map(async (model) => {
      const inForce = multiplierAt(catalog.models.get(model.id)?.multipliers ?? [], nowMs);
      return {
        ...summaryOf(model),
        multiplier: inForce ? toCredits(inForce.multiplierMilli) : null,
        route: await services.get(UpstreamsService).route(model.id),
      };
    }),
  );
  return {
    json: lines,
    text: table(
      ['MODEL', 'STATE', 'TIER', 'MULTIPLIER', 'CATEGORY', 'CONTEXT', 'ROUTE'],
      lines.map((line) => [
        line.id,
        stateText(line),
        line.tier,
        line.multiplier,
        line.category,
        countText(line.contextWindow),
        routeText(line.route),
      ]),
    ),
  };
}

async function show(services: Services, id: string): Promise<Answer> {
  const model = await services.get(ModelsService).show(id);
  const own = await services.get(ModelsService).multipliers({ model: id });
  const tier = await services.get(ModelsService).multipliers({ tier: model.tier });
  const now = services.get(Clock).now();
  // A model's own price wins from its first effect on; until then its tier's stands.
  const ownInForce = own.find(({ effectiveAt }) => effectiveAt <= now);
  const inForce = ownInForce ?? tier.find(({ effectiveAt }) => effectiveAt <= now);
  const coming = (ownInForce ? own : [...own, ...tier])
    .filter(({ effectiveAt }) => effectiveAt > now)
    .toSorted((a, b) => a.effectiveAt.getTime() - b.effectiveAt.getTime())[0];
  const hops = await services.get(UpstreamsService).route(id);
  const { description, bestFor, license, embeddingDimensions, defaultOutputTokens, createdAt } = model;
  return {
    json: {
      ...summaryOf(model),
      multiplier: inForce?.multiplier ?? null,
      route: hops,
      ownMultipliers: own,
      ...{ defaultOutputTokens, embeddingDimensions, description, bestFor, license, createdAt },
    },
    text: facts({
      Model: model.id,
      Name: model.name,
      State: stateText(model),
      Tier: model.tier,
      Multiplier: inForce ? `${inForce.multiplier} credits a token` : 'none in force',
      ...(coming ? { Planned: `${coming.multiplier} from ${timeText(coming.effectiveAt)} on` } : {}),
      Route: routeText(hops),
      Category: model.category,
      Capabilities: model.capabilities.join(', '),
      Context: `${countText(model.contextWindow)} tokens`,
      'Max output': model.maxOutputTokens === null ? null : `${countText(model.maxOutputTokens)} tokens`,
      Vendor: model.vendor,
      Added: timeText(createdAt),
    }),
  };
}

interface AddOptions {
  tier?: string;
  category?: string;
  context?: number;
  maxOutput?: number;
  capabilities?: string[];
}

async function add(services: Services, id: string, options: AddOptions): Promise<Answer> {
  const { context, maxOutput, ...plain } = options;
  await services.get(ModelsService).add(services.actor, {
    id,
    ...plain,
    ...(context === undefined ? {} : { contextWindow: context }),
    ...(maxOutput === undefined ? {} : { maxOutputTokens: maxOutput }),
  });
  return show(services, id);
}

async function enable(services: Services, id: string): Promise<Answer> {
  await services.get(ModelsService).enable(services.actor, id);
  return show(services, id);
}

async function disable(services: Services, id: string, options: { reason: string }): Promise<Answer> {
  await services.get(ModelsService).disable(services.actor, { id, reason: options.reason });
  return show(services, id);
}

async function route(
  services: Services,
  id: string,
  hops: RouteHop[] = [],
  options: { default?: true },
): Promise<Answer> {
  // An empty list would take a route away; that is asked for by name.
  if (hops.length > 0 === (options.default === true)) {
    throw new CommandFailure('wrong_usage', 'Name the upstreams in order, or --default for none of its own.');
  }
  await services.get(UpstreamsService).setRoute(services.actor, { modelId: id, hops });
  return show(services, id);
}

async function set(
  services: Services,
  id: string,
  options: { multiplier: string; effectiveAt?: Date; reason: string },
): Promise<Answer> {
  const written = await services.get(ModelsService).setMultiplier(services.actor, {
    owner: { model: id },
    multiplier: options.multiplier,
    reason: options.reason,
    ...(options.effectiveAt ? { effectiveAt: options.effectiveAt } : {}),
  });
  const { multiplier, effectiveAt, announcedAt } = written;
  return {
    json: { id, multiplier, effectiveAt, announcedAt },
    text: `${id} costs ${multiplier} credits a token from ${timeText(effectiveAt)} on.`,
  };
}

/** Left as text, so that no floating point touches it. */
function parseMultiplier(text: string): string {
  try {
    if (toMilli(text) >= 0n) return text;
  } catch {
    // Said below.
  }
  throw new InvalidArgumentError('A multiplier is a number from 0 up with at most three decimals.');
}

function summaryOf(model: ModelRecord) {
  const { id, name, state, disabledReason, tier, category, capabilities, vendor, family, parameters } = model;
  return {
    ...{ id, name, state, disabledReason, tier, category, capabilities, vendor, family, parameters },
    contextWindow: model.contextWindow,
    maxOutputTokens: model.maxOutputTokens,
  };
}

const stateText = (model: Pick<ModelRecord, 'state' | 'disabledReason'>) =>
  model.disabledReason === null ? model.state : `${model.state}, disabled: ${model.disabledReason}`;

const routeText = (hops: { upstream: string; theirId: string }[]) =>
  hops.map(({ upstream, theirId }) => `${upstream}=${theirId}`).join(', ') || 'default upstream';
