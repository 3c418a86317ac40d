import { invalidValue } from '../completions.errors.js';
import { type FieldCheck, integerFrom, oneOf, text, trueOrFalse } from './field-checks.js';
import { checkFields, readIncludeUsage } from './generation-fields.js';
import type { MeteredRequest } from './metered-request.js';
import { readInputs } from './prompt-inputs.js';
import type { RequestBody } from './request-body.js';

const FIELD_CHECKS: ReadonlyMap<string, FieldCheck> = new Map<string, FieldCheck>([
  ['dimensions', integerFrom(1, Number.MAX_VALUE)],
  ['encoding_format', oneOf(['float', 'base64'])],
  ['stream', trueOrFalse],
  ['user', text],
]);

/** The checks of `/v1/embeddings` alone. Throws invalid_value or missing_field with the field's path as `param`. */
export function checkEmbeddingRequest(body: RequestBody): MeteredRequest {
  const { bytes, fields } = body;
  const input = readInputs(fields['input'], { name: 'input', emptyText: 'refused' });
  checkFields(fields, FIELD_CHECKS);
  if (fields['stream'] === true)
    throw invalidValue('stream', 'Embeddings do not stream; leave "stream" out.');
  return {
    endpoint: 'embeddings',
    bytes,
    positions: body.positions,
    model: body.model,
    stream: false,
    includeUsage: readIncludeUsage(fields['stream_options'], { stream: false }),
    choices: 0,
    maxOutputTokens: undefined,
    prompts: input.count,
    echoes: 0,
    wantsBase64: fields['encoding_format'] === 'base64',
    bodyBytes: bytes.length,
    dataUrlPayloadBytes: 0,
    messageCount: 0,
    imageCount: 0,
    tokenIdCount: input.tokenIdCount,
    promptTexts: () => input.texts,
  };
}
