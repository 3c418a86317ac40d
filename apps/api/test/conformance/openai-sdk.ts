import OpenAI, {
  APIError,
  AuthenticationError,
  BadRequestError,
  InternalServerError,
  NotFoundError,
  PermissionDeniedError,
  RateLimitError,
} from 'openai';
import { zodFunction, zodResponseFormat } from 'openai/helpers/zod';
import type {
  ClientOptions,
  Failure,
  Reply,
  Sdk,
  SdkClient,
  StreamOptions,
  ToolCall,
} from './capabilities.js';
import { WEATHER_DESCRIPTION, WEATHER_INPUT, WEATHER_REPORT, WEATHER_TOOL } from './weather-tool.js';

/** The class that the SDK documents for a status; 402 has none but the base of them all. */
const CLASSES: Record<number, unknown> = {
  400: BadRequestError,
  401: AuthenticationError,
  402: APIError,
  403: PermissionDeniedError,
  404: NotFoundError,
  429: RateLimitError,
  502: InternalServerError,
};
const TOOLS = [
  zodFunction({ name: WEATHER_TOOL, description: WEATHER_DESCRIPTION, parameters: WEATHER_INPUT }),
];

type Usage = OpenAI.CompletionUsage & { credits?: number };

/** OpenAI's own, for Node. */
export const openaiSdk: Sdk = {
  packages: ['openai'],
  connect: (options) => new OpenaiClient(options),
  failureOf,
  attemptsAtMost: 3,
  obeysShouldRetry: true,
  waitsAfter503: true,
  embeddingFormat: 'base64',
  remarks: {
    plain: 'yes; credits in `usage.credits`',
    streamUsage: 'yes; credits in `usage.credits`',
    embeddings: 'yes; it asks for base64',
    error400: '`BadRequestError`',
    error401: '`AuthenticationError`',
    error402: '`APIError` (the SDK has no class for 402)',
    error403: '`PermissionDeniedError`',
    error404: '`NotFoundError`',
    error429: '`RateLimitError`, after 2 retries',
    error502: '`InternalServerError`',
    errorInStream: '`APIError`',
  },
};

class OpenaiClient implements SdkClient {
  private readonly client: OpenAI;

  constructor(private readonly options: ClientOptions) {
    const { key, baseURL, retries } = options;
    this.client = new OpenAI({ apiKey: key, baseURL, ...(retries === 'none' && { maxRetries: 0 }) });
  }

  async models(): Promise<string[]> {
    const ids: string[] = [];
    for await (const model of this.client.models.list()) ids.push(model.id);
    return ids;
  }

  async model(id: string): Promise<string> {
    return (await this.client.models.retrieve(id)).id;
  }

  async complete(prompt: string): Promise<{ plain: string; streamed: string }> {
    const body = { model: this.options.chatModel, prompt };
    const plain = await this.client.completions.create(body);
    let streamed = '';
    for await (const chunk of await this.client.completions.create({ ...body, stream: true })) {
      streamed += chunk.choices[0]!.text;
    }
    return { plain: plain.choices[0]!.text, streamed };
  }

  async plain(prompt: string): Promise<Reply> {
    const answer = await this.client.chat.completions.create(this.chat(prompt));
    return reply(answer.choices[0]!.message.content!, answer.usage);
  }

  async *stream(prompt: string, { includeUsage, signal }: StreamOptions): AsyncGenerator<string, Reply> {
    const chunks = await this.client.chat.completions.create(
      {
        ...this.chat(prompt),
        stream: true,
        ...(includeUsage && { stream_options: { include_usage: true } }),
      },
      { signal },
    );
    let text = '';
    let usage: OpenAI.CompletionUsage | undefined;
    for await (const chunk of chunks) {
      const piece = chunk.choices[0]?.delta.content;
      if (chunk.usage) usage = chunk.usage;
      if (!piece) continue;
      text += piece;
      yield piece;
    }
    return reply(text, usage);
  }

  async useTool(prompt: string, run: (call: ToolCall) => string): Promise<string> {
    const messages: OpenAI.ChatCompletionMessageParam[] = [{ role: 'user', content: prompt }];
    const model = this.options.chatModel;
    const asked = await this.client.chat.completions.parse({ model, messages, tools: TOOLS });
    const { message } = asked.choices[0]!;
    const content = run(firstCall(message.tool_calls));
    messages.push(message, { role: 'tool', tool_call_id: message.tool_calls![0]!.id, content });
    const answer = await this.client.chat.completions.create({ model, messages, tools: TOOLS });
    return answer.choices[0]!.message.content!;
  }

  async streamTool(prompt: string): Promise<ToolCall> {
    const stream = this.client.chat.completions.stream({ ...this.chat(prompt), tools: TOOLS });
    const answer = await stream.finalChatCompletion();
    return firstCall(answer.choices[0]!.message.tool_calls);
  }

  async object(prompt: string): Promise<unknown> {
    const answer = await this.client.chat.completions.parse({
      ...this.chat(prompt),
      response_format: zodResponseFormat(WEATHER_REPORT, 'report'),
    });
    return answer.choices[0]!.message.parsed;
  }

  async embed(texts: string[]): Promise<number[][]> {
    const { data } = await this.client.embeddings.create({
      model: this.options.embeddingModel,
      input: texts,
    });
    return data.map(({ embedding }) => embedding);
  }

  private chat(content: string) {
    return { model: this.options.chatModel, messages: [{ role: 'user' as const, content }] };
  }
}

function firstCall(calls: { type: string }[] | null | undefined): ToolCall {
  const call = calls?.[0] as { function: { name: string; parsed_arguments: unknown } } | undefined;
  return { name: call!.function.name, input: call!.function.parsed_arguments };
}

function reply(text: string, usage: Usage | null | undefined): Reply {
  return {
    text,
    promptTokens: usage?.prompt_tokens,
    completionTokens: usage?.completion_tokens,
    credits: usage?.credits,
  };
}

function failureOf(error: unknown, status: number): Failure {
  // An error in a stream has no status: the SDK raises the base of its classes.
  const wanted = (status === 200 ? APIError : CLASSES[status]) as typeof APIError;
  const { status: seen, code, message } = error as APIError;
  return { isOwn: error instanceof wanted, status: seen, code: code ?? undefined, message };
}
