import { expect, it } from '@jest/globals';
import { SecretBox } from './secret-box.js';
import { SecretUnreadableError } from './upstreams.errors.js';

const box = new SecretBox('ab'.repeat(32));

it('a secret comes back as it was and is never stored in the clear, nor twice the same', () => {
  const sealed = box.seal('sk-canary-é', 'row-1');
  expect(box.open(sealed, 'row-1')).toBe('sk-canary-é');
  expect(sealed.toString('latin1')).not.toContain('canary');
  expect(box.seal('sk-canary-é', 'row-1').equals(sealed)).toBe(false);
});

it('the same key opens whether it is written as base64 or hex', () => {
  const base64 = new SecretBox(Buffer.from('ab'.repeat(32), 'hex').toString('base64'));
  expect(base64.open(box.seal('s', 'r'), 'r')).toBe('s');
});

it('one changed byte anywhere, another row or another key is refused', () => {
  const sealed = box.seal('sk-canary', 'row-1');
  for (let at = 0; at < sealed.length; at += 1) {
    const altered = Buffer.from(sealed);
    altered[at]! ^= 1;
    expect(() => box.open(altered, 'row-1')).toThrow(SecretUnreadableError);
  }
  expect(() => box.open(sealed.subarray(0, 20), 'row-1')).toThrow(SecretUnreadableError);
  expect(() => box.open(sealed, 'row-2')).toThrow(SecretUnreadableError);
  expect(() => new SecretBox('cd'.repeat(32)).open(sealed, 'row-1')).toThrow('SECRETS_KEY');
});

it('a key that is not 32 bytes stops the start and is not repeated in the message', () => {
  expect(() => new SecretBox('too-short-canary')).toThrow(/^SECRETS_KEY must be 32 bytes, as base64 or hex$/);
});
