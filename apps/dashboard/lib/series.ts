/** Six models have a series of their own; what the rest used is one more. */
const MOST_SERIES = 6;
const COLOURS = 8;

interface Bucket {
  start: string;
  models: readonly { model: string; credits: number }[];
}

export interface Series {
  /** Null: all the models that have no series of their own. */
  model: string | null;
  /** 1 to 8; null for the rest. */
  colour: number | null;
  total: number;
  /** Credits of each bucket, in their order. */
  values: number[];
}

/** The models of a chart, those that cost most first. */
export function seriesOf(buckets: readonly Bucket[]): Series[] {
  const models = new Map<string, number[]>();
  buckets.forEach((bucket, at) => {
    for (const { model, credits } of bucket.models) {
      const values = models.get(model) ?? buckets.map(() => 0);
      values[at] = (values[at] ?? 0) + millicredits(credits);
      models.set(model, values);
    }
  });
  const ranked = [...models]
    .map(([model, values]) => ({ model, values, total: sum(values) }))
    .sort((a, b) => b.total - a.total || (a.model < b.model ? -1 : 1));
  // Six and "other" are seven series, and so are seven models: then the seventh may as well have its name.
  const own = ranked.length > MOST_SERIES + 1 ? ranked.slice(0, MOST_SERIES) : ranked;
  const rest = ranked.slice(own.length);
  const colours = coloursOf(own.map(({ model }) => model));
  const series = own.map(({ model, values, total }) => ({
    model,
    colour: colours.get(model) ?? null,
    total: total / 1000,
    values: values.map((value) => value / 1000),
  }));
  if (rest.length === 0) return series;
  const values = buckets.map((_, at) => sum(rest.map((model) => model.values[at] ?? 0)) / 1000);
  return [
    ...series,
    { model: null, colour: null, total: sum(rest.map(({ total }) => total)) / 1000, values },
  ];
}

/**
 * A model's colour follows from its id, so that it is the same on every page. Where two models of one chart would
 * share a colour the one later in the alphabet takes the next free one, whatever either of them cost.
 */
export function coloursOf(models: readonly string[]): Map<string, number> {
  const taken = new Map<string, number>();
  const used = new Set<number>();
  for (const model of [...models].sort()) {
    let colour = hashOf(model) % COLOURS;
    while (used.has(colour) && used.size < COLOURS) colour = (colour + 1) % COLOURS;
    used.add(colour);
    taken.set(model, colour + 1);
  }
  return taken;
}

/** FNV-1a, 32 bits. */
function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  return hash >>> 0;
}

/** The top of an axis: the next of 1, 2, 2.5 and 5 times a power of ten. */
export function axisTop(most: number): number {
  if (most <= 0) return 1;
  const power = 10 ** Math.floor(Math.log10(most));
  return ([1, 2, 2.5, 5].find((step) => step * power >= most) ?? 10) * power;
}

function millicredits(credits: number): number {
  return Math.round(credits * 1000);
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
