import { instanceOf } from './json-instance.js';
import { isObject, type ModelRequest, type Prompt } from './model-request.js';
import { hashOf, proseOf, proseOfLength } from './prose.js';
import type { Script } from './script.js';
import type { TokenPair } from './script-values.js';
import { loadTokenizer, type Tokenizer } from './tokens.js';
import { type ToolCall, toolCallFor } from './tool-call.js';

/** One choice of an answer; each piece is one token, in the order it is streamed. */
export interface Choice {
  index: number;
  form: 'content' | 'refusal' | 'tool';
  toolName?: string;
  reasoning: string[];
  pieces: string[];
  finishReason: string | null;
}

export interface Answer {
  id: string;
  kind: 'chat' | 'text';
  /** Unix seconds. */
  created: number;
  model: string;
  choices: Choice[];
  tokens: TokenPair;
  includeUsage: boolean;
}

const OTHER_MODEL = 'another-model-than-asked';

export async function answerTo(id: string, request: ModelRequest, script: Script): Promise<Answer> {
  const writer = new AnswerWriter(request, script, script.fixed ? undefined : await loadTokenizer());
  const choices: Choice[] = [];
  for (let index = 0; index < request.choices * request.prompts.length; index += 1) {
    choices.push(writer.choice(index));
  }
  return {
    id,
    kind: request.kind,
    created: Math.floor(Date.now() / 1000),
    model: script.model === 'echo-other' ? OTHER_MODEL : (script.model ?? request.model),
    choices,
    tokens: script['usage-equals'] ?? script.fixed ?? writer.tokensOf(choices),
    includeUsage: request.includeUsage,
  };
}

class AnswerWriter {
  private readonly seed: number;
  private readonly toolCall: ToolCall | undefined;
  private readonly limit: number;

  constructor(
    private readonly request: ModelRequest,
    private readonly script: Script,
    private readonly tokenizer: Tokenizer | undefined,
  ) {
    const { body, lastText } = request;
    this.seed = hashOf(lastText) + (typeof body.seed === 'number' ? body.seed : 0);
    this.toolCall = request.kind === 'chat' && tokenizer ? toolCallFor(body, lastText, script) : undefined;
    this.limit = script['ignore-limit']
      ? Number.POSITIVE_INFINITY
      : (request.limit ?? Number.POSITIVE_INFINITY);
  }

  choice(index: number): Choice {
    const thoughts = this.request.kind === 'chat' ? (this.script.reasoning ?? 0) : 0;
    const reasoning = proseOfLength(this.seed + index + 1000, thoughts);
    let pieces = this.toolCall ? this.split(this.toolCall.argumentsJson) : this.pieces(index);
    let finishReason = this.toolCall ? 'tool_calls' : 'stop';
    if (!this.toolCall) pieces = cutAtStop(pieces, this.request.stop);
    const room = Math.max(0, this.limit - reasoning.length);
    if (pieces.length > room || reasoning.length > this.limit) {
      pieces = pieces.slice(0, room);
      reasoning.length = Math.min(reasoning.length, this.limit);
      finishReason = 'length';
    }
    return {
      index,
      form: this.toolCall ? 'tool' : this.script.refusal ? 'refusal' : 'content',
      toolName: this.toolCall?.name,
      reasoning,
      pieces,
      finishReason: this.script.finish === 'none' ? null : (this.script.finish ?? finishReason),
    };
  }

  tokensOf(choices: Choice[]): TokenPair {
    return {
      promptTokens: this.request.prompts.reduce(
        (sum, prompt) => sum + promptTokens(prompt, this.tokenizer!),
        0,
      ),
      completionTokens: choices.reduce(
        (sum, { pieces, reasoning }) => sum + pieces.length + reasoning.length,
        0,
      ),
    };
  }

  private pieces(index: number): string[] {
    const { script, request } = this;
    const seed = this.seed + index * 7919;
    if (script.letters !== undefined) return this.split('a'.repeat(script.letters));
    if (script.say !== undefined) return this.split(script.say);
    if (script.tokens !== undefined) return proseOfLength(seed, script.tokens);
    const json = this.jsonAnswer();
    if (json !== undefined) return this.split(json);
    const least = request.body.min_tokens;
    const pieces = proseOf(seed);
    return typeof least === 'number' && least > pieces.length ? proseOfLength(seed, least) : pieces;
  }

  private jsonAnswer(): string | undefined {
    const format = this.request.body.response_format;
    if (!isObject(format)) return undefined;
    if (format.type === 'json_object') return '{"sandbox":true,"answer":"A sandbox wrote this."}';
    const named = format.json_schema;
    if (format.type !== 'json_schema' || !isObject(named)) return undefined;
    return JSON.stringify(instanceOf(named.schema));
  }

  /** Without a tokenizer (numbers are fixed then, nothing is counted) a text is one piece. */
  private split(text: string): string[] {
    return this.tokenizer?.split(text) ?? [text];
  }
}

export function promptTokens(prompt: Prompt, tokenizer: Tokenizer): number {
  return prompt.texts.reduce((sum, text) => sum + tokenizer.count(text), prompt.knownTokens);
}

/** The pieces before the first stop sequence. */
function cutAtStop(pieces: string[], stops: string[]): string[] {
  if (stops.length === 0) return pieces;
  const text = pieces.join('');
  const found = stops.map((stop) => text.indexOf(stop)).filter((at) => at >= 0);
  if (found.length === 0) return pieces;
  let left = Math.min(...found);
  const kept: string[] = [];
  for (const piece of pieces) {
    if (left <= 0) break;
    kept.push(piece.slice(0, left));
    left -= piece.length;
  }
  return kept;
}
