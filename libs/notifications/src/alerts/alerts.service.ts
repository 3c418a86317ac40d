import { Injectable } from '@nestjs/common';
import type { Member } from '#accounts';
import { LowBalanceService } from '#billing';
import { DomainError, idFromUuid, idToUuid, parseId, toCredits, toMilli } from '#common';
import { Transactions } from '#database';
import type { AlertCountDto, AlertDto, AlertPreferencesDto, AlertsDto } from './alert.dto.js';
import { ALERT_KIND_NAMES, ALERT_KINDS, type AlertKind, isAlertKind } from './alert-kinds.js';
import { type AlertRow, AlertsRepository, type Reader } from './alerts.repository.js';
import { PreferencesRepository } from './preferences.repository.js';

const USUAL_PAGE = 50;
const MOST_PAGE = 200;

/** A member's alerts, and what they want to be told. */
@Injectable()
export class AlertsService {
  constructor(
    private readonly alerts: AlertsRepository,
    private readonly preferences: PreferencesRepository,
    private readonly lowBalance: LowBalanceService,
    private readonly transactions: Transactions,
  ) {}

  /** @throws DomainError `invalid_value` for a cursor or limit that is none */
  async list(
    member: Member,
    query: { unread?: string; open?: string; cursor?: string; limit?: string },
  ): Promise<AlertsDto> {
    const limit = query.limit ? Number(query.limit) : USUAL_PAGE;
    if (!Number.isInteger(limit) || limit < 1 || limit > MOST_PAGE) {
      throw new DomainError('invalid_value', `limit is a whole number from 1 to ${MOST_PAGE}.`, {
        param: 'limit',
      });
    }
    const before = query.cursor ? parseId('alert', query.cursor) : null;
    if (before === undefined) {
      throw new DomainError('invalid_value', 'The cursor is not one that a page of this list gave.', {
        param: 'cursor',
      });
    }
    const [rows, { unread }] = await Promise.all([
      this.alerts.list(readerOf(member), {
        isUnreadOnly: isOn(query.unread),
        isOpenOnly: isOn(query.open),
        before: before && idToUuid(before),
        limit: limit + 1,
      }),
      this.alerts.count(readerOf(member)),
    ]);
    const data = rows.slice(0, limit).map(alertView);
    return { data, next: rows.length > limit ? data.at(-1)!.id : null, unread };
  }

  count(member: Member): Promise<AlertCountDto> {
    return this.alerts.count(readerOf(member));
  }

  /** @throws DomainError `not_found` */
  async markRead(member: Member, id: string): Promise<void> {
    const alertId = parseId('alert', id);
    const isTheirs =
      alertId &&
      (await this.transactions.run((tx) => this.alerts.markRead(tx, readerOf(member), idToUuid(alertId))));
    if (!isTheirs) throw new DomainError('not_found', 'There is no such alert.');
  }

  async markAllRead(member: Member): Promise<void> {
    await this.transactions.run((tx) => this.alerts.markRead(tx, readerOf(member), null));
  }

  async preferencesOf(member: Member): Promise<AlertPreferencesDto> {
    const rows = new Map((await this.preferences.of(member.person.userUuid)).map((row) => [row.kind, row]));
    return {
      data: ALERT_KIND_NAMES.map((kind) => ({
        kind,
        channels: {
          dashboard: rows.get(kind)?.dashboard ?? true,
          mail: ALERT_KINDS[kind].isMailed && (rows.get(kind)?.mail ?? true),
        },
        isLocked: ALERT_KINDS[kind].isLocked,
        isMailed: ALERT_KINDS[kind].isMailed,
      })),
    };
  }

  /** @throws DomainError `invalid_value` for a kind that is none, or that is told in any case */
  async setPreference(
    member: Member,
    wish: { kind: AlertKind; dashboard: boolean; mail: boolean },
  ): Promise<AlertPreferencesDto> {
    if (!isAlertKind(wish.kind)) {
      throw new DomainError('invalid_value', 'There is no such kind of alert.', { param: 'kind' });
    }
    if (ALERT_KINDS[wish.kind].isLocked && !(wish.dashboard && wish.mail)) {
      throw new DomainError('invalid_value', 'What concerns who can sign in is told in any case.', {
        param: 'kind',
      });
    }
    await this.transactions.run((tx) => this.preferences.set(tx, member.person.userUuid, wish));
    return this.preferencesOf(member);
  }

  async threshold(member: Member): Promise<{ credits: number | null }> {
    const found = await this.transactions.run((tx) => this.lowBalance.threshold(tx, member.accountUuid));
    return { credits: found === null ? null : toCredits(found) };
  }

  /** @throws DomainError `invalid_value` */
  async setThreshold(member: Member, credits: number | null): Promise<{ credits: number | null }> {
    if (credits !== null && !(typeof credits === 'number' && credits > 0 && credits <= 1e12)) {
      throw new DomainError('invalid_value', 'The threshold is a number of credits above zero, or null.', {
        param: 'credits',
      });
    }
    await this.transactions.run((tx) =>
      this.lowBalance.setThreshold(
        tx,
        { kind: 'user', id: member.person.userId },
        {
          accountUuid: member.accountUuid,
          thresholdMillicredits: credits === null ? null : toMilli(credits),
        },
      ),
    );
    return { credits };
  }
}

const isOn = (flag: string | undefined) => ['', '1', 'true'].includes(flag ?? 'no');
const readerOf = ({ accountUuid, person }: Member): Reader => ({ accountUuid, userUuid: person.userUuid });

function alertView(row: AlertRow): AlertDto {
  return {
    id: idFromUuid('alert', row.id),
    kind: row.kind,
    severity: row.severity,
    at: row.created_at.toISOString(),
    readAt: row.read_at?.toISOString() ?? null,
    closedAt: row.closed_at?.toISOString() ?? null,
    params: row.params,
    link: row.link,
  };
}
