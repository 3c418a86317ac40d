/** What a client is asked to do, in the order of the table in docs/compatibility.md. */
export const CAPABILITIES = {
  models: 'list models, and one by its id',
  plain: 'plain answer',
  stream: 'stream',
  streamUsage: 'stream with `include_usage`',
  tools: 'tools, round trip',
  toolsStreamed: 'tools, streamed',
  jsonSchema: 'JSON schema',
  embeddings: 'embeddings at the SDK’s defaults',
  completions: 'the older `/v1/completions`',
  error400: '400 as the SDK’s own exception',
  error401: '401, the same',
  error402: '402, the same',
  error403: '403, the same',
  error404: '404, the same',
  error429: '429, the same',
  error502: '502, the same',
  errorInStream: 'an error after 200, in a stream',
  abort: 'abort in mid-stream: the upstream is told within 1 s, nothing stays on hold',
  retry429: 'a retry after 429 waits for `Retry-After`',
  retry503: 'a retry after 503 waits for `Retry-After`',
  shouldRetry: '`x-should-retry: false` is obeyed',
} as const;

export type Capability = keyof typeof CAPABILITIES;

/** A whole text, and what the SDK makes of the usage; undefined where it does not hand a figure on. */
export interface Reply {
  text: string;
  promptTokens: number | undefined;
  completionTokens: number | undefined;
  credits: number | undefined;
}

export interface ToolCall {
  name: string;
  input: unknown;
}

/** An exception as its reader sees it. A figure the SDK's class does not have is undefined. */
export interface Failure {
  /** Whether it is of the class that the SDK has for this status, or for an error in a stream. */
  isOwn: boolean;
  status: number | undefined;
  code: string | undefined;
  message: string;
}

export interface StreamOptions {
  includeUsage: boolean;
  signal?: AbortSignal;
}

/** One SDK with one key, its retries as they are unless told otherwise. */
export interface SdkClient {
  /** Absent where the SDK has no such call; the same of `model` and `complete`. */
  models?(): Promise<string[]>;
  model?(id: string): Promise<string>;
  complete(prompt: string): Promise<{ plain: string; streamed: string }>;
  plain(prompt: string): Promise<Reply>;
  /** Yields pieces of text and returns the whole. */
  stream(prompt: string, options: StreamOptions): AsyncGenerator<string, Reply>;
  /** Asks with a tool, runs it, and returns the call and what the model then says. */
  useTool(prompt: string, run: (call: ToolCall) => string): Promise<string>;
  streamTool(prompt: string): Promise<ToolCall>;
  /** An answer by WEATHER_REPORT, as the SDK parses it. */
  object(prompt: string): Promise<unknown>;
  embed(texts: string[]): Promise<number[][]>;
}

export interface ClientOptions {
  baseURL: string;
  key: string;
  chatModel: string;
  embeddingModel: string;
  /** Only where an error is looked at that the SDK would try again. */
  retries: 'by default' | 'none';
}

/** An SDK under test. */
export interface Sdk {
  /** The packages it comes in, the first naming the column. */
  packages: string[];
  connect(options: ClientOptions): SdkClient;
  failureOf(error: unknown, status: number): Failure;
  /** Requests the server sees, at the SDK's default, when it answers 429 each time; undefined where that takes minutes. */
  attemptsAtMost: number | undefined;
  obeysShouldRetry: boolean;
  waitsAfter503: boolean;
  /** The `encoding_format` it asks for when its caller names none. */
  embeddingFormat: 'base64' | 'float';
  /** What the table says instead of "yes". */
  remarks: Partial<Record<Capability, string>>;
}
