import { describe, expect, it } from '@jest/globals';
import { FIRST_PAGE, nextPath } from './next-path.js';

describe('the page after signing in', () => {
  it('is the one that was asked for', () => {
    expect(nextPath('/keys')).toBe('/keys');
    expect(nextPath('/usage?model=llama3.2%3A3b')).toBe('/usage?model=llama3.2%3A3b');
  });

  it('is the overview when none was', () => {
    expect(nextPath(undefined)).toBe(FIRST_PAGE);
    expect(nextPath(['/keys', '/usage'])).toBe(FIRST_PAGE);
  });

  it('is never on another site', () => {
    for (const asked of [
      'https://evil.example/',
      '//evil.example',
      '/\\evil.example',
      '/\t/evil.example',
      '/\n//evil.example',
      'javascript:alert(1)',
      '',
    ]) {
      expect(nextPath(asked)).toBe(FIRST_PAGE);
    }
  });

  it('does not become another host by dots in it', () => {
    expect(nextPath('/..//evil.example')).toBe(FIRST_PAGE);
  });
});
