const MAX_DEPTH = 12;

type Schema = Record<string, unknown>;

/** The smallest value that fits a JSON schema as SDKs send them: required properties only, first choices, least lengths. */
export function instanceOf(schema: unknown): unknown {
  return build(schema, schema, 0);
}

function build(schema: unknown, root: unknown, depth: number): unknown {
  if (!isObject(schema) || depth > MAX_DEPTH) return null;
  if ('const' in schema) return schema.const;
  if (Array.isArray(schema.enum)) return schema.enum[0] ?? null;
  if ('default' in schema) return schema.default;
  if (typeof schema.$ref === 'string') return build(resolve(schema.$ref, root), root, depth + 1);
  for (const word of ['anyOf', 'oneOf'] as const) {
    const choices = schema[word];
    if (Array.isArray(choices)) return build(choices[0], root, depth + 1);
  }
  if (Array.isArray(schema.allOf)) return build(merge(schema, root), root, depth + 1);
  return ofType(schema, root, depth);
}

function ofType(schema: Schema, root: unknown, depth: number): unknown {
  const type = Array.isArray(schema.type) ? schema.type[0] : schema.type;
  switch (type ?? (isObject(schema.properties) ? 'object' : 'string')) {
    case 'object':
      return objectOf(schema, root, depth);
    case 'array': {
      const length = Math.min(numberOf(schema.minItems, 0), 100);
      return Array.from({ length }, () => build(schema.items, root, depth + 1));
    }
    case 'integer':
    case 'number':
      return numberOf(schema.minimum, numberOf(schema.exclusiveMinimum, 0) + 1);
    case 'boolean':
      return true;
    case 'null':
      return null;
    default:
      return stringOf(schema);
  }
}

function objectOf(schema: Schema, root: unknown, depth: number): unknown {
  const properties = isObject(schema.properties) ? schema.properties : {};
  const required = Array.isArray(schema.required) ? schema.required : [];
  const entries: [string, unknown][] = [];
  for (const name of required) {
    if (typeof name === 'string') entries.push([name, build(properties[name] ?? {}, root, depth + 1)]);
  }
  return Object.fromEntries(entries);
}

const FORMATS: Record<string, string> = {
  date: '2026-01-01',
  'date-time': '2026-01-01T00:00:00Z',
  time: '00:00:00Z',
  email: 'sandbox@example.com',
  uri: 'https://example.com/',
  uuid: '00000000-0000-4000-8000-000000000000',
};

function stringOf(schema: Schema): string {
  const known = FORMATS[String(schema.format)];
  if (known !== undefined) return known;
  const text = 'sandbox'.padEnd(Math.min(numberOf(schema.minLength, 0), 10_000), '-');
  return text.slice(0, numberOf(schema.maxLength, text.length));
}

function merge(schema: Schema, root: unknown): Schema {
  const parts = (schema.allOf as unknown[]).map((part) =>
    isObject(part) && typeof part.$ref === 'string' ? resolve(part.$ref, root) : part,
  );
  const { allOf: _merged, ...own } = schema;
  const whole: Schema = { ...own };
  for (const part of parts.filter(isObject)) {
    const { properties, required, ...rest } = part;
    Object.assign(whole, rest);
    whole.properties = { ...(whole.properties as object), ...(properties as object) };
    whole.required = [...((whole.required as []) ?? []), ...((required as []) ?? [])];
  }
  return whole;
}

/** Follows `#/$defs/Name`; anything outside the document is unknown. */
function resolve(reference: string, root: unknown): unknown {
  if (!reference.startsWith('#')) return {};
  let here: unknown = root;
  for (const name of reference.split('/').slice(1)) {
    here = isObject(here) ? here[name.replaceAll('~1', '/').replaceAll('~0', '~')] : undefined;
  }
  return here;
}

function numberOf(value: unknown, standard: number): number {
  return typeof value === 'number' && Number.isFinite(value) ? value : standard;
}

function isObject(value: unknown): value is Schema {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
