import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';

type Messages = { [key: string]: string | Messages };

function read(locale: string): Messages {
  return JSON.parse(readFileSync(`${import.meta.dirname}/${locale}.json`, 'utf8'));
}

function flatten(messages: Messages, path = ''): [string, string][] {
  return Object.entries(messages).flatMap(([key, value]) =>
    typeof value === 'string'
      ? [[`${path}${key}`, value] as [string, string]]
      : flatten(value, `${path}${key}.`),
  );
}

/** What a message fills in or wraps: arguments and tags, which both languages must name alike. */
function holes(message: string): string[] {
  return [...new Set(message.match(/<\w+>|\{\w+(?=[,}])/g) ?? [])].sort();
}

describe('the two languages', () => {
  const english = new Map(flatten(read('en')));
  const arabic = new Map(flatten(read('ar')));

  it('have the same messages', () => {
    expect([...arabic.keys()].sort()).toEqual([...english.keys()].sort());
  });

  it('fill in and wrap the same things', () => {
    const plain = (messages: Map<string, string>) =>
      [...messages].filter(([, text]) => !text.includes('plural,')).map(([key, text]) => [key, holes(text)]);
    expect(Object.fromEntries(plain(arabic))).toEqual(Object.fromEntries(plain(english)));
  });

  it('leave no message empty, and no Arabic message in English', () => {
    for (const text of english.values()) expect(text.trim()).not.toBe('');
    const sameInBoth = [...arabic].filter(([key, text]) => english.get(key) === text).map(([key]) => key);
    expect(sameInBoth).toEqual(['catalog.abilities.json']);
  });

  /**
   * A page names a message by the last word of its key, by that word's beginning (`${case}Note`), or by what stands
   * before it, where the API knows the words themselves (`outcomes.${outcome}`).
   */
  it('have no message that no page names', () => {
    const folder = join(import.meta.dirname, '..');
    const pages = globSync('{app,components,lib}/**/*.{ts,tsx}', { cwd: folder })
      .filter((file) => !file.includes('generated'))
      .map((file) => readFileSync(join(folder, file), 'utf8'))
      .join('\n');
    const words = new Set(pages.match(/\w+/g));
    const lists = new Set([...pages.matchAll(/(\w+)\.\$\{/g)].map(([, list]) => list));
    const isNamed = (key: string) => {
      const [last = '', list = ''] = key.split('.').reverse();
      return words.has(last) || words.has(last.replace(/(When|Note|Text)$/, '')) || lists.has(list);
    };
    expect([...english.keys()].filter((key) => !isNamed(key))).toEqual([]);
  });

  it('write figures in Latin digits', () => {
    for (const text of arabic.values()) expect(text).not.toMatch(/[٠-٩۰-۹]/);
  });
});
