import { describe, expect, it } from '@jest/globals';
import { idFromUuid, idToUuid, newId, parseId } from './ids.js';

describe('a new id', () => {
  it('is a prefix and a UUID of version 7', () => {
    const id = newId('request');
    expect(id).toMatch(/^req_[0-9a-f]{32}$/);
    expect(idToUuid(id)).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  });

  it('begins with the time, so that ids sort as they were made', () => {
    const before = Date.now();
    const ids = Array.from({ length: 2_000 }, () => newId('grant'));
    const after = Date.now();
    const times = ids.map((id) => Number.parseInt(id.slice(4, 16), 16));
    expect(times[0]).toBeGreaterThanOrEqual(before);
    expect(times.at(-1)).toBeLessThanOrEqual(after);
    expect(times).toEqual(times.toSorted((a, b) => a - b));
  });

  it('is never made twice, also across refills of the random pool', () => {
    const ids = new Set(Array.from({ length: 20_000 }, () => newId('key')));
    expect(ids.size).toBe(20_000);
  });

  it('takes every variant, and random bits where the form leaves them', () => {
    const ids = Array.from({ length: 2_000 }, () => newId('key').slice(4));
    expect(new Set(ids.map((hex) => hex[16]))).toEqual(new Set(['8', '9', 'a', 'b']));
    for (let position = 13; position < 32; position++) {
      const digits = new Set(ids.map((hex) => hex[position]));
      expect(digits.size).toBe(position === 16 ? 4 : 16);
    }
  });
});

describe('an id from outside', () => {
  it('is the same after a way through the database', () => {
    const id = newId('account');
    expect(idFromUuid('account', idToUuid(id))).toBe(id);
    expect(parseId('account', id)).toBe(id);
  });

  const hex = '0197f0c2a1b27c3d8e4f5061728394a5';
  it.each([
    '',
    'req_',
    hex,
    `key_${hex}`,
    `req-${hex}`,
    `REQ_${hex}`,
    `req_${hex.toUpperCase()}`,
    `req_${hex.slice(1)}`,
    `req_${hex}0`,
    ` req_${hex}`,
    `req_${hex}\n`,
    `req_${hex.slice(0, 31)}g`,
    `req_0197f0c2-a1b2-7c3d-8e4f-5061728394a5`,
    `req_' OR 1=1 --`,
    `req_req_${hex.slice(4)}`,
  ])('is refused when it is %j', (garbage) => {
    expect(parseId('request', garbage)).toBeUndefined();
  });
});
