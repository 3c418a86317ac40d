import { describe, expect, it } from '@jest/globals';
import { chooseLocale } from './locale.js';

describe('the language of a page', () => {
  it('is the reader’s own choice before anything else', () => {
    expect(chooseLocale({ cookie: 'ar', acceptLanguage: 'en' })).toBe('ar');
    expect(chooseLocale({ cookie: 'en', acceptLanguage: 'ar' })).toBe('en');
  });

  it('is what the browser wants most among those there are', () => {
    expect(chooseLocale({ cookie: undefined, acceptLanguage: 'ar-KW,ar;q=0.9,en;q=0.8' })).toBe('ar');
    expect(chooseLocale({ cookie: undefined, acceptLanguage: 'fr, ar;q=0.3, en-GB;q=0.7' })).toBe('en');
    expect(chooseLocale({ cookie: undefined, acceptLanguage: 'en;q=0, ar;q=0.1' })).toBe('ar');
  });

  it('is English when nothing is known or the cookie is nonsense', () => {
    expect(chooseLocale({ cookie: undefined, acceptLanguage: null })).toBe('en');
    expect(chooseLocale({ cookie: 'xx', acceptLanguage: 'de' })).toBe('en');
  });
});
