/** What a streamed answer brings, in the order in which it comes. */
export type AnswerPart =
  | { kind: 'text'; text: string }
  | { kind: 'thinking'; text: string }
  | { kind: 'usage'; promptTokens: number; completionTokens: number; credits: number | null }
  | { kind: 'failed'; message: string };

interface Chunk {
  choices?: {
    delta?: { content?: string | null; reasoning?: string | null; reasoning_content?: string | null };
  }[];
  usage?: { prompt_tokens: number; completion_tokens: number; credits?: number } | null;
  error?: { message?: string };
}

/** Reads the server-sent events of a chat completion. It ends with `[DONE]` or with the stream itself. */
export async function* readAnswer(body: ReadableStream<Uint8Array>): AsyncGenerator<AnswerPart> {
  for await (const data of events(body)) {
    if (data === '[DONE]') return;
    yield* partsOf(JSON.parse(data) as Chunk);
  }
}

function* partsOf(chunk: Chunk): Generator<AnswerPart> {
  if (chunk.error) yield { kind: 'failed', message: chunk.error.message ?? '' };
  const delta = chunk.choices?.[0]?.delta;
  const thinking = delta?.reasoning ?? delta?.reasoning_content;
  if (thinking) yield { kind: 'thinking', text: thinking };
  if (delta?.content) yield { kind: 'text', text: delta.content };
  if (chunk.usage) {
    yield {
      kind: 'usage',
      promptTokens: chunk.usage.prompt_tokens,
      completionTokens: chunk.usage.completion_tokens,
      credits: chunk.usage.credits ?? null,
    };
  }
}

/** The data of each event. An event may come in pieces, cut anywhere, also inside a letter. */
async function* events(body: ReadableStream<Uint8Array>): AsyncGenerator<string> {
  const reader = body.getReader();
  const decoder = new TextDecoder();
  let rest = '';
  for (;;) {
    const { done, value } = await reader.read();
    rest += done ? decoder.decode() : decoder.decode(value, { stream: true });
    const whole = rest.split(/\r?\n\r?\n/);
    rest = whole.pop() ?? '';
    for (const event of whole) {
      const data = dataOf(event);
      if (data !== '') yield data;
    }
    if (done) return;
  }
}

function dataOf(event: string): string {
  return event
    .split(/\r?\n/)
    .filter((line) => line.startsWith('data:'))
    .map((line) => line.slice(5).trimStart())
    .join('\n');
}
