import { invalidValue } from '../completions.errors.js';
import { type FieldCheck, integerFrom, text, trueOrFalse } from './field-checks.js';
import {
  checkFields,
  GENERATION_CHECKS,
  outputLimitFrom,
  readIncludeUsage,
  readOutputLimit,
} from './generation-fields.js';
import type { MeteredRequest } from './metered-request.js';
import { readInputs } from './prompt-inputs.js';
import type { RequestBody } from './request-body.js';

/** Without any output, as OpenAI allows it here, a prompt is only scored: `echo` with `logprobs`. */
const outputLimit = outputLimitFrom(0);

const FIELD_CHECKS: ReadonlyMap<string, FieldCheck> = new Map<string, FieldCheck>([
  ...GENERATION_CHECKS,
  ['max_tokens', outputLimit],
  ['max_completion_tokens', outputLimit],
  ['logprobs', integerFrom(0, 5)],
  ['echo', trueOrFalse],
  ['suffix', text],
]);

/** The checks of `/v1/completions` alone. Throws invalid_value or missing_field with the field's path as `param`. */
export function checkCompletionRequest(body: RequestBody): MeteredRequest {
  const { bytes, fields } = body;
  const prompt = readInputs(fields['prompt'], { name: 'prompt', emptyText: 'allowed' });
  checkFields(fields, FIELD_CHECKS);
  const stream = fields['stream'] === true;
  const wanted = (fields['n'] as number | null) ?? 1;
  const written = (fields['best_of'] as number | null) ?? wanted;
  if (written < wanted) throw invalidValue('best_of', '"best_of" must not be less than "n".');
  const suffix = fields['suffix'];
  return {
    endpoint: 'completions',
    bytes,
    positions: body.positions,
    model: body.model,
    stream,
    includeUsage: readIncludeUsage(fields['stream_options'], { stream }),
    choices: written * prompt.count,
    maxOutputTokens: readOutputLimit(fields),
    prompts: prompt.count,
    echoes: fields['echo'] === true ? wanted : 0,
    wantsBase64: false,
    bodyBytes: bytes.length,
    dataUrlPayloadBytes: 0,
    messageCount: 0,
    imageCount: 0,
    tokenIdCount: prompt.tokenIdCount,
    promptTexts: () => (typeof suffix === 'string' ? [...prompt.texts, suffix] : prompt.texts),
  };
}
