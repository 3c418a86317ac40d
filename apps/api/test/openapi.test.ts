import { readFileSync } from 'node:fs';
import { expect, it } from '@jest/globals';
import { createOpenApiDocument } from '../src/openapi.js';

it('the dashboard is typed from the API as it is now (else: npm run generate:api)', async () => {
  const written = JSON.parse(readFileSync('apps/dashboard/lib/api/generated/openapi.json', 'utf8'));
  expect(JSON.parse(JSON.stringify(await createOpenApiDocument()))).toEqual(written);
});
