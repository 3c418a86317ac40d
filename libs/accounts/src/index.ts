export { CurrentKey } from './access.guard.js';
export { type AccountEvents, AccountEventsBus } from './account-events.js';
export type { AccountLimits } from './account-input.js';
export { AccountsModule } from './accounts.module.js';
export { type Account, type AccountsPage, AccountsService } from './accounts.service.js';
export type { AccountsSettings } from './accounts.settings.js';
export type { MemberRole } from './auth-roles.js';
export { ClosingBooksService } from './closing/closing-books.service.js';
export { CurrentMember, CurrentPerson, type Member, type Person } from './current-member.js';
export { type Addressee, AddresseesService } from './identity/addressees.service.js';
export { AuthEndpoint } from './identity/auth-endpoint.js';
export { AUTH_PATHS, AUTH_PREFIX } from './identity/auth-paths.js';
export { OperatorsService } from './identity/operators.service.js';
export { PeopleService } from './identity/people.service.js';
export { KeyAuthenticator } from './key-authenticator.js';
export type { NewKey } from './key-input.js';
export {
  type BudgetReset,
  type Caller,
  type KeySnapshot,
  requireActive,
  requireModelAllowed,
  requireScope,
} from './key-snapshot.js';
export { KeysService, type KeyView } from './keys.service.js';
export type { Locale } from './locale.js';
export { DemoPeopleService } from './provided/demo-people.service.js';
export { ProvidedSignInsService } from './provided/provided-sign-ins.service.js';
export { SignIn } from './sign-in.js';
