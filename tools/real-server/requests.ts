import OpenAI from 'openai';
import type { ChatCompletion, ChatCompletionChunk } from 'openai/resources';

export type RequestKind = 'plain' | 'streamed' | 'streamed with usage' | 'aborted';

/** What a client saw of one request of its own. */
export interface ClientView {
  name: string;
  /** What it came to: one that was to be aborted and had ended by then is 'streamed'. */
  kind: RequestKind;
  requestId: string;
  /** The whole answer, or the chunks as they came. */
  chunks: Record<string, unknown>[];
}

const SUBJECTS = [
  'a lighthouse',
  'the tides',
  'bread',
  'a blue bicycle',
  'مدينة الكويت',
  'rain 🌧',
  'chess',
  'tea',
];
const FORMS = [
  (subject: string) => `Tell me about ${subject}.`,
  (subject: string) => `Once upon a time there was ${subject}, and`,
  (subject: string) => `List five words that go with ${subject}:`,
  (subject: string) => `Write a short poem about ${subject}. The first line is:`,
];
const OUTPUT_TOKENS = [8, 16, 24];
/** An aborted request must still be writing when its client leaves. */
const ABORTED_OUTPUT_TOKENS = 400;
const READ_BEFORE_ABORT = 4;

function bodyOf(i: number, kind: RequestKind) {
  const subject = SUBJECTS[i % SUBJECTS.length]!;
  const content =
    kind === 'aborted'
      ? `Write a very long story about ${subject}, in many chapters. Chapter ${i}. Once upon a time`
      : FORMS[i % FORMS.length]!(subject);
  return {
    messages: [
      ...(i % 3 === 0 ? [{ role: 'system' as const, content: 'You are brief and kind.' }] : []),
      { role: 'user' as const, content },
    ],
    max_tokens: kind === 'aborted' ? ABORTED_OUTPUT_TOKENS : OUTPUT_TOKENS[i % OUTPUT_TOKENS.length]!,
    temperature: 0.8,
    seed: i,
  };
}

/** Sends one request through the official SDK. Throws what the SDK throws. */
export async function send(
  client: OpenAI,
  request: { i: number; kind: RequestKind; model: string },
): Promise<ClientView> {
  const { i, kind, model } = request;
  const name = `${kind.replaceAll(' ', '-')}-${i}`;
  const body = { model, user: name, ...bodyOf(i, kind) };
  if (kind === 'plain') {
    const { data, response } = await client.chat.completions.create(body).withResponse();
    return {
      name,
      kind,
      requestId: idOf(response),
      chunks: [data as ChatCompletion & Record<string, unknown>],
    };
  }
  const { data: stream, response } = await client.chat.completions
    .create({
      ...body,
      stream: true,
      ...(kind === 'streamed with usage' ? { stream_options: { include_usage: true } } : {}),
    })
    .withResponse();
  const chunks: (ChatCompletionChunk & Record<string, unknown>)[] = [];
  let outputs = 0;
  let aborted = false;
  for await (const chunk of stream) {
    chunks.push(chunk as ChatCompletionChunk & Record<string, unknown>);
    if (chunk.choices[0]?.delta.content) outputs += 1;
    // Leaving the loop is how the SDK's users abort: it closes the connection.
    aborted = kind === 'aborted' && outputs === READ_BEFORE_ABORT;
    if (aborted) break;
  }
  const came = kind === 'aborted' && !aborted ? 'streamed' : kind;
  return { name, kind: came, requestId: idOf(response), chunks };
}

function idOf(response: Response): string {
  const id = response.headers.get('x-request-id');
  if (!id) throw new Error('an answer without x-request-id');
  return id;
}
