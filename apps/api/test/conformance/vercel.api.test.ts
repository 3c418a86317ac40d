import { conform } from './conformance.harness.js';
import { vercelSdk } from './vercel-sdk.js';

conform(vercelSdk);
