export { CompletionsEndpoint } from './completions.endpoint.js';
export { CompletionsModule } from './completions.module.js';
export type { CompletionsSettings } from './completions.settings.js';
export { loadTokenizer } from './meter/token-counter.js';
export { parseChatRequest } from './wire/chat-request.js';
