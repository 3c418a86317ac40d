import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { ApiHarness } from './api.harness.js';

let api: ApiHarness;
beforeAll(async () => {
  api = await ApiHarness.start();
});
afterAll(() => api.close());

const get = (path: string) => api.call({ path: `/api/docs${path}`, headers: {} });

it('the page and all that it loads come from here, under a policy that lets nothing else in', async () => {
  const page = await get('');
  expect(page.status).toBe(200);
  expect(page.headers['content-type']).toBe('text/html; charset=utf-8');
  expect(page.headers['content-security-policy']).toContain("default-src 'none'; script-src 'self';");
  expect(page.text).not.toMatch(/https?:/);
  const loaded = [...page.text.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, address]) => address!);
  expect(loaded).toHaveLength(4);
  for (const address of loaded) {
    const piece = await api.call({ path: address, headers: {} });
    expect([address, piece.status, piece.text.length > 80]).toEqual([address, 200, true]);
    expect(piece.headers['x-content-type-options']).toBe('nosniff');
  }
});

it('the document is of what people call, and of nothing that programs do', async () => {
  const { json } = await get('/openapi.json');
  const paths = Object.keys(json.paths);
  expect(paths).toEqual(
    expect.arrayContaining([
      '/api/dashboard/balance',
      '/api/operator/mails',
      '/api/operator/mails/{id}/retry',
    ]),
  );
  expect(paths.filter((path) => !/^\/api\/(dashboard|operator)\//.test(path))).toEqual([]);
});

it('what is not there is a 404 as everywhere, and nothing is written', async () => {
  for (const path of ['/nothing.js', '/..%2fpackage.json', '/constructor', '/swagger-ui-bundle.js.map']) {
    expect([path, (await get(path)).json?.error?.code]).toEqual([path, 'not_found']);
  }
  const { status } = await api.call({ method: 'POST', path: '/api/docs', headers: {}, body: '{}' });
  expect(status).toBe(404);
});
