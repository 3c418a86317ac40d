import type { MailTexts } from './mail-kinds.js';

const NOT_YOU = 'If this was not you, change your password now and end the sessions you do not know.';

/** Mails in English. */
export const ENGLISH: MailTexts = {
  verification: ({ name, url }, { brandName }) => ({
    subject: `Confirm your address for ${brandName}`,
    paragraphs: [`Hello ${name},`, 'confirm that this address is yours, and your welcome credits are added.'],
    action: { label: 'Confirm address', url },
    note: 'If you did not sign up, do nothing: without a confirmation nothing happens.',
  }),
  password_reset: ({ name, url }, { brandName }) => ({
    subject: `Choose a new password for ${brandName}`,
    paragraphs: [`Hello ${name},`, 'somebody asked to set a new password for your sign-in.'],
    action: { label: 'Choose a password', url },
    note: 'The link works once and for one hour. If you did not ask for it, do nothing: your password stays.',
  }),
  address_change: ({ name, url }, { brandName }) => ({
    subject: `Confirm your new address for ${brandName}`,
    paragraphs: [`Hello ${name},`, 'confirm that you want to sign in with this address from now on.'],
    action: { label: 'Confirm new address', url },
    note: 'If you did not ask for this, do nothing: nothing changes.',
  }),
  invitation: ({ accountName, inviterName, role, url }, { brandName }) => ({
    subject: `${inviterName} invites you to ${accountName} on ${brandName}`,
    paragraphs: [`${inviterName} invites you to work in the account ${accountName} as ${role}.`],
    action: { label: 'Look at the invitation', url },
    note: 'If you do not know who this is, do nothing: the invitation ends by itself.',
  }),
  account_exists: ({ name, url }, { brandName }) => ({
    subject: `You already have a sign-in for ${brandName}`,
    paragraphs: [
      `Hello ${name},`,
      'somebody tried to sign up with this address. It has a sign-in already, and nothing was changed.',
    ],
    action: { label: 'Sign in', url },
    note: 'If you forgot your password, the sign-in page lets you choose a new one.',
  }),
  address_changed: ({ name, newEmail }, { brandName, page }) => ({
    subject: `Your address for ${brandName} was changed`,
    paragraphs: [`Hello ${name},`, `you now sign in with ${newEmail}, no longer with this address.`],
    action: { label: 'Open settings', url: page('/settings') },
    note: 'If this was not you, answer whoever runs this service at once: this address can no longer sign in.',
  }),
  new_sign_in: ({ name, at, ipAddress, userAgent }, { brandName, date, page }) => ({
    subject: `New sign-in to ${brandName}`,
    paragraphs: [
      `Hello ${name},`,
      `you signed in on ${date(at)} from a place or browser not seen before.`,
      `Address: ${ipAddress ?? 'unknown'}. Browser: ${userAgent ?? 'unknown'}.`,
    ],
    action: { label: 'See your sessions', url: page('/settings') },
    note: NOT_YOU,
  }),
  password_changed: ({ name, at }, { brandName, date, page }) => ({
    subject: `Your password for ${brandName} was changed`,
    paragraphs: [`Hello ${name},`, `your password was changed on ${date(at)}.`],
    action: { label: 'Open settings', url: page('/settings') },
    note: 'If this was not you, choose a new password now: the sign-in page lets you.',
  }),
  two_factor_changed: ({ name, at, isEnabled }, { brandName, date, page }) => ({
    subject: `Two-factor sign-in for ${brandName} is ${isEnabled ? 'on' : 'off'}`,
    paragraphs: [
      `Hello ${name},`,
      `signing in with a second factor was turned ${isEnabled ? 'on' : 'off'} on ${date(at)}.`,
    ],
    action: { label: 'Open settings', url: page('/settings') },
    note: NOT_YOU,
  }),
  key_created: ({ accountName, keyName, by }, { page }) => ({
    subject: `New API key “${keyName}” in ${accountName}`,
    paragraphs: [`${by ?? 'An operator'} made the API key “${keyName}” in ${accountName}.`],
    action: { label: 'See the keys', url: page('/keys') },
    note: 'If nobody of yours did this, revoke the key.',
  }),
  key_revoked: ({ accountName, keyName, by }, { page }) => ({
    subject: `API key “${keyName}” in ${accountName} was revoked`,
    paragraphs: [
      `${by ?? 'An operator'} revoked the API key “${keyName}” in ${accountName}. It no longer works.`,
    ],
    action: { label: 'See the keys', url: page('/keys') },
  }),
  member_joined: ({ accountName, memberName, role }, { page }) => ({
    subject: `${memberName} joined ${accountName}`,
    paragraphs: [`${memberName} is now a member of ${accountName}, as ${role}.`],
    action: { label: 'See the team', url: page('/team') },
  }),
  low_balance: ({ accountName, credits, threshold, runsOutAt }, { date, number, page }) => ({
    subject: `${accountName}: ${number(credits)} credits left`,
    paragraphs: [
      `${accountName} has ${number(credits)} credits left, which is below ${number(threshold)}.`,
      runsOutAt
        ? `At the present rate they run out on ${date(runsOutAt)}. Requests are refused from then on.`
        : 'At the present rate they do not run out.',
    ],
    action: { label: 'See the balance', url: page('/billing') },
    note: 'You set at which balance you are told, under Alerts.',
  }),
  grant_expiring: ({ accountName, credits, expiresAt }, { date, number, page }) => ({
    subject: `${accountName}: ${number(credits)} credits expire soon`,
    paragraphs: [
      `${number(credits)} credits of ${accountName} expire on ${date(expiresAt)} unless they are used.`,
    ],
    action: { label: 'See the grants', url: page('/billing') },
  }),
};
