/** What is open of the sign-in library, under /api/auth. Everything else of it does not exist. */
export interface AuthPath {
  method: 'GET' | 'POST';
  /** What attempts at it count as; left out: they are not counted. */
  counted?: 'sign-in' | 'reset' | 'sign-up' | 'password';
  /** Its answer never comes sooner, so that its time tells nothing of whether an address is known. */
  leastMs?: number;
  /** Signs in when it succeeds: the session's token is taken from the answer and the sign-in is told. */
  signsIn?: true;
}

export const AUTH_PATHS: ReadonlyMap<string, AuthPath> = new Map<string, AuthPath>([
  ['/sign-up/email', { method: 'POST', counted: 'sign-up', leastMs: 400 }],
  ['/sign-in/email', { method: 'POST', counted: 'sign-in', signsIn: true }],
  ['/sign-out', { method: 'POST' }],
  ['/get-session', { method: 'GET' }],
  ['/verify-email', { method: 'GET' }],
  ['/send-verification-email', { method: 'POST', counted: 'reset' }],
  ['/request-password-reset', { method: 'POST', counted: 'reset', leastMs: 300 }],
  ['/reset-password', { method: 'POST', counted: 'reset' }],
  ['/change-password', { method: 'POST', counted: 'password' }],
  ['/change-email', { method: 'POST', counted: 'reset' }],
  ['/list-sessions', { method: 'GET' }],
  ['/revoke-session', { method: 'POST' }],
  ['/revoke-other-sessions', { method: 'POST' }],
  ['/two-factor/enable', { method: 'POST', counted: 'password' }],
  ['/two-factor/disable', { method: 'POST', counted: 'password' }],
  ['/two-factor/get-totp-uri', { method: 'POST', counted: 'password' }],
  ['/two-factor/generate-backup-codes', { method: 'POST', counted: 'password' }],
  ['/two-factor/verify-totp', { method: 'POST', counted: 'sign-in', signsIn: true }],
  ['/two-factor/verify-backup-code', { method: 'POST', counted: 'sign-in', signsIn: true }],
]);

export const AUTH_PREFIX = '/api/auth';
/** Where the endpoint tells the library who asks; whatever a client sent under this name does not get there. */
export const CLIENT_ADDRESS_HEADER = 'x-client-address';
