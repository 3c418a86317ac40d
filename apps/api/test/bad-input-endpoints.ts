import { invalid, missing } from './bad-input-case.js';

/** A request that must be refused, to one of the endpoints beside chat. */
export interface EndpointCase {
  name: string;
  path: string;
  body: string;
  status: number;
  code: string;
  param: string | null;
}

interface Subject {
  path: string;
  good: Record<string, unknown>;
  /** The field that holds what is asked. */
  field: 'prompt' | 'input';
  /** A model of the other kind. */
  wrongModel: string;
  emptyText: 'allowed' | 'refused';
  /** Values that each field must refuse. */
  wrong: Record<string, unknown[]>;
}

const COMPLETIONS: Subject = {
  path: '/v1/completions',
  good: { model: 'llama3.2:3b', prompt: 'hello' },
  field: 'prompt',
  wrongModel: 'bge-m3',
  emptyText: 'allowed',
  wrong: {
    max_tokens: [-1, 1.5, '16', true, [16], {}],
    max_completion_tokens: [-1, '16'],
    n: [0, 17, 1.5, '2', true],
    best_of: [0, 17, '2', []],
    stream: [1, 'true', {}],
    echo: [1, 'true', []],
    logprobs: [true, -1, 6, 1.5, '5'],
    suffix: [1, true, ['a']],
    temperature: [-0.1, 2.1, '1'],
    top_p: [-0.1, 1.1],
    presence_penalty: [-2.1, 2.1],
    frequency_penalty: [-2.1, '0'],
    logit_bias: ['x', 1, []],
    seed: [1.5, '1'],
    stop: [1, true, {}],
    user: [1, {}],
    stream_options: ['x', { include_usage: true }],
  },
};

const EMBEDDINGS: Subject = {
  path: '/v1/embeddings',
  good: { model: 'bge-m3', input: 'hello' },
  field: 'input',
  wrongModel: 'llama3.2:3b',
  emptyText: 'refused',
  wrong: {
    dimensions: [0, -1, 1.5, '256', true, [256], {}],
    encoding_format: ['', 'BASE64', 'hex', 1, true, [], {}],
    stream: [true, 1, 'false'],
    stream_options: [{}, { include_usage: true }, 'x'],
    user: [1, []],
  },
};

function casesOf(subject: Subject): EndpointCase[] {
  const { path, good, field, wrong } = subject;
  const refused = (
    name: string,
    body: string,
    code: string,
    param: string | null,
    status = 400,
  ): EndpointCase => ({ name: `${path}: ${name}`, path, body, status, code, param });
  const having = (fields: object, code: string, param: string, status = 400): EndpointCase =>
    refused(JSON.stringify(fields).slice(0, 60), JSON.stringify({ ...good, ...fields }), code, param, status);
  const text = JSON.stringify(good).slice(1, -1);
  return [
    refused('no body', '', 'invalid_json', null),
    refused('half a body', `{${text}`, 'invalid_json', null),
    refused('an array', `[{${text}}]`, 'invalid_json', null),
    refused('an empty object', '{}', missing, 'model'),
    having({ model: null }, missing, 'model'),
    having({ model: 7 }, invalid, 'model'),
    having({ model: '' }, invalid, 'model'),
    having({ model: 'nope' }, 'model_not_found', 'model', 404),
    // The model is told first: a value cannot be judged for one that is not there.
    having({ model: 'nope', [field]: null }, 'model_not_found', 'model', 404),
    having({ model: subject.wrongModel }, invalid, 'model'),
    refused('model twice', `{${text},"model":"x"}`, 'duplicate_field', 'model'),
    refused('MODEL', `{${text},"MODEL":"x"}`, 'duplicate_field', 'model'),
    refused(`${field} twice`, `{${text},"${field}":"x"}`, 'duplicate_field', field),
    refused('in capitals', `{${text},"${field.toUpperCase()}":"x"}`, 'duplicate_field', field),
    refused('N', `{${text},"N":2}`, 'duplicate_field', 'n'),
    refused('Best_Of', `{${text},"Best_Of":2}`, 'duplicate_field', 'best_of'),
    refused(`no ${field}`, JSON.stringify({ model: good['model'] }), missing, field),
    ...wrongInputs(subject.emptyText).map(([value, at]) =>
      having({ [field]: value }, value === null ? missing : invalid, `${field}${at}`),
    ),
    ...Object.entries(wrong).flatMap(([name, values]) =>
      values.map((value) => having({ [name]: value }, invalid, name)),
    ),
  ];
}

/** What neither a prompt nor an input may be, and where in it the fault is. */
function wrongInputs(emptyText: Subject['emptyText']): [value: unknown, at: string][] {
  const always: [unknown, string][] = [
    [null, ''],
    [7, ''],
    [true, ''],
    [{}, ''],
    [[], ''],
    [[null], '[0]'],
    [[{}], '[0]'],
    [['a', 1], '[1]'],
    [['a', null], '[1]'],
    [[1, 'a'], '[1]'],
    [[1, -1], '[1]'],
    [[1.5], '[0]'],
    [[[]], '[0]'],
    [[[1], 2], '[1]'],
    [[[1], ['a']], '[1][0]'],
    [Array(2_049).fill('a'), ''],
  ];
  if (emptyText === 'allowed') return always;
  return [...always, ['', ''], [['a', ''], '[1]']];
}

export const ENDPOINT_CASES: readonly EndpointCase[] = [
  ...casesOf(COMPLETIONS),
  {
    ...casesOf(COMPLETIONS)[0]!,
    name: '/v1/completions: best_of under n',
    body: JSON.stringify({ ...COMPLETIONS.good, n: 3, best_of: 2 }),
    code: invalid,
    param: 'best_of',
  },
  ...casesOf(EMBEDDINGS),
];
