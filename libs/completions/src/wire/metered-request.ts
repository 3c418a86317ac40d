import type { BodyPositions } from './request-body.js';

/** What a request asks for: messages answered, a prompt continued, or inputs turned into vectors. */
export type Endpoint = 'chat' | 'completions' | 'embeddings';

/** A request as its caller sent it, checked, with what the price, the splice and the count need to know. */
export interface MeteredRequest {
  endpoint: Endpoint;
  /** The caller's own bytes. */
  bytes: Buffer;
  positions: BodyPositions;
  model: string;
  stream: boolean;
  /** Whether the caller asked for a usage chunk at the end of the stream. */
  includeUsage: boolean;
  /** Answers the upstream will write: the larger of `n` and `best_of`, for each prompt; 0 for embeddings. */
  choices: number;
  /** Output tokens of a choice: the smaller of the caller's two limits; undefined when there is none. */
  maxOutputTokens: number | undefined;
  /** Prompts or inputs that have a context window each; all of a chat is one. */
  prompts: number;
  /** How often an answer repeats each prompt before its own text: `n` with `echo`, else 0. Repeated is not written. */
  echoes: number;
  /** Whether vectors are to be base64. */
  wantsBase64: boolean;
  bodyBytes: number;
  /** Bytes of the body that are the payload of `data:` URLs; never more than there are. */
  dataUrlPayloadBytes: number;
  messageCount: number;
  imageCount: number;
  /** Tokens of prompts that came as tokens: they are in no text. */
  tokenIdCount: number;
  /** What is left of the prompt to be counted: contents, names, tool schemas, prompts, inputs. */
  promptTexts(): Iterable<string>;
}
