import { SandboxRefusal } from './sandbox.errors.js';

export type Json = Record<string, unknown>;

/** What a generation is asked for, of chat or of plain completions alike. */
export interface ModelRequest {
  kind: 'chat' | 'text';
  model: string;
  body: Json;
  /** The text a script directive may stand in, and what the answer's seed is made of. */
  lastText: string;
  /** One prompt for chat; as many as were sent for completions. Token arrays count as their length. */
  prompts: Prompt[];
  /** Most output tokens of a choice; undefined when the caller set none. */
  limit: number | undefined;
  choices: number;
  stop: string[];
  stream: boolean;
  includeUsage: boolean;
}

/** Texts to be counted, and tokens whose number is known without counting. */
export interface Prompt {
  texts: string[];
  knownTokens: number;
}

/** The body as an object. Throws a 400 as OpenAI words it. */
export function parseBody(text: string): Json {
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch {
    throw new SandboxRefusal(400, 'We could not parse the JSON body of your request.', {
      code: 'invalid_json',
    });
  }
  if (!isObject(body)) throw new SandboxRefusal(400, 'The body must be a JSON object.');
  return body;
}

export function modelOf(body: Json): string {
  const model = body.model;
  if (typeof model !== 'string' || model === '') {
    throw new SandboxRefusal(400, 'You must provide a model parameter.', { param: 'model' });
  }
  return model;
}

export function chatRequest(body: Json): ModelRequest {
  const messages = body.messages;
  if (!Array.isArray(messages) || messages.length === 0 || !messages.every(isObject)) {
    throw new SandboxRefusal(400, 'messages must be an array of at least one message.', {
      param: 'messages',
    });
  }
  const prompt: Prompt = { texts: [], knownTokens: 3 };
  for (const message of messages) addMessage(prompt, message);
  if (Array.isArray(body.tools)) prompt.texts.push(JSON.stringify(body.tools));
  const asked = [body.max_tokens, body.max_completion_tokens].filter(isCount);
  return {
    ...shared(body, 'chat'),
    lastText: textsOf(messages.findLast((message) => message.role === 'user')?.content).join('\n'),
    prompts: [prompt],
    limit: asked.length > 0 ? Math.min(...asked) : undefined,
    choices: choicesOf(body.n),
  };
}

/** Four tokens around a message is how OpenAI's cookbook counts; an image is taken for 85, its low-detail price. */
function addMessage(prompt: Prompt, message: Json): void {
  prompt.knownTokens += 4;
  prompt.texts.push(...textsOf(message.content));
  if (typeof message.name === 'string') prompt.texts.push(message.name);
  if (Array.isArray(message.tool_calls)) prompt.texts.push(JSON.stringify(message.tool_calls));
  if (Array.isArray(message.content)) {
    prompt.knownTokens +=
      85 * message.content.filter((part) => isObject(part) && part.type === 'image_url').length;
  }
}

export function textRequest(body: Json): ModelRequest {
  const prompts = promptsOf(body.prompt ?? '', 'prompt');
  return {
    ...shared(body, 'text'),
    lastText: prompts.flatMap((prompt) => prompt.texts).join('\n'),
    prompts,
    // OpenAI's documented default of this route.
    limit: isCount(body.max_tokens) ? body.max_tokens : 16,
    choices: choicesOf(body.n),
  };
}

/** A string, strings, tokens, or arrays of tokens: the four forms of `prompt` and of `input`. */
export function promptsOf(value: unknown, param: string): Prompt[] {
  if (typeof value === 'string') return [{ texts: [value], knownTokens: 0 }];
  if (Array.isArray(value) && value.length > 0) {
    if (value.every((part) => typeof part === 'string')) {
      return value.map((text) => ({ texts: [text], knownTokens: 0 }));
    }
    if (value.every(isCount)) return [{ texts: [], knownTokens: value.length }];
    if (value.every((part) => Array.isArray(part) && part.every(isCount))) {
      return value.map((tokens: number[]) => ({ texts: [], knownTokens: tokens.length }));
    }
  }
  throw new SandboxRefusal(400, `${param} must be a string, an array of strings, or arrays of tokens.`, {
    param,
  });
}

function shared(body: Json, kind: 'chat' | 'text') {
  const stop = body.stop;
  const options = body.stream_options;
  return {
    kind,
    model: modelOf(body),
    body,
    stop: (Array.isArray(stop) ? stop : [stop]).filter((text) => typeof text === 'string' && text !== ''),
    stream: body.stream === true,
    includeUsage: isObject(options) && options.include_usage === true,
  };
}

function choicesOf(n: unknown): number {
  if (n === undefined || n === null) return 1;
  if (!isCount(n) || n < 1 || n > 128) {
    throw new SandboxRefusal(400, 'n must be a whole number from 1 to 128.', { param: 'n' });
  }
  return n;
}

function textsOf(content: unknown): string[] {
  if (typeof content === 'string') return [content];
  if (!Array.isArray(content)) return [];
  return content.flatMap((part) => (isObject(part) && typeof part.text === 'string' ? [part.text] : []));
}

function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0;
}

export function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
