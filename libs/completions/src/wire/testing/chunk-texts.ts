import { ChatStream } from '../event-stream.js';

export const open = (kind: 'chat' | 'text' = 'chat'): ChatStream =>
  new ChatStream({ requestedModel: 'm', kind });
export const event = (data: unknown): string =>
  `data: ${typeof data === 'string' ? data : JSON.stringify(data)}\n\n`;
export const chunk = (delta: unknown, finish_reason: string | null = null, index = 0): string =>
  event({ id: 'c-1', created: 17, model: 'm', choices: [{ index, delta, finish_reason }] });
export const content = (text: string): string => chunk({ content: text });
export const ROLE = chunk({ role: 'assistant', content: '' });
export const FINISH = chunk({}, 'stop');
export const usageChunk = (usage: unknown): string => event({ id: 'c-1', model: 'm', choices: [], usage });

/** What the client gets for each of these at once. */
export function pushAll(stream: ChatStream, ...texts: string[]): string[] {
  return texts.map((text) => stream.push(Buffer.from(text))?.toString('utf8') ?? '');
}

export function finish(
  stream: ChatStream,
  usage: Parameters<ChatStream['finish']>[0]['usage'],
  includeUsage = false,
): string {
  return stream.finish({ includeUsage, usage }).toString('utf8');
}
