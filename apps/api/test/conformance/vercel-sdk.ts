import { createOpenAICompatible, type OpenAICompatibleProvider } from '@ai-sdk/openai-compatible';
import {
  APICallError,
  embedMany,
  generateText,
  type LanguageModelUsage,
  Output,
  RetryError,
  StreamProviderError,
  stepCountIs,
  streamText,
  tool,
} from 'ai';
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

const CALL_ERROR = '`APICallError`';

/** The Vercel AI SDK. */
export const vercelSdk: Sdk = {
  packages: ['ai', '@ai-sdk/openai-compatible'],
  connect: (options) => new VercelClient(options),
  failureOf,
  attemptsAtMost: 3,
  obeysShouldRetry: false,
  waitsAfter503: true,
  embeddingFormat: 'float',
  remarks: {
    models: '— (the SDK has no such call)',
    plain: 'yes; credits in `usage.raw.credits`',
    streamUsage: 'yes, with `includeUsage`; credits in `usage.raw.credits`',
    jsonSchema: 'yes, with `supportsStructuredOutputs`',
    embeddings: 'yes; it asks for numbers',
    error400: CALL_ERROR,
    error401: CALL_ERROR,
    error402: CALL_ERROR,
    error403: CALL_ERROR,
    error404: CALL_ERROR,
    error429: '`APICallError` in a `RetryError`, after 2 retries',
    error502: CALL_ERROR,
    errorInStream: '`StreamProviderError`',
    shouldRetry: '**no**: it repeats every 5xx, up to 2 times',
  },
};

class VercelClient implements SdkClient {
  private readonly provider: OpenAICompatibleProvider;
  private readonly retries: { maxRetries?: number };

  constructor(private readonly options: ClientOptions) {
    this.provider = this.providerWith({ includeUsage: false });
    this.retries = options.retries === 'none' ? { maxRetries: 0 } : {};
  }

  async complete(prompt: string): Promise<{ plain: string; streamed: string }> {
    const model = this.provider.completionModel(this.options.chatModel);
    const plain = await generateText({ model, prompt });
    const streamed = await streamText({ model, prompt }).text;
    return { plain: plain.text, streamed };
  }

  async plain(prompt: string): Promise<Reply> {
    const { text, usage } = await generateText({ model: this.chatModel(), prompt, ...this.retries });
    return reply(text, usage);
  }

  async *stream(prompt: string, { includeUsage, signal }: StreamOptions): AsyncGenerator<string, Reply> {
    const model = this.providerWith({ includeUsage })(this.options.chatModel);
    const result = streamText({ model, prompt, abortSignal: signal, onError: () => undefined });
    let text = '';
    for await (const part of result.fullStream) {
      if (part.type === 'error') throw part.error;
      if (part.type !== 'text-delta') continue;
      text += part.text;
      yield part.text;
    }
    return reply(text, await result.usage);
  }

  async useTool(prompt: string, run: (call: ToolCall) => string): Promise<string> {
    const { text } = await generateText({
      model: this.chatModel(),
      prompt,
      stopWhen: stepCountIs(2),
      tools: {
        [WEATHER_TOOL]: tool({
          description: WEATHER_DESCRIPTION,
          inputSchema: WEATHER_INPUT,
          execute: (input) => run({ name: WEATHER_TOOL, input }),
        }),
      },
    });
    return text;
  }

  async streamTool(prompt: string): Promise<ToolCall> {
    const result = streamText({
      model: this.chatModel(),
      prompt,
      tools: { [WEATHER_TOOL]: tool({ description: WEATHER_DESCRIPTION, inputSchema: WEATHER_INPUT }) },
    });
    const [call] = await result.toolCalls;
    return { name: call!.toolName, input: call!.input };
  }

  async object(prompt: string): Promise<unknown> {
    const output = Output.object({ schema: WEATHER_REPORT, name: 'report' });
    return (await generateText({ model: this.chatModel(), prompt, output })).output;
  }

  async embed(values: string[]): Promise<number[][]> {
    const model = this.provider.embeddingModel(this.options.embeddingModel);
    return (await embedMany({ model, values })).embeddings;
  }

  private chatModel() {
    return this.provider(this.options.chatModel);
  }

  private providerWith({ includeUsage }: { includeUsage: boolean }): OpenAICompatibleProvider {
    const { key, baseURL } = this.options;
    return createOpenAICompatible({
      name: 'ours',
      apiKey: key,
      baseURL,
      supportsStructuredOutputs: true,
      ...(includeUsage && { includeUsage }),
    });
  }
}

function reply(text: string, usage: LanguageModelUsage): Reply {
  return {
    text,
    promptTokens: usage.inputTokens,
    completionTokens: usage.outputTokens,
    credits: usage.raw?.['credits'] as number | undefined,
  };
}

function failureOf(thrown: unknown, status: number): Failure {
  const error = RetryError.isInstance(thrown) ? thrown.lastError : thrown;
  if (status === 200 && StreamProviderError.isInstance(error)) {
    return { isOwn: true, status: undefined, code: String(error.code), message: error.message };
  }
  const { statusCode, data, message } = error as APICallError;
  const code = (data as { error?: { code?: string } } | undefined)?.error?.code;
  return { isOwn: APICallError.isInstance(error), status: statusCode, code, message };
}
