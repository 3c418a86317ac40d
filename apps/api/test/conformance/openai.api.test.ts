import { conform } from './conformance.harness.js';
import { openaiSdk } from './openai-sdk.js';

conform(openaiSdk);
