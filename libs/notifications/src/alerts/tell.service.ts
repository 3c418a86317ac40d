import { Inject, Injectable } from '@nestjs/common';
import { type Addressee, AddresseesService, type MemberRole } from '#accounts';
import type { Tx } from '#database';
import type { MailFacts, MailKind } from '../mails/mail-kinds.js';
import { MailLogService } from '../mails/mail-log.service.js';
import { NOTIFICATIONS_SETTINGS, type NotificationsSettings } from '../notifications.settings.js';
import { ALERT_KINDS, type AlertKind, type AlertParams } from './alert-kinds.js';
import { AlertsRepository } from './alerts.repository.js';
import { PreferencesRepository } from './preferences.repository.js';
import { unsubscribeUrl } from './unsubscribe-links.js';

/** Roles that are told about credits. */
export const ACTS_ON_MONEY = ['owner', 'admin', 'billing'] as const;
/** Kinds that are also sent by mail. */
type MailedKind = AlertKind & MailKind;

/** Tells a fact once: an alert on dashboards, and a mail to each who wants it, in the transaction of the fact. */
@Injectable()
export class TellService {
  constructor(
    private readonly alerts: AlertsRepository,
    private readonly people: AddresseesService,
    private readonly preferences: PreferencesRepository,
    private readonly mails: MailLogService,
    @Inject(NOTIFICATIONS_SETTINGS) private readonly settings: NotificationsSettings,
  ) {}

  /** One alert for the account; mails to its members with these roles. False: it was told before. */
  async account<K extends MailedKind>(
    tx: Tx,
    fact: {
      accountUuid: string;
      kind: K;
      roles: readonly MemberRole[];
      params: AlertParams;
      facts: (accountName: string) => MailFacts[K];
      dedupeKey: string;
      /** Whose name is among them. */
      mentions?: string | null;
      /** The very thing, where the kind's own page has many. */
      link?: string;
    },
  ): Promise<boolean> {
    const { accountUuid, dedupeKey, kind, mentions, params, roles } = fact;
    const isNew = await this.alerts.insert(tx, {
      ...ALERT_KINDS[kind],
      accountUuid,
      userUuid: null,
      kind,
      params,
      dedupeKey,
      mentions: mentions ?? null,
      ...(fact.link && { link: fact.link }),
    });
    if (!isNew) return false;
    const members = await this.wanting(tx, kind, await this.people.members(tx, { accountUuid, roles }));
    for (const member of members) {
      const facts = fact.facts(member.accountName);
      await this.mail(tx, member, { kind, facts, dedupeKey, mentions: mentions ?? null });
    }
    return true;
  }

  /** For what is good to see, and no reason to write to anybody. */
  async dashboards(
    tx: Tx,
    fact: { accountUuid: string; kind: AlertKind; params: AlertParams; dedupeKey: string },
  ): Promise<void> {
    await this.alerts.insert(tx, { ...ALERT_KINDS[fact.kind], ...fact, userUuid: null });
  }

  /** An alert and a mail for one person. `to` is where the mail goes when that is no longer their address. */
  async person<K extends MailedKind>(
    tx: Tx,
    fact: {
      userUuid: string;
      kind: K;
      params: AlertParams;
      facts: (name: string) => MailFacts[K];
      dedupeKey: string;
      to?: string;
    },
  ): Promise<void> {
    const { dedupeKey, kind, params, userUuid } = fact;
    const person = await this.people.person(tx, userUuid);
    if (!person) return;
    const isNew = await this.alerts.insert(tx, {
      ...ALERT_KINDS[kind],
      accountUuid: null,
      userUuid,
      kind,
      params,
      dedupeKey,
    });
    if (!isNew) return;
    const addressee = { ...person, email: fact.to ?? person.email };
    for (const one of await this.wanting(tx, kind, [addressee])) {
      await this.mail(tx, one, { kind, facts: fact.facts(person.name), dedupeKey });
    }
  }

  /** Those who get a mail of this kind: all where it is not a matter of choice. */
  private async wanting<One extends Addressee>(tx: Tx, kind: AlertKind, people: One[]): Promise<One[]> {
    if (ALERT_KINDS[kind].isLocked) return people;
    const userUuids = people.map(({ userUuid }) => userUuid);
    const declined = await this.preferences.declinedMails(tx, userUuids, kind);
    return people.filter(({ userUuid }) => !declined.has(userUuid));
  }

  private async mail<K extends MailedKind>(
    tx: Tx,
    { email: to, locale, userUuid }: Addressee,
    mail: { kind: K; facts: MailFacts[K]; dedupeKey: string; mentions?: string | null },
  ): Promise<void> {
    const { kind, facts, dedupeKey, mentions = null } = mail;
    const { isLocked } = ALERT_KINDS[kind];
    await this.mails.write(tx, {
      kind,
      facts,
      to,
      userUuid,
      locale,
      unsubscribeUrl: isLocked ? null : unsubscribeUrl(this.settings, { userUuid, kind }),
      dedupeKey: `${dedupeKey}:${userUuid}`,
      mentions,
    });
  }
}
