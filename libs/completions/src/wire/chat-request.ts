import { type ChatMessage, chatTexts, checkMessages } from './chat-messages.js';
import {
  arrayOfObjects,
  type FieldCheck,
  integerFrom,
  objectWithType,
  text,
  textOrObject,
  trueOrFalse,
} from './field-checks.js';
import {
  checkFields,
  GENERATION_CHECKS,
  outputLimitFrom,
  readIncludeUsage,
  readOutputLimit,
} from './generation-fields.js';
import type { MeteredRequest } from './metered-request.js';
import { type RequestBody, readRequestBody } from './request-body.js';

const FIELD_CHECKS: ReadonlyMap<string, FieldCheck> = new Map<string, FieldCheck>([
  ...GENERATION_CHECKS,
  ['max_tokens', outputLimitFrom(1)],
  ['max_completion_tokens', outputLimitFrom(1)],
  ['logprobs', trueOrFalse],
  ['top_logprobs', integerFrom(0, 20)],
  ['tools', arrayOfObjects],
  ['tool_choice', textOrObject],
  ['parallel_tool_calls', trueOrFalse],
  ['functions', arrayOfObjects],
  ['function_call', textOrObject],
  ['response_format', objectWithType],
  ['reasoning_effort', text],
]);

const NO_TOOLS: readonly unknown[] = [];

/** Reads and checks a whole body. The request path does it in two steps, to tell an unknown model before a bad value. */
export function parseChatRequest(bytes: Buffer): MeteredRequest {
  return checkChatRequest(readRequestBody(bytes));
}

/** The checks of chat alone. Throws invalid_value or missing_field with the field's path as `param`. */
export function checkChatRequest(body: RequestBody): MeteredRequest {
  const { bytes, fields } = body;
  const tally = checkMessages(fields['messages']);
  checkFields(fields, FIELD_CHECKS);
  const stream = fields['stream'] === true;
  const messages = fields['messages'] as ChatMessage[];
  return {
    endpoint: 'chat',
    bytes,
    positions: body.positions,
    model: body.model,
    stream,
    includeUsage: readIncludeUsage(fields['stream_options'], { stream }),
    choices: Math.max((fields['n'] as number | null) ?? 1, (fields['best_of'] as number | null) ?? 1),
    maxOutputTokens: readOutputLimit(fields),
    prompts: 1,
    echoes: 0,
    wantsBase64: false,
    bodyBytes: bytes.length,
    dataUrlPayloadBytes: tally.dataUrlPayloadBytes,
    messageCount: messages.length,
    imageCount: tally.imageCount,
    tokenIdCount: 0,
    promptTexts: () => chatTexts(messages, readTools(fields)),
  };
}

/** Tool schemas (`tools` and the older `functions`), for counting only. */
function readTools(fields: RequestBody['fields']): readonly unknown[] {
  const { tools, functions } = fields;
  if (!Array.isArray(functions)) return Array.isArray(tools) ? tools : NO_TOOLS;
  return Array.isArray(tools) ? [...tools, ...functions] : functions;
}
