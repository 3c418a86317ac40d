import { Injectable } from '@nestjs/common';
import { type GrantId, idFromUuid, idToUuid, type Millicredits } from '#common';
import { ExpiringGrantsRepository } from './expiring-grants.repository.js';

/** A paid or welcome grant that ends soon with something left. */
export interface ExpiringGrant {
  grantId: GrantId;
  accountUuid: string;
  source: string;
  leftMillicredits: Millicredits;
  expiresAt: Date;
  /** The shortest of the days asked for that has begun. */
  days: number;
}

const AT_ONCE = 200;

/** Credits that are about to be lost, for those who tell people so. */
@Injectable()
export class ExpiringGrantsService {
  constructor(private readonly repository: ExpiringGrantsRepository) {}

  /** In pages, soonest first: there may be as many as there are new accounts. */
  async *pages(days: readonly number[]): AsyncGenerator<ExpiringGrant[]> {
    let after: { expiresAt: Date; id: string } | null = null;
    for (;;) {
      const rows = await this.repository.list({ days, after, limit: AT_ONCE });
      const last = rows.at(-1);
      if (!last) return;
      yield rows.map((row) => ({
        grantId: idFromUuid('grant', row.id),
        accountUuid: row.account_id,
        source: row.source,
        leftMillicredits: BigInt(row.left),
        expiresAt: row.expires_at,
        days: row.days,
      }));
      after = { expiresAt: last.expires_at, id: last.id };
    }
  }

  /** Which of these still have something left that will expire. */
  async stillThere(grantIds: readonly GrantId[]): Promise<Set<GrantId>> {
    const uuids = await this.repository.stillThere(grantIds.map(idToUuid));
    return new Set(uuids.map((uuid) => idFromUuid('grant', uuid)));
  }
}
