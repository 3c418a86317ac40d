import { conform } from './conformance.harness.js';
import { langchainSdk } from './langchain-sdk.js';

conform(langchainSdk);
