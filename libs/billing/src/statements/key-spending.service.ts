import { Injectable } from '@nestjs/common';
import { KeysService, type KeyView } from '#accounts';
import { type AccountId, idFromUuid, idToUuid, toCredits } from '#common';
import { Clock } from '#database';
import type { KeysSpendingDto } from './statement.dto.js';
import { StatementsRepository } from './statements.repository.js';

const KEYS_AT_ONCE = 200;

/** What the keys of an account have spent of their budgets, in the periods that are running. */
@Injectable()
export class KeySpendingService {
  constructor(
    private readonly repository: StatementsRepository,
    private readonly keys: KeysService,
    private readonly clock: Clock,
  ) {}

  async spending(accountId: AccountId): Promise<KeysSpendingDto> {
    const periods = (await this.keysWithBudget(accountId)).map((key) => ({
      keyUuid: idToUuid(key.keyId),
      period: periodOf(key, this.clock.now()),
    }));
    const rows = await this.repository.spending(periods);
    const found = new Map(rows.map((row) => [row.key_id, row]));
    return {
      data: periods.map(({ keyUuid, period }) => ({
        keyId: idFromUuid('key', keyUuid),
        period,
        spent: toCredits(BigInt(found.get(keyUuid)?.spent ?? 0)),
        held: toCredits(BigInt(found.get(keyUuid)?.held ?? 0)),
      })),
    };
  }

  private async keysWithBudget(accountId: AccountId): Promise<KeyView[]> {
    const found: KeyView[] = [];
    let before: KeyView['keyId'] | undefined;
    do {
      const { keys, next } = await this.keys.list({ accountId, limit: KEYS_AT_ONCE, before });
      found.push(...keys.filter((key) => key.budgetMillicredits !== null && key.revokedAt === null));
      before = next ?? undefined;
    } while (before);
    return found;
  }
}

/** As the ledger names a budget's period: its UTC day, its UTC month, or its life. */
function periodOf(key: KeyView, now: Date): string {
  if (key.budgetReset === null) return 'life';
  return now.toISOString().slice(0, key.budgetReset === 'daily' ? 10 : 7);
}
