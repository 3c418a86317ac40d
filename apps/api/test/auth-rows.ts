/** What a sweep needs to know of a path of the sign-in library that is open. One without its row fails a test. */
export interface AuthRow {
  body?: object;
  /** What somebody without a session is told; left out: an answer that says nothing of anybody. */
  refusal?: string;
}

const session = (body?: object): AuthRow => ({ ...(body && { body }), refusal: '401' });
const PASSWORD = { password: 'a wrong password' };

/** Every path under /api/auth. */
export const AUTH_ROWS: Record<string, AuthRow> = {
  'POST /sign-up/email': {
    body: { email: 'sign-up@example.com', name: 'Ada', password: 'correct horse battery' },
  },
  'POST /sign-in/email': {
    body: { email: 'nobody@example.com', ...PASSWORD },
    refusal: '401 invalid_email_or_password',
  },
  'POST /sign-out': { body: {} },
  'GET /get-session': {},
  'GET /verify-email': {},
  'POST /send-verification-email': { body: { email: 'nobody@example.com' } },
  'POST /request-password-reset': { body: { email: 'nobody@example.com' } },
  'POST /reset-password': {
    body: { token: 'none', newPassword: 'correct horse battery' },
    refusal: '400 invalid_token',
  },
  'POST /two-factor/verify-totp': { body: { code: '000000' }, refusal: '401' },
  'POST /two-factor/verify-backup-code': { body: { code: 'abcde-fghij' }, refusal: '401' },
  'POST /change-password': session({ currentPassword: 'wrong', newPassword: 'correct horse battery' }),
  'POST /change-email': session({ newEmail: 'new@example.com' }),
  'GET /list-sessions': session(),
  'POST /revoke-session': session({ token: 'none' }),
  'POST /revoke-other-sessions': session({}),
  'POST /two-factor/enable': session(PASSWORD),
  'POST /two-factor/disable': session(PASSWORD),
  'POST /two-factor/get-totp-uri': session(PASSWORD),
  'POST /two-factor/generate-backup-codes': session(PASSWORD),
};
