/** What accounts need to know of the installation. */
export interface AccountsSettings {
  /** What new keys begin with: 1 to 40 letters, digits, `_` or `-`. Keys made with another one stay good. */
  keyPrefix: string;
  /** Signs session cookies; at least 32 characters. */
  authSecret: string;
  /** The address people see; cookies and the origin check follow it. */
  publicUrl: string;
  /** `production` asks operators for two-factor sign-in; the default is `evaluation`. */
  mode?: 'evaluation' | 'production';
  /** Who may sign up; `open` when left out. */
  signup?: 'open' | 'invite' | 'closed';
  /** What authenticator apps show. */
  brandName?: string;
  /** Addresses of proxies whose `x-forwarded-for` is believed. */
  trustedProxies?: readonly string[];
}

export const ACCOUNTS_SETTINGS = Symbol('ACCOUNTS_SETTINGS');
