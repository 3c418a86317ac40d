import { describe, expect, it } from '@jest/globals';
import type { MailFacts, MailKind } from './mail-kinds.js';
import { ENGLISH } from './mail-texts.js';
import { ARABIC } from './mail-texts-arabic.js';
import { writeMail } from './mail-writer.js';

const settings = { brandName: 'LLM Resayil', publicUrl: 'https://llm.example' };
const at = new Date('2026-11-26T09:05:00Z');
const EVIL = '<img src=x onerror=alert(1)>"\'\r\nBcc: all@example.com\u2028\u202eevil http://evil.example';

const facts = (name: string): MailFacts => ({
  verification: { name, url: 'https://llm.example/v?token=1&next=/a' },
  password_reset: { name, url: 'https://llm.example/r' },
  address_change: { name, url: 'https://llm.example/c' },
  invitation: { accountName: name, inviterName: name, role: 'developer', url: 'https://llm.example/i' },
  account_exists: { name, url: 'https://llm.example/sign-in' },
  address_changed: { name, newEmail: 'new@example.com' },
  new_sign_in: { name, at, ipAddress: '203.0.113.7', userAgent: name },
  password_changed: { name, at },
  two_factor_changed: { name, at, isEnabled: true },
  key_created: { accountName: name, keyName: name, by: name },
  key_revoked: { accountName: name, keyName: name, by: null },
  member_joined: { accountName: name, memberName: name, role: 'viewer' },
  low_balance: { accountName: name, credits: 12.5, threshold: 1000, runsOutAt: at },
  grant_expiring: { accountName: name, credits: 1234.5, expiresAt: at },
});

const KINDS = Object.keys(facts('')) as MailKind[];
const write = (kind: MailKind, locale: 'en' | 'ar', name: string) =>
  writeMail(kind, facts(name)[kind], { locale, settings, unsubscribeUrl: null });

it('both languages have every kind of mail', () => {
  expect(Object.keys(ENGLISH).sort()).toEqual([...KINDS].sort());
  expect(Object.keys(ARABIC).sort()).toEqual([...KINDS].sort());
});

describe.each(['en', 'ar'] as const)('in %s', (locale) => {
  it.each(KINDS)('%s stays a mail whatever a name holds', (kind) => {
    const mail = write(kind, locale, EVIL);
    expect(mail.subject).not.toMatch(/[\r\n\u2028\u202e]/);
    expect(mail.html).not.toMatch(/<img|onerror=alert\(1\)>/i);
    expect(`${mail.subject}${mail.text}${mail.html}`).not.toContain('http://evil');
    expect(mail.text).not.toMatch(/^Bcc:/m);
    const links = [...mail.html.matchAll(/(?:href|src)="([^"]*)"/g)].map((match) => match[1]);
    expect(links.length).toBeGreaterThan(0);
    for (const link of links) expect(link).toMatch(/^https:\/\/llm\.example/);
  });

  it.each(KINDS)('%s says the same in text and HTML, in its own language', (kind) => {
    const mail = write(kind, locale, 'Ada');
    expect(mail.html).toContain(`<html lang="${locale}" dir="${locale === 'ar' ? 'rtl' : 'ltr'}">`);
    expect(mail.text).toContain('https://llm.example');
    expect(mail.text).not.toMatch(/[<>]|undefined|null/);
    expect(/\p{Script=Arabic}/u.test(mail.text)).toBe(locale === 'ar');
    expect(`${mail.text}${mail.subject}`).not.toMatch(/[\u0660-\u0669]/);
  });
});

it('a low balance tells the day on which it runs out', () => {
  expect(write('low_balance', 'en', 'Acme').text).toContain('run out on Thursday');
  expect(write('low_balance', 'ar', 'Acme').text).toContain('الخميس');
});
