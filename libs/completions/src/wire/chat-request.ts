import { invalidValue } from '../completions.errors.js';
import { type ChatMessage, checkMessages } from './chat-messages.js';
import {
  anInteger,
  anObject,
  arrayOfObjects,
  type FieldCheck,
  integerFrom,
  numberFrom,
  objectWithType,
  text,
  textOrObject,
  textOrTexts,
  trueOrFalse,
} from './field-checks.js';
import { type BodyPositions, isObject, type RequestBody, readRequestBody } from './request-body.js';

/** A chat completion as its caller sent it, checked, with what the price and the splice need to know. */
export interface ChatRequest {
  /** The caller's own bytes. */
  bytes: Buffer;
  positions: BodyPositions;
  model: string;
  stream: boolean;
  /** Whether the caller asked for a usage chunk at the end of the stream. */
  includeUsage: boolean;
  /** Answers the upstream will write: the larger of `n` and `best_of`. */
  choices: number;
  /** Output tokens of a choice: the smaller of the caller's two limits; undefined when there is none. */
  maxOutputTokens: number | undefined;
  messages: readonly ChatMessage[];
  /** Tool schemas (`tools` and the older `functions`), for counting only. */
  tools: readonly unknown[];
  bodyBytes: number;
  /** Bytes of the body that are the payload of `data:` URLs; never more than there are. */
  dataUrlPayloadBytes: number;
  messageCount: number;
  imageCount: number;
  hasImages: boolean;
}

const MAX_CHOICES = 16;
const choiceCount = integerFrom(1, MAX_CHOICES);
/** Any size is a valid wish: what the model and the balance allow is decided later. */
const outputLimit = integerFrom(1, Number.MAX_VALUE);

/** Fields that are checked by themselves; what is not listed passes untouched. Sources: OpenAI's API reference. */
const FIELD_CHECKS: ReadonlyMap<string, FieldCheck> = new Map<string, FieldCheck>([
  ['max_tokens', outputLimit],
  ['max_completion_tokens', outputLimit],
  ['n', choiceCount],
  ['best_of', choiceCount],
  ['stream', trueOrFalse],
  ['temperature', numberFrom(0, 2)],
  ['top_p', numberFrom(0, 1)],
  ['presence_penalty', numberFrom(-2, 2)],
  ['frequency_penalty', numberFrom(-2, 2)],
  ['logprobs', trueOrFalse],
  ['top_logprobs', integerFrom(0, 20)],
  ['logit_bias', anObject],
  ['seed', anInteger],
  ['stop', textOrTexts],
  ['tools', arrayOfObjects],
  ['tool_choice', textOrObject],
  ['parallel_tool_calls', trueOrFalse],
  ['functions', arrayOfObjects],
  ['function_call', textOrObject],
  ['response_format', objectWithType],
  ['reasoning_effort', text],
  ['user', text],
  ['metadata', anObject],
]);

const NO_TOOLS: readonly unknown[] = [];

/** Reads and checks a whole body. The request path does it in two steps, to tell an unknown model before a bad value. */
export function parseChatRequest(bytes: Buffer): ChatRequest {
  return checkChatRequest(readRequestBody(bytes));
}

/** The checks of chat alone. Throws invalid_value or missing_field with the field's path as `param`. */
export function checkChatRequest(body: RequestBody): ChatRequest {
  const { bytes, fields } = body;
  const tally = checkMessages(fields['messages']);
  for (const name of Object.keys(fields)) {
    const value = fields[name];
    if (value !== null) FIELD_CHECKS.get(name)?.(value, name);
  }
  const stream = fields['stream'] === true;
  const messages = fields['messages'] as ChatMessage[];
  return {
    bytes,
    positions: body.positions,
    model: body.model,
    stream,
    includeUsage: readIncludeUsage(fields['stream_options'], { stream }),
    choices: Math.max((fields['n'] as number | null) ?? 1, (fields['best_of'] as number | null) ?? 1),
    maxOutputTokens: smaller(fields['max_tokens'], fields['max_completion_tokens']),
    messages,
    tools: readTools(fields),
    bodyBytes: bytes.length,
    dataUrlPayloadBytes: tally.dataUrlPayloadBytes,
    messageCount: messages.length,
    imageCount: tally.imageCount,
    hasImages: tally.imageCount > 0,
  };
}

function readIncludeUsage(options: unknown, request: { stream: boolean }): boolean {
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

function smaller(one: unknown, other: unknown): number | undefined {
  if (typeof one !== 'number') return typeof other === 'number' ? other : undefined;
  return typeof other === 'number' ? Math.min(one, other) : one;
}

function readTools(fields: RequestBody['fields']): readonly unknown[] {
  const { tools, functions } = fields;
  if (!Array.isArray(functions)) return Array.isArray(tools) ? tools : NO_TOOLS;
  return Array.isArray(tools) ? [...tools, ...functions] : functions;
}
