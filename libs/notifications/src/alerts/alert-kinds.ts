/**
 * What a dashboard shows, each with how it is told. A locked kind is about who can sign in: nobody turns it off.
 * A state is open until it is over; all else is over as it happens.
 */
export const ALERT_KINDS = {
  low_balance: { severity: 'warn', isLocked: false, isMailed: true, isState: true, link: '/billing' },
  balance_recovered: { severity: 'info', isLocked: false, isMailed: false, isState: false, link: '/billing' },
  grant_expiring: { severity: 'warn', isLocked: false, isMailed: true, isState: true, link: '/billing' },
  key_created: { severity: 'info', isLocked: false, isMailed: true, isState: false, link: '/keys' },
  key_revoked: { severity: 'info', isLocked: false, isMailed: true, isState: false, link: '/keys' },
  member_joined: { severity: 'info', isLocked: false, isMailed: true, isState: false, link: '/team' },
  new_sign_in: { severity: 'warn', isLocked: true, isMailed: true, isState: false, link: '/settings' },
  password_changed: { severity: 'warn', isLocked: true, isMailed: true, isState: false, link: '/settings' },
  two_factor_changed: { severity: 'warn', isLocked: true, isMailed: true, isState: false, link: '/settings' },
  address_changed: { severity: 'warn', isLocked: true, isMailed: true, isState: false, link: '/settings' },
} as const satisfies Record<
  string,
  {
    severity: 'info' | 'warn' | 'danger';
    isLocked: boolean;
    isMailed: boolean;
    isState: boolean;
    link: string;
  }
>;

export type AlertKind = keyof typeof ALERT_KINDS;
export const ALERT_KIND_NAMES = Object.keys(ALERT_KINDS) as AlertKind[];
export const STATE_KINDS = ALERT_KIND_NAMES.filter((kind) => ALERT_KINDS[kind].isState);
export const isAlertKind = (text: unknown): text is AlertKind =>
  typeof text === 'string' && Object.hasOwn(ALERT_KINDS, text);

/** What the dashboard writes its text from. */
export type AlertParams = Record<string, string | number | null>;
