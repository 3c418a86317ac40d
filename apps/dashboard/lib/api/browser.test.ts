import { describe, expect, it } from '@jest/globals';
import { readFailure } from './browser.js';

const answer = (status: number, headers: Record<string, string> = {}) => ({
  status,
  headers: new Headers(headers),
});

describe('what a refused call says', () => {
  it('is the API’s own message with the request to quote', () => {
    const json = { error: { code: 'right_missing', message: 'Only owners may do this.' } };
    expect(readFailure(answer(403, { 'x-request-id': 'req_1' }), json)).toEqual({
      status: 403,
      code: 'right_missing',
      param: null,
      message: 'Only owners may do this.',
      requestId: 'req_1',
      waitSeconds: null,
    });
  });

  it('is read from sign-in’s flatter shape too, with the time to wait', () => {
    const json = { code: 'TOO_MANY', message: 'Too many requests.' };
    expect(readFailure(answer(429, { 'x-retry-after': '7' }), json)).toMatchObject({
      code: 'TOO_MANY',
      waitSeconds: 7,
    });
    expect(readFailure(answer(429, { 'retry-after': '3' }), json).waitSeconds).toBe(3);
  });

  it('is only the status when the body is no JSON we know', () => {
    for (const json of [null, 'bad gateway', { error: null }]) {
      expect(readFailure(answer(502), json)).toMatchObject({ status: 502, code: null, message: null });
    }
  });
});
