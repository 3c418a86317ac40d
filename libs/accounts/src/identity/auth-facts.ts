import { Inject, Injectable } from '@nestjs/common';
import { AccountEventsBus } from '../account-events.js';
import { ACCOUNTS_SETTINGS, type AccountsSettings } from '../accounts.settings.js';
import { localeOf } from '../locale.js';
import { PeopleRepository } from './people.repository.js';
import { PeopleService } from './people.service.js';

/** A user as the sign-in library hands it to its hooks. */
export interface LibraryUser {
  id: string;
  email: string;
  name: string;
  locale?: unknown;
}

/** Turns what the sign-in library reports into facts of this module. Each is told before the request answers. */
@Injectable()
export class AuthFacts {
  constructor(
    private readonly events: AccountEventsBus,
    private readonly people: PeopleService,
    private readonly repository: PeopleRepository,
    @Inject(ACCOUNTS_SETTINGS) private readonly settings: AccountsSettings,
  ) {}

  userCreated(user: LibraryUser): Promise<void> {
    return this.people.welcome(user.id);
  }

  /** A link of the library: for a sign-up, or for a change of address, where `user.email` is the new one. */
  async verificationLink(user: LibraryUser, token: string): Promise<void> {
    const mail = { ...addressed(user), url: this.verificationUrl(token) };
    const person = await this.repository.find(user.id);
    const isChange = person !== undefined && person.email !== user.email;
    await this.events.emit(isChange ? 'addressChangeRequested' : 'verificationRequested', mail);
  }

  verified(user: LibraryUser): Promise<void> {
    return this.people.finishVerification(user.id);
  }

  signUpRepeated(user: LibraryUser): Promise<void> {
    return this.events.emit('signUpRepeated', { ...addressed(user), url: this.page('/sign-in') });
  }

  passwordResetLink(user: LibraryUser, token: string): Promise<void> {
    const url = this.page(`/reset-password?token=${encodeURIComponent(token)}`);
    return this.events.emit('passwordResetRequested', { ...addressed(user), url });
  }

  async passwordChanged(userUuid: string): Promise<void> {
    await this.repository.endResetLinks(userUuid);
    await this.events.emit('passwordChanged', { userUuid });
  }

  twoFactorChanged(userUuid: string, state: 'enabled' | 'disabled'): Promise<void> {
    return this.events.emit('twoFactorChanged', { userUuid, isEnabled: state === 'enabled' });
  }

  async addressChanged(change: { userUuid: string; oldEmail: string; newEmail: string }): Promise<void> {
    await this.repository.endResetLinks(change.userUuid);
    await this.events.emit('addressChanged', change);
  }

  /** It works by a plain GET and lands on a page that does too. */
  private verificationUrl(token: string): string {
    return this.page(`/api/auth/verify-email?token=${encodeURIComponent(token)}&callbackURL=%2Fverified`);
  }

  private page(path: string): string {
    return `${new URL(this.settings.publicUrl).origin}${path}`;
  }
}

function addressed(user: LibraryUser) {
  const { id: userUuid, email, name, locale } = user;
  return { userUuid, email, name, locale: localeOf(locale as string | null) };
}
