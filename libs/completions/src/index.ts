export { CompletionsEndpoint } from './completions.endpoint.js';
export { CompletionsModule } from './completions.module.js';
export type { CompletionsSettings } from './completions.settings.js';
export { loadTokenizer } from './meter/token-counter.js';
export { parseChatRequest } from './wire/chat-request.js';
export { ENDPOINT_OF_PATH } from './wire/endpoints.js';
export type { Endpoint } from './wire/metered-request.js';
