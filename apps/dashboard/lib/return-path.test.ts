import { describe, expect, it } from '@jest/globals';
import { returnPath } from './return-path.js';

describe('the way back after a form', () => {
  it('is the path and the filters of the page that sent it', () => {
    expect(returnPath('http://localhost:3000/models?q=qwen&tier=standard-mid')).toBe(
      '/models?q=qwen&tier=standard-mid',
    );
  });

  it('never leads to another host', () => {
    const hostile = [
      'https://a.test//evil.test/x',
      'https://a.test/\\evil.test',
      'https://a.test///evil.test',
    ];
    for (const referer of hostile) {
      expect(new URL(returnPath(referer), 'https://here.test').host).toBe('here.test');
    }
    expect(returnPath('https://evil.test/models')).toBe('/models');
  });

  it('is the start page when there is no page to go back to', () => {
    for (const referer of [null, '', 'nonsense', 'javascript:alert(1)', 'data:text/html,x']) {
      expect(returnPath(referer)).toBe('/');
    }
  });
});
