import { type AIMessageChunk, HumanMessage, ToolMessage } from '@langchain/core/messages';
import { tool } from '@langchain/core/tools';
import { ChatOpenAI, OpenAI, OpenAIEmbeddings } from '@langchain/openai';
import type {
  ClientOptions,
  Failure,
  Reply,
  Sdk,
  SdkClient,
  StreamOptions,
  ToolCall,
} from './capabilities.js';
import { openaiSdk } from './openai-sdk.js';
import { WEATHER_DESCRIPTION, WEATHER_INPUT, WEATHER_REPORT, WEATHER_TOOL } from './weather-tool.js';

/** LangChain for JavaScript: its own retries around OpenAI's client, whose exceptions it hands on. */
export const langchainSdk: Sdk = {
  packages: ['@langchain/openai', '@langchain/core'],
  connect: (options) => new LangchainClient(options),
  failureOf: (error, status): Failure => openaiSdk.failureOf(error, status),
  attemptsAtMost: undefined,
  obeysShouldRetry: false,
  waitsAfter503: false,
  embeddingFormat: 'base64',
  remarks: {
    models: '— (the SDK has no such call)',
    plain: 'yes; credits in `response_metadata.usage.credits`',
    streamUsage: 'yes; credits in `response_metadata.usage.credits`',
    embeddings: 'yes; it asks for base64',
    error400: '`BadRequestError`',
    error401: '`AuthenticationError`',
    error402: '`APIError`',
    error403: '`PermissionDeniedError`',
    error404: '`NotFoundError`',
    error429: '`RateLimitError`',
    error502: '`InternalServerError`',
    errorInStream: '`APIError`',
    retry503: 'it repeats, after 1 to 2 s of its own',
    shouldRetry: '**no**: it repeats every 5xx, up to 6 times',
  },
};

class LangchainClient implements SdkClient {
  private readonly common: { apiKey: string; configuration: { baseURL: string }; maxRetries?: number };
  private readonly chat: ChatOpenAI;

  constructor(private readonly options: ClientOptions) {
    const { key, baseURL, retries } = options;
    this.common = {
      apiKey: key,
      configuration: { baseURL },
      ...(retries === 'none' && { maxRetries: 0 }),
    };
    this.chat = new ChatOpenAI({ model: options.chatModel, ...this.common });
  }

  async complete(prompt: string): Promise<{ plain: string; streamed: string }> {
    const llm = new OpenAI({ model: this.options.chatModel, ...this.common });
    const plain = await llm.invoke(prompt);
    let streamed = '';
    for await (const piece of await llm.stream(prompt)) streamed += piece;
    return { plain, streamed };
  }

  async plain(prompt: string): Promise<Reply> {
    return reply(await this.chat.invoke(prompt));
  }

  async *stream(prompt: string, { includeUsage, signal }: StreamOptions): AsyncGenerator<string, Reply> {
    const options = { signal, stream_options: { include_usage: includeUsage } };
    let whole: AIMessageChunk | undefined;
    for await (const chunk of await this.chat.stream(prompt, options)) {
      whole = whole ? whole.concat(chunk) : chunk;
      if (chunk.text) yield chunk.text;
    }
    return reply(whole!);
  }

  async useTool(prompt: string, run: (call: ToolCall) => string): Promise<string> {
    const weather = tool((input) => run({ name: WEATHER_TOOL, input }), {
      name: WEATHER_TOOL,
      description: WEATHER_DESCRIPTION,
      schema: WEATHER_INPUT,
    });
    const model = this.chat.bindTools([weather]);
    const question = new HumanMessage(prompt);
    const asked = await model.invoke([question]);
    const result: ToolMessage = await weather.invoke({ ...asked.tool_calls![0]!, type: 'tool_call' });
    return (await model.invoke([question, asked, result])).text;
  }

  async streamTool(prompt: string): Promise<ToolCall> {
    const model = this.chat.bindTools([
      { name: WEATHER_TOOL, description: WEATHER_DESCRIPTION, schema: WEATHER_INPUT },
    ]);
    let whole: AIMessageChunk | undefined;
    for await (const chunk of await model.stream(prompt)) whole = whole ? whole.concat(chunk) : chunk;
    const [call] = whole!.tool_calls!;
    return { name: call!.name, input: call!.args };
  }

  object(prompt: string): Promise<unknown> {
    return this.chat.withStructuredOutput(WEATHER_REPORT, { name: 'report' }).invoke(prompt);
  }

  embed(texts: string[]): Promise<number[][]> {
    return new OpenAIEmbeddings({ model: this.options.embeddingModel, ...this.common }).embedDocuments(texts);
  }
}

interface Answered {
  text: string;
  usage_metadata?: { input_tokens: number; output_tokens: number };
  response_metadata: Record<string, unknown>;
}

function reply({ text, usage_metadata, response_metadata }: Answered): Reply {
  return {
    text,
    promptTokens: usage_metadata?.input_tokens,
    completionTokens: usage_metadata?.output_tokens,
    credits: (response_metadata['usage'] as { credits?: number } | undefined)?.credits,
  };
}
