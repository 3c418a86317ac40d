import { checkChatRequest } from './chat-request.js';
import { checkCompletionRequest } from './completion-request.js';
import { checkEmbeddingRequest } from './embedding-request.js';
import type { Endpoint, MeteredRequest } from './metered-request.js';
import type { AnswerKind } from './output-text.js';
import { type RequestBody, readRequestBody } from './request-body.js';

/** What differs from endpoint to endpoint; the way of a request is the same for all. */
export interface EndpointRules {
  /** Under `/v1` here, and under the upstream's prefix. */
  path: string;
  modelKind: 'text' | 'embedding';
  answerKind: AnswerKind;
  /** Checks what the endpoint has of its own. Throws invalid_value or missing_field. */
  check(body: RequestBody): MeteredRequest;
}

export const ENDPOINTS: Readonly<Record<Endpoint, EndpointRules>> = {
  chat: { path: '/chat/completions', modelKind: 'text', answerKind: 'chat', check: checkChatRequest },
  completions: { path: '/completions', modelKind: 'text', answerKind: 'text', check: checkCompletionRequest },
  embeddings: {
    path: '/embeddings',
    modelKind: 'embedding',
    answerKind: 'embedding',
    check: checkEmbeddingRequest,
  },
};

/** The path under `/v1` of each endpoint, and the endpoint. */
export const ENDPOINT_OF_PATH: ReadonlyMap<string, Endpoint> = new Map(
  (Object.keys(ENDPOINTS) as Endpoint[]).map((endpoint) => [ENDPOINTS[endpoint].path, endpoint]),
);

/** Reads and checks a whole body at once. */
export function parseRequest(endpoint: Endpoint, bytes: Buffer): MeteredRequest {
  return ENDPOINTS[endpoint].check(readRequestBody(bytes));
}
