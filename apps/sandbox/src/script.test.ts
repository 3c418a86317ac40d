import { readFile } from 'node:fs/promises';
import { describe, expect, it } from '@jest/globals';
import { NO_SCRIPT, parseScript, SCRIPT_WORDS, scriptOf, USAGE_KINDS } from './script.js';

const nowhere = { standing: NO_SCRIPT, model: 'llama3.2:3b', header: undefined, message: 'hello' };

describe('a script', () => {
  it('is read from the model name, a header and the message, the later winning', () => {
    const script = scriptOf({
      standing: NO_SCRIPT,
      model: 'm@tokens=1; ms=1; usage=null',
      header: 'ms=2; usage=zero',
      message: 'Hello [[sandbox: usage-equals=7,9; ms=3]] there',
    });
    expect(script).toEqual({
      tokens: 1,
      ms: 3,
      usage: 'zero',
      'usage-equals': { promptTokens: 7, completionTokens: 9 },
    });
  });

  it('is the very same empty one where nobody asked for anything', () => {
    expect(scriptOf(nowhere)).toBe(NO_SCRIPT);
    expect(scriptOf({ ...nowhere, model: '@cf/meta/llama-3' })).toBe(NO_SCRIPT);
  });

  it('applies to every request when it stands', () => {
    expect(scriptOf({ ...nowhere, standing: { status: 503 } })).toEqual({ status: 503 });
  });

  it('is refused, not ignored, when a word or value is wrong', () => {
    const wrong = [
      'tokns=3',
      'tokens',
      'tokens=many',
      'usage=odd',
      'fixed=3',
      'crlf=no',
      'big-line=1tb',
      '__proto__=1',
    ];
    for (const source of wrong) expect(() => parseScript(source)).toThrow(/script word/);
  });

  it('reads sizes with units and words with a standard value', () => {
    expect(parseScript('big-line=64kb; hang-after; gzip-bomb')).toEqual({
      'big-line': 65_536,
      'hang-after': 1,
      'gzip-bomb': 1024 ** 3,
    });
  });

  it('has every word and kind of usage in the README', async () => {
    const readme = await readFile(new URL('../README.md', import.meta.url), 'utf8');
    const missing = [...Object.keys(SCRIPT_WORDS), ...USAGE_KINDS].filter(
      (word) => !new RegExp(`\`${word}(=[^\`]*)?\``).test(readme),
    );
    expect(missing).toEqual([]);
  });
});
