import { createOpenApiDocument } from './openapi.js';

process.stdout.write(`${JSON.stringify(await createOpenApiDocument(), null, 2)}\n`);
