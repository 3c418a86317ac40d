import { invalidValue } from '../completions.errors.js';
import {
  anInteger,
  anObject,
  type FieldCheck,
  integerFrom,
  numberFrom,
  text,
  textOrTexts,
  trueOrFalse,
} from './field-checks.js';
import { isObject, type RequestBody } from './request-body.js';

const MAX_CHOICES = 16;
const choiceCount = integerFrom(1, MAX_CHOICES);

/** Fields that chat and completions share, as OpenAI's API reference has them. */
export const GENERATION_CHECKS: readonly (readonly [string, FieldCheck])[] = [
  ['n', choiceCount],
  ['best_of', choiceCount],
  ['stream', trueOrFalse],
  ['temperature', numberFrom(0, 2)],
  ['top_p', numberFrom(0, 1)],
  ['presence_penalty', numberFrom(-2, 2)],
  ['frequency_penalty', numberFrom(-2, 2)],
  ['logit_bias', anObject],
  ['seed', anInteger],
  ['stop', textOrTexts],
  ['user', text],
  ['metadata', anObject],
];

/** Any size is a valid wish: what the model and the balance allow is decided later. */
export function outputLimitFrom(least: number): FieldCheck {
  return integerFrom(least, Number.MAX_VALUE);
}

/** Checks each field by itself. What is not listed passes untouched, and null is absent. */
export function checkFields(fields: RequestBody['fields'], checks: ReadonlyMap<string, FieldCheck>): void {
  for (const name of Object.keys(fields)) {
    const value = fields[name];
    if (value !== null) checks.get(name)?.(value, name);
  }
}

/** Whether the stream is to end in a usage chunk. `stream_options` is only for streams. */
export function readIncludeUsage(options: unknown, request: { stream: boolean }): boolean {
  if (options === undefined || options === null) return false;
  anObject(options, 'stream_options');
  if (!request.stream) {
    throw invalidValue('stream_options', '"stream_options" is only allowed when "stream" is true.');
  }
  const wanted = isObject(options) ? options['include_usage'] : undefined;
  if (wanted === undefined || wanted === null) return false;
  trueOrFalse(wanted, 'stream_options.include_usage');
  return wanted === true;
}

/** The smaller of the two limits a caller may set, once both are checked. */
export function readOutputLimit(fields: RequestBody['fields']): number | undefined {
  const { max_tokens: one, max_completion_tokens: other } = fields;
  if (typeof one !== 'number') return typeof other === 'number' ? other : undefined;
  return typeof other === 'number' ? Math.min(one, other) : one;
}
