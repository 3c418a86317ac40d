import { DomainError } from '#common';
import type { KeyScope } from '#http';

/** Refusals of this module. None of them ever repeats the key that was sent: errors end up in logs and tickets. */
export const accountErrors = {
  noKey: () =>
    new DomainError(
      'invalid_api_key',
      'No API key was sent. Send yours as "Authorization: Bearer YOUR_KEY" or as "x-api-key: YOUR_KEY".',
    ),
  notBearer: () =>
    new DomainError(
      'invalid_api_key',
      'The Authorization header is not of the form "Bearer YOUR_KEY". Send your API key that way, or as "x-api-key".',
    ),
  malformedKey: () =>
    new DomainError(
      'invalid_api_key',
      'This is not a whole API key: a character is wrong, missing or one too many. Copy it again, without quotes or spaces.',
    ),
  unknownKey: () =>
    new DomainError(
      'invalid_api_key',
      'This API key is not known here. Check that it belongs to this service, or create a new one.',
    ),
  revokedKey: () =>
    new DomainError('invalid_api_key', 'This API key was revoked. Use another one, or create a new one.'),
  expiredKey: (expiredAt: Date) =>
    new DomainError(
      'invalid_api_key',
      `This API key expired at ${expiredAt.toISOString()}. Use another one, or create a new one.`,
    ),
  conflictingCredentials: () =>
    new DomainError(
      'conflicting_credentials',
      'The Authorization and x-api-key headers carry different credentials. Send one of them only.',
    ),
  databaseUnavailable: (internal: string) =>
    new DomainError(
      'database_unavailable',
      'The service cannot check API keys right now, so nothing was done. Try again in a moment.',
      { retryAfterSeconds: 2, internal },
    ),
  accountSuspended: () =>
    new DomainError('account_suspended', 'This account is suspended. Contact the operator of this service.'),
  scopeMissing: (scope: KeyScope) =>
    new DomainError(
      'scope_missing',
      `This API key lacks the scope "${scope}". Use a key that was created with it.`,
    ),
  modelNotAllowed: (model: string, allowed: ReadonlySet<string>) =>
    new DomainError(
      'model_not_allowed',
      `This API key may not use ${JSON.stringify(model)}. It may use: ${[...allowed].join(', ')}.`,
      { param: 'model' },
    ),
  notSignedIn: () => new DomainError('not_signed_in', 'Sign in to see this page. API keys do not open it.'),
  rightMissing: (role: string, what: string) =>
    new DomainError(
      'right_missing',
      `Your role in this account, ${role}, does not let you ${what}. Ask an owner.`,
    ),
  twoFactorRequired: () =>
    new DomainError(
      'two_factor_required',
      'Operators of this service need two-factor sign-in. Set it up under Settings, then come back.',
    ),
  signUpClosed: () =>
    new DomainError('sign_up_closed', 'This service takes no new sign-ups. Ask its operator for an account.'),
  signUpByInvitation: () =>
    new DomainError(
      'sign_up_closed',
      'Sign-up here is by invitation: use the address your invitation was sent to.',
    ),
  tooManyAttempts: (retryAfterSeconds: number) =>
    new DomainError('rate_limit_exceeded', 'Too many attempts. Wait a minute, then try again.', {
      retryAfterSeconds,
    }),
  invitationNotFound: () => new DomainError('not_found', 'There is no such invitation.'),
  invitationOver: () =>
    new DomainError(
      'conflict',
      'This invitation is no longer open: it was answered, withdrawn or has expired.',
    ),
  onePersonsAccount: () =>
    new DomainError(
      'conflict',
      'A personal account has one owner for good. Open a team account to own one together.',
      { param: 'role' },
    ),
  memberNotFound: () => new DomainError('not_found', 'There is no such member.'),
  alreadyMember: () => new DomainError('conflict', 'This person is a member already.', { param: 'email' }),
  tooManyInvitations: () =>
    new DomainError('limit_reached', 'Too many invitations are open. Withdraw some, or wait for answers.'),
  lastOwner: () =>
    new DomainError('conflict', 'An account needs an owner: make somebody else an owner first.'),
  ownersOnly: () => new DomainError('right_missing', 'Only an owner may add, change or remove an owner.'),
  roleChanged: () =>
    new DomainError('conflict', 'Your role in this account has just changed. Load the page again.'),
  ownsTeams: (names: string[]) =>
    new DomainError(
      'conflict',
      `You are the only owner of ${names.join(', ')}. Make somebody else an owner there, or close it first.`,
    ),
  wrongPassword: () => new DomainError('invalid_value', 'This is not your password.', { param: 'password' }),
  wrongName: () =>
    new DomainError('invalid_value', "Type the account's name exactly as it is.", { param: 'confirmName' }),
  keyRevokedAlready: () => new DomainError('conflict', 'This key was revoked.'),
  nothingHere: () => new DomainError('not_found', 'There is nothing at this address.'),
  accountNotFound: () => new DomainError('not_found', 'There is no such account.'),
  keyNotFound: () => new DomainError('not_found', 'There is no such key.'),
  emailTaken: (email: string) =>
    new DomainError('conflict', `A user with the e-mail address ${email} exists already.`, {
      param: 'email',
    }),
  keyLimitReached: (keyLimit: number) =>
    new DomainError(
      'limit_reached',
      `The account may have ${keyLimit} ${keyLimit === 1 ? 'key' : 'keys'} and has that many. Revoke one, or have the limit raised.`,
      { metadata: { key_limit: keyLimit } },
    ),
  invalid: (param: string, message: string) => new DomainError('invalid_value', message, { param }),
};
