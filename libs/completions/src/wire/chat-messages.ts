import { invalidValue, missingField } from '../completions.errors.js';
import { messageOutput } from './output-text.js';
import { isObject } from './request-body.js';

/** A message whose shape has been checked as far as the meter reads it. */
export interface ChatMessage {
  readonly role: string;
  readonly content?: string | readonly ChatPart[] | null;
  readonly name?: string | null;
  readonly tool_calls?: readonly Record<string, unknown>[] | null;
}

export interface ChatPart {
  readonly type: string;
  readonly text?: string;
  readonly [field: string]: unknown;
}

/** What the prompt estimate needs to know of the messages. */
export interface MessageTally {
  imageCount: number;
  /** UTF-16 units of `data:` URLs after their comma: bytes of the body that are pictures and not prompt. */
  dataUrlPayloadBytes: number;
}

const ROLES: ReadonlySet<unknown> = new Set(['system', 'developer', 'user', 'assistant', 'tool', 'function']);
const DATA_URL = /^data:/i;

/** Checks `messages` and counts its images. Throws missing_field or invalid_value naming the exact path. */
export function checkMessages(value: unknown): MessageTally {
  if (value === undefined || value === null) throw missingField('messages');
  if (!Array.isArray(value)) throw invalidValue('messages', '"messages" must be an array of messages.');
  if (value.length === 0) throw invalidValue('messages', '"messages" must contain at least one message.');
  const tally: MessageTally = { imageCount: 0, dataUrlPayloadBytes: 0 };
  for (let index = 0; index < value.length; index += 1) checkMessage(value[index], index, tally);
  return tally;
}

function checkMessage(message: unknown, index: number, tally: MessageTally): void {
  if (!isObject(message)) {
    throw invalidValue(
      `messages[${index}]`,
      `"messages[${index}]" must be an object with "role" and "content".`,
    );
  }
  const { role, content, name } = message;
  if (!ROLES.has(role)) refuseRole(role, `messages[${index}].role`);
  if (name !== undefined && name !== null && typeof name !== 'string') {
    throw invalidValue(`messages[${index}].name`, `"messages[${index}].name" must be a string.`);
  }
  const calls = message['tool_calls'];
  if (calls !== undefined && calls !== null) checkToolCalls(calls, index);
  if (typeof content === 'string') return;
  if (Array.isArray(content)) {
    for (let part = 0; part < content.length; part += 1) checkPart(content[part], index, part, tally);
    return;
  }
  const path = `messages[${index}].content`;
  if (content !== undefined && content !== null) {
    throw invalidValue(path, `"${path}" must be a string or an array of content parts.`);
  }
  // An assistant that called a tool, or refused, has no content; OpenAI allows null for the old function role too.
  if (role !== 'assistant' && role !== 'function' && !Array.isArray(calls)) throw missingField(path);
}

function refuseRole(role: unknown, path: string): never {
  if (role === undefined || role === null) throw missingField(path);
  throw invalidValue(path, `"${path}" must be one of ${[...ROLES].join(', ')}.`);
}

function checkToolCalls(calls: unknown, index: number): void {
  const path = `messages[${index}].tool_calls`;
  if (!Array.isArray(calls)) throw invalidValue(path, `"${path}" must be an array.`);
  for (let call = 0; call < calls.length; call += 1) {
    if (!isObject(calls[call]))
      throw invalidValue(`${path}[${call}]`, `"${path}[${call}]" must be an object.`);
  }
}

function checkPart(part: unknown, message: number, index: number, tally: MessageTally): void {
  const path = (): string => `messages[${message}].content[${index}]`;
  if (!isObject(part)) throw invalidValue(path(), `"${path()}" must be an object with a "type".`);
  const { type } = part;
  if (type === undefined || type === null) throw missingField(`${path()}.type`);
  if (typeof type !== 'string') throw invalidValue(`${path()}.type`, `"${path()}.type" must be a string.`);
  if (type === 'text' && typeof part['text'] !== 'string') {
    throw invalidValue(`${path()}.text`, `"${path()}.text" must be a string.`);
  }
  if (type === 'image_url') checkImage(part['image_url'], `${path()}.image_url`, tally);
}

function checkImage(image: unknown, path: string, tally: MessageTally): void {
  if (image === undefined || image === null) throw missingField(path);
  const url = isObject(image) ? image['url'] : image;
  if (typeof url !== 'string') {
    if (!isObject(image)) throw invalidValue(path, `"${path}" must be an object with a "url".`);
    throw invalidValue(`${path}.url`, `"${path}.url" must be a string.`);
  }
  tally.imageCount += 1;
  if (!DATA_URL.test(url)) return;
  const comma = url.indexOf(',');
  if (comma >= 0) tally.dataUrlPayloadBytes += url.length - comma - 1;
}

/** What of a chat is counted: names, contents and tool schemas. */
export function* chatTexts(messages: readonly ChatMessage[], tools: readonly unknown[]): Generator<string> {
  for (const message of messages) {
    if (typeof message.name === 'string') yield message.name;
    // What an assistant said before counts as what it would say now: content, reasoning, refusal, tool calls.
    const text = message.role === 'assistant' ? messageOutput(message) : contentText(message);
    if (text !== undefined) yield text;
  }
  for (const tool of tools) yield JSON.stringify(tool);
}

function contentText({ content }: ChatMessage): string | undefined {
  if (typeof content === 'string') return content;
  return content?.map((part: ChatPart) => (typeof part.text === 'string' ? part.text : '')).join('');
}
