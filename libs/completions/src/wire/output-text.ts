import { isObject } from './request-body.js';

/** What is in an answer: messages and deltas, bare text (`/v1/completions`), or vectors, which are no output. */
export type AnswerKind = StreamKind | 'embedding';

/** What comes as a stream. */
export type StreamKind = 'chat' | 'text';

/** What the meter needs of a plain answer. */
export interface PlainAnswer {
  /** The upstream's `usage` as parsed, whatever it is. */
  usage: unknown;
  /** The upstream's `error`, when it answered 200 with one. */
  error: unknown;
  model: unknown;
  /** How much there is of what was asked for: choices, or 1 for any vectors. */
  resultCount: number;
  hasOutput: boolean;
  hasFinishReason: boolean;
  /** The output of each choice that has some, for counting. */
  texts: string[];
}

/**
 * The output of a chat message or delta: undefined when it has none (a role-only chunk), else the text of its content,
 * reasoning, refusal and tool calls, which may be empty where a tool call has no text of its own.
 */
export function messageOutput(part: unknown): string | undefined {
  if (!isObject(part)) return undefined;
  let output = joined(undefined, part['reasoning_content']);
  // Some servers send the same reasoning under both names; it is output once.
  if (output === undefined) output = joined(undefined, part['reasoning']);
  output = joined(output, part['content']);
  output = joined(output, part['refusal']);
  const { tool_calls: calls, function_call: call } = part;
  if (Array.isArray(calls)) {
    for (const each of calls)
      output = withCall(output, isObject(each) ? (each['function'] ?? each['custom']) : each);
  }
  if (isObject(call)) output = withCall(output, call);
  return output;
}

/** The output of one choice of an answer. */
export function choiceOutput(choice: Record<string, unknown>, kind: StreamKind): string | undefined {
  return kind === 'text' ? joined(undefined, choice['text']) : messageOutput(choice['message']);
}

/** The output of one choice of a stream's chunk. */
export function deltaOutput(choice: Record<string, unknown>, kind: StreamKind): string | undefined {
  return kind === 'text' ? joined(undefined, choice['text']) : messageOutput(choice['delta']);
}

/** Whether the choice has come to its end. An empty string on every chunk, as some servers send it, is no reason. */
export function hasFinished(choice: Record<string, unknown>): boolean {
  return Boolean(choice['finish_reason']);
}

/** Content parts hold parts at most this deep; an upstream that nests for its own sake must not exhaust our stack. */
const MAX_PART_DEPTH = 4;

function joined(before: string | undefined, value: unknown, depth = 0): string | undefined {
  if (typeof value === 'string') return value === '' ? before : before === undefined ? value : before + value;
  if (!Array.isArray(value) || depth === MAX_PART_DEPTH) return before;
  let output = before;
  for (const part of value) {
    if (isObject(part)) output = joined(output, part['text'] ?? part['thinking'], depth + 1);
  }
  return output;
}

function withCall(before: string | undefined, call: unknown): string {
  if (!isObject(call)) return before ?? '';
  const name = call['name'];
  const given = call['arguments'] ?? call['input'];
  return `${before ?? ''}${typeof name === 'string' ? name : ''}${typeof given === 'string' ? given : ''}`;
}
