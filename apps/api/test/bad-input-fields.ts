import {
  type BadInputCase,
  HELLO,
  invalid,
  MODEL,
  missing,
  refused,
  withFields,
  withText,
} from './bad-input-case.js';

/** One value of each JSON type that a field could wrongly have. */
const OF_TYPE: Record<string, unknown> = {
  string: 'x',
  number: 1,
  fraction: 1.5,
  boolean: true,
  array: ['x', 1],
  object: { a: 1 },
};

/** The types a field takes; every other one must be refused. `at` says where, when it is inside the value. */
const FIELDS: {
  field: string;
  takes: string[];
  base?: Record<string, unknown>;
  at?: Record<string, string>;
}[] = [
  { field: 'model', takes: ['string'] },
  { field: 'messages', takes: [], at: { array: 'messages[0]' } },
  { field: 'max_tokens', takes: ['number'] },
  { field: 'max_completion_tokens', takes: ['number'] },
  { field: 'n', takes: ['number'] },
  { field: 'best_of', takes: ['number'] },
  { field: 'stream', takes: ['boolean'] },
  { field: 'stream_options', takes: ['object'], base: { stream: true } },
  { field: 'temperature', takes: ['number', 'fraction'] },
  { field: 'top_p', takes: ['number'] },
  { field: 'presence_penalty', takes: ['number', 'fraction'] },
  { field: 'frequency_penalty', takes: ['number', 'fraction'] },
  { field: 'logprobs', takes: ['boolean'] },
  { field: 'top_logprobs', takes: ['number'] },
  { field: 'logit_bias', takes: ['object'] },
  { field: 'seed', takes: ['number'] },
  { field: 'stop', takes: ['string'], at: { array: 'stop[1]' } },
  { field: 'tools', takes: [], at: { array: 'tools[0]' } },
  { field: 'tool_choice', takes: ['string', 'object'] },
  { field: 'parallel_tool_calls', takes: ['boolean'] },
  { field: 'functions', takes: [], at: { array: 'functions[0]' } },
  { field: 'function_call', takes: ['string', 'object'] },
  { field: 'response_format', takes: [], at: { object: 'response_format.type' } },
  { field: 'reasoning_effort', takes: ['string'] },
  { field: 'user', takes: ['string'] },
  { field: 'metadata', takes: ['object'] },
];

export function wrongModels(): BadInputCase[] {
  const at = (name: string, model: unknown): BadInputCase =>
    withFields(`model ${name}`, { model }, invalid, 'model');
  const unknown = (name: string, model: string): BadInputCase => ({
    ...withFields(`unknown model ${name}`, { model }, 'model_not_found', 'model'),
    status: 404,
  });
  return [
    refused('no model', JSON.stringify({ messages: HELLO }), missing, 'model'),
    refused('an empty object', '{}', missing, 'model'),
    withFields('model null', { model: null }, missing, 'model'),
    at('empty', ''),
    at('of 257 characters', 'm'.repeat(257)),
    at('with NUL', `${MODEL}\u0000`),
    at('with a line break', `${MODEL}\r\nx-evil: 1`),
    at('with half a surrogate pair', '\ud83d'),
    unknown('that is not there', 'gpt-nope'),
    unknown('in capitals', MODEL.toUpperCase()),
    unknown('with a space behind', `${MODEL} `),
    unknown('that is a path', '../../etc/passwd'),
    unknown('that is SQL', "' OR 1=1 --"),
    unknown('that is a property of every object', '__proto__'),
    unknown('that is a method of every object', 'constructor'),
    unknown('of 256 characters', 'm'.repeat(256)),
    unknown('of characters beyond ASCII', '模型😀'),
  ];
}

export function wrongTypes(): BadInputCase[] {
  return FIELDS.flatMap(({ field, takes, base, at }) =>
    Object.entries(OF_TYPE)
      .filter(([type]) => !takes.includes(type))
      .map(([type, value]) =>
        withFields(`${field} as ${type}`, { ...base, [field]: value }, invalid, at?.[type] ?? field),
      ),
  );
}

export function outOfRange(): BadInputCase[] {
  const values: Record<string, string[]> = {
    max_tokens: ['0', '-1', '0.5', '1e400', '"500"', '-0'],
    max_completion_tokens: ['0', '-1', '0.5', '1e400', '"500"', '-0'],
    n: ['0', '-1', '17', '128', '1.5', '1e400', '"2"'],
    best_of: ['0', '-1', '17', '128', '"2"'],
    temperature: ['-0.1', '2.01', '1e400', '-1e400', '"1"'],
    top_p: ['-0.1', '1.01', '1e400', '"1"'],
    presence_penalty: ['-2.01', '2.01', '"0"'],
    frequency_penalty: ['-2.01', '2.01', '"0"'],
    top_logprobs: ['-1', '21', '2.5', '"5"'],
    seed: ['1.5', '1e400', '"1"'],
    stream: ['0', '1', '"true"', '"false"'],
    logprobs: ['0', '5', '"true"'],
  };
  return Object.entries(values).flatMap(([field, texts]) =>
    texts.map((text) => withText(`${field} = ${text}`, `"${field}":${text}`, invalid, field)),
  );
}

const METER_FIELDS = [
  ...[
    'model',
    'messages',
    'prompt',
    'input',
    'max_tokens',
    'max_completion_tokens',
    'n',
    'best_of',
    'stream',
  ],
  'stream_options',
];

/** Spellings of a field that a server which folds case takes for that field. */
function variants(field: string): Record<string, string> {
  const capital = field[0]!.toUpperCase() + field.slice(1);
  const spellings: Record<string, string> = {
    twice: field,
    'twice, once escaped': `\\u00${field.charCodeAt(0).toString(16)}${field.slice(1)}`,
    'in capitals': field.toUpperCase(),
    'with a capital': capital,
    'with an escaped capital': `\\u00${capital.charCodeAt(0).toString(16)}${capital.slice(1)}`,
  };
  if (field.includes('s')) {
    spellings['with a long s'] = field.replace('s', '\u017f');
    spellings['with an escaped long s'] = field.replace('s', '\\u017F');
    spellings['in capitals with a long s'] = field.toUpperCase().replace('S', '\u017f');
  }
  if (field.includes('k')) {
    spellings['with a Kelvin sign'] = field.replace('k', '\u212a');
    spellings['with an escaped Kelvin sign'] = field.replace('k', '\\u212a');
  }
  return spellings;
}

export function duplicates(): BadInputCase[] {
  const cases: BadInputCase[] = [];
  for (const field of METER_FIELDS) {
    const first = field === 'model' || field === 'messages' ? '' : `"${field}":null,`;
    for (const [how, key] of Object.entries(variants(field))) {
      cases.push(withText(`${field} ${how}`, `${first}"${key}":null`, 'duplicate_field', field));
    }
  }
  for (const [how, key] of Object.entries(variants('include_usage'))) {
    const options = `"stream":true,"stream_options":{"include_usage":true,"${key}":false}`;
    cases.push(withText(`include_usage ${how}`, options, 'duplicate_field', 'stream_options.include_usage'));
  }
  const messages = `"messages":${JSON.stringify(HELLO)}`;
  return [
    ...cases,
    refused('Model and no model', `{"Model":"${MODEL}",${messages}}`, 'duplicate_field', 'model'),
    refused('MESSAGES and no messages', `{"model":"${MODEL}","MESSAGES":[]}`, 'duplicate_field', 'messages'),
    withText('MAX_TOKENS alone', '"MAX_TOKENS":5', 'duplicate_field', 'max_tokens'),
    withText('Stream alone', '"Stream":true', 'duplicate_field', 'stream'),
    withText('two models, one dear', '"model":"deepseek-v3.1:671b"', 'duplicate_field', 'model'),
  ];
}

export function wrongInside(): BadInputCase[] {
  const options = (include_usage: unknown): BadInputCase =>
    withFields(
      `include_usage ${JSON.stringify(include_usage)}`,
      { stream: true, stream_options: { include_usage } },
      invalid,
      'stream_options.include_usage',
    );
  return [
    ...['true', 1, 0, [], {}].map(options),
    withFields(
      'stream_options without stream',
      { stream_options: { include_usage: true } },
      invalid,
      'stream_options',
    ),
    withFields(
      'stream_options with stream false',
      { stream: false, stream_options: {} },
      invalid,
      'stream_options',
    ),
    withFields(
      'stream_options with stream null',
      { stream: null, stream_options: {} },
      invalid,
      'stream_options',
    ),
    ...[1, true, null, {}, ['a']].map((stop) =>
      withFields(`stop [${JSON.stringify(stop)}]`, { stop: [stop] }, invalid, 'stop[0]'),
    ),
    ...['x', 1, null, []].map((tool) =>
      withFields(`tools [${JSON.stringify(tool)}]`, { tools: [tool] }, invalid, 'tools[0]'),
    ),
    ...[1, null, true, ['text'], {}].map((type) =>
      withFields(
        `response_format ${JSON.stringify(type)}`,
        { response_format: { type } },
        invalid,
        'response_format.type',
      ),
    ),
  ];
}
