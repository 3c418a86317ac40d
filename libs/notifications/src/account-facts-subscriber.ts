import { randomUUID } from 'node:crypto';
import { Injectable, type OnModuleInit } from '@nestjs/common';
import { type AccountEvents, AccountEventsBus, AddresseesService } from '#accounts';
import { idFromUuid } from '#common';
import { Clock, Transactions, type Tx } from '#database';
import { TellService } from './alerts/tell.service.js';
import type { MailFacts } from './mails/mail-kinds.js';
import { MailLogService } from './mails/mail-log.service.js';

/** Who looks after keys and members. */
const TOLD = ['owner', 'admin'] as const;

type RequestedKind = 'verification' | 'password_reset' | 'address_change' | 'account_exists';
type Requested = AccountEvents['verificationRequested'];

/** Facts of accounts, told to people before the request that caused them answers. */
@Injectable()
export class AccountFactsSubscriber implements OnModuleInit {
  constructor(
    private readonly events: AccountEventsBus,
    private readonly mails: MailLogService,
    private readonly tell: TellService,
    private readonly people: AddresseesService,
    private readonly transactions: Transactions,
    private readonly clock: Clock,
  ) {}

  onModuleInit(): void {
    this.on('verificationRequested', (tx, event) => this.requested(tx, 'verification', event));
    this.on('passwordResetRequested', (tx, event) => this.requested(tx, 'password_reset', event));
    this.on('addressChangeRequested', (tx, event) => this.requested(tx, 'address_change', event));
    this.on('signUpRepeated', (tx, event) => this.requested(tx, 'account_exists', event));
    this.on('invited', (tx, event) => this.invited(tx, event));
    this.on('signedIn', (tx, event) => this.signedIn(tx, event));
    this.on('passwordChanged', (tx, { userUuid }) =>
      this.secured(tx, 'password_changed', { userUuid, params: {} }),
    );
    this.on('twoFactorChanged', (tx, event) => this.twoFactorChanged(tx, event));
    this.on('addressChanged', (tx, event) => this.addressChanged(tx, event));
    this.on('memberJoined', (tx, event) => this.memberJoined(tx, event));
    this.on('keyCreated', (tx, event) => this.keyChanged(tx, 'key_created', event));
    this.on('keyRevoked', (tx, event) => this.keyChanged(tx, 'key_revoked', event));
  }

  /** In the transaction of the fact, or in one of our own where it has none. */
  private on<K extends keyof AccountEvents>(
    name: K,
    handle: (tx: Tx, event: AccountEvents[K]) => Promise<void>,
  ): void {
    this.events.on(name, (event, tx) =>
      tx ? handle(tx, event) : this.transactions.run((own) => handle(own, event)),
    );
  }

  private async requested(tx: Tx, kind: RequestedKind, event: Requested): Promise<void> {
    const { email, locale, name, url, userUuid } = event;
    await this.mails.write(tx, { kind, facts: { name, url }, to: email, userUuid, locale });
  }

  private async invited(tx: Tx, event: AccountEvents['invited']): Promise<void> {
    const { accountName, email, inviterName, inviterUuid: mentions, locale, role, url } = event;
    const facts = { accountName, inviterName, role, url };
    await this.mails.write(tx, { kind: 'invitation', facts, to: email, userUuid: null, locale, mentions });
  }

  private async signedIn(tx: Tx, event: AccountEvents['signedIn']): Promise<void> {
    if (!event.isNewClient) return;
    const { ipAddress, sessionUuid, userAgent, userUuid } = event;
    await this.tell.person(tx, {
      userUuid,
      kind: 'new_sign_in',
      params: { ipAddress, userAgent },
      facts: (name) => ({ name, at: this.now(), ipAddress, userAgent }),
      dedupeKey: `new_sign_in:${sessionUuid}`,
    });
  }

  private secured(
    tx: Tx,
    kind: 'password_changed' | 'two_factor_changed',
    {
      isEnabled = false,
      params,
      userUuid,
    }: { userUuid: string; isEnabled?: boolean; params: Record<string, number> },
  ): Promise<void> {
    return this.tell.person(tx, {
      userUuid,
      kind,
      params,
      facts: (name): MailFacts['two_factor_changed'] => ({ name, at: this.now(), isEnabled }),
      dedupeKey: `${kind}:${randomUUID()}`,
    });
  }

  private twoFactorChanged(tx: Tx, event: AccountEvents['twoFactorChanged']): Promise<void> {
    return this.secured(tx, 'two_factor_changed', {
      ...event,
      params: { isEnabled: event.isEnabled ? 1 : 0 },
    });
  }

  /** The old address is told: whoever took the sign-in over has the new one. */
  private addressChanged(tx: Tx, event: AccountEvents['addressChanged']): Promise<void> {
    const { newEmail, oldEmail, userUuid } = event;
    return this.tell.person(tx, {
      userUuid,
      kind: 'address_changed',
      params: { newEmail },
      facts: (name) => ({ name, newEmail }),
      dedupeKey: `address_changed:${randomUUID()}`,
      to: oldEmail,
    });
  }

  private async memberJoined(tx: Tx, event: AccountEvents['memberJoined']): Promise<void> {
    const { accountUuid, role, userUuid } = event;
    const memberName = (await this.people.person(tx, userUuid))?.name ?? '';
    await this.tell.account(tx, {
      accountUuid,
      kind: 'member_joined',
      roles: TOLD,
      params: { memberName, role },
      facts: (accountName) => ({ accountName, memberName, role }),
      dedupeKey: `member_joined:${randomUUID()}`,
      mentions: userUuid,
    });
  }

  private async keyChanged(
    tx: Tx,
    kind: 'key_created' | 'key_revoked',
    event: AccountEvents['keyCreated'],
  ): Promise<void> {
    const { accountUuid, byUserUuid, keyUuid, name: keyName } = event;
    const by = byUserUuid ? ((await this.people.person(tx, byUserUuid))?.name ?? null) : null;
    await this.tell.account(tx, {
      accountUuid,
      kind,
      roles: TOLD,
      params: { keyName, by },
      facts: (accountName) => ({ accountName, keyName, by }),
      dedupeKey: `${kind}:${keyUuid}`,
      link: `/keys#${idFromUuid('key', keyUuid)}`,
      mentions: byUserUuid,
    });
  }

  private now(): Date {
    return new Date(this.clock.nowMs());
  }
}
