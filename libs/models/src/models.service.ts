import { Injectable } from '@nestjs/common';
import { DomainError, formatMilli, toMilli } from '#common';
import { type Actor, AuditLog, ChangeFeed, Transactions, type Tx } from '#database';
import { CATALOG_TOPIC } from './catalog.service.js';
import { seedCatalog } from './catalog-seed.js';
import type { ModelEntity } from './model.entity.js';
import { ModelNotFoundError, TierNotFoundError } from './models.errors.js';
import { ModelsRepository } from './models.repository.js';
import { draftOf, type NewModel } from './new-model.js';
import { explainRefusal } from './refused-multiplier.js';

const LIST_LIMIT = 10_000;
const HISTORY_LIMIT = 1000;

/** A model as an operator sees it. */
export type ModelRecord = Readonly<ModelEntity>;

/** A line of a price's history. */
export interface MultiplierRecord {
  id: string;
  /** Credits a token. */
  multiplier: number;
  effectiveAt: Date;
  announcedAt: Date;
  by: string;
  reason: string;
}

/** A new price of one model or of one tier. */
export interface NewMultiplier {
  owner: { model: string } | { tier: string };
  /** Credits a token, at most three decimals. */
  multiplier: number | string;
  /** Left out: at once. */
  effectiveAt?: Date;
  reason: string;
}

/** What operators do to the catalog. Each act is in the audit log and on every process within a second. */
@Injectable()
export class ModelsService {
  constructor(
    private readonly transactions: Transactions,
    private readonly feed: ChangeFeed,
    private readonly audit: AuditLog,
    private readonly repository: ModelsRepository,
  ) {}

  /** Every model in every state, by id. */
  list(): Promise<ModelRecord[]> {
    return this.repository.list(LIST_LIMIT);
  }

  /** Throws `model_not_found`. */
  async show(id: string): Promise<ModelRecord> {
    const model = await this.repository.find(id);
    if (!model) throw new ModelNotFoundError(id);
    return model;
  }

  /** The prices of a model or a tier that were, are and will be its own; newest effect first. */
  async multipliers(owner: { model: string } | { tier: string }): Promise<MultiplierRecord[]> {
    const rows = await this.repository.multipliers(owner, HISTORY_LIMIT);
    return rows.map((row) => ({
      id: row.id,
      multiplier: Number(formatMilli(row.multiplierMilli)),
      effectiveAt: row.effectiveAt,
      announcedAt: row.announcedAt,
      by: row.createdBy,
      reason: row.reason,
    }));
  }

  /** Loads the first catalog if that was never done. Returns how many models were added. */
  seed(): Promise<number> {
    return this.transactions.run(async (tx) => {
      const added = await seedCatalog(tx);
      if (added > 0) await this.feed.announce(tx, CATALOG_TOPIC);
      return added;
    });
  }

  /** Adds a draft, which nobody sees until it is enabled. Throws `conflict`, `invalid_value`. */
  add(actor: Actor, input: NewModel): Promise<ModelRecord> {
    return this.transactions.run(async (tx) => {
      const draft = draftOf(input, await this.repository.tierIds(tx));
      await this.repository.insert(tx, draft).catch(explainRefusal({ model: draft.id }));
      await this.record(tx, {
        actor,
        action: 'model.added',
        subject: draft.id,
        detail: { tier: draft.tier },
      });
      return (await this.repository.lock(tx, draft.id))!;
    });
  }

  /** Makes a draft active, or lifts what `disable` set. Throws `model_not_found`, `conflict` when it is retired. */
  enable(actor: Actor, id: string): Promise<ModelRecord> {
    return this.transactions.run(async (tx) => {
      const model = await this.locked(tx, id);
      if (model.state === 'retired') {
        throw new DomainError('conflict', `"${id}" is retired. Add the model anew under another id.`);
      }
      const state = model.state === 'draft' ? 'active' : model.state;
      await this.repository.update(tx, id, { state, disabledReason: null });
      await this.record(tx, {
        actor,
        action: 'model.enabled',
        subject: id,
        detail: { from: model.state, wasDisabled: model.disabledReason },
      });
      return { ...model, state, disabledReason: null };
    });
  }

  /** Lets a model answer 503 with the reason; it stays listed. Throws `model_not_found`, `missing_field`. */
  async disable(actor: Actor, input: { id: string; reason: string }): Promise<ModelRecord> {
    const reason = reasonOf(input.reason);
    return this.transactions.run(async (tx) => {
      const model = await this.locked(tx, input.id);
      await this.repository.update(tx, input.id, { disabledReason: reason });
      await this.record(tx, { actor, action: 'model.disabled', subject: input.id, reason });
      return { ...model, disabledReason: reason };
    });
  }

  /**
   * Sets a price from a date. Lowering may take effect at once, raising 14 days after now at the earliest.
   * Throws `invalid_value` with the earliest date, `model_not_found`, `conflict` for a second price at one time.
   */
  async setMultiplier(actor: Actor, input: NewMultiplier): Promise<MultiplierRecord> {
    const owner = {
      tier: 'tier' in input.owner ? input.owner.tier : null,
      model: 'model' in input.owner ? input.owner.model : null,
    };
    const reason = reasonOf(input.reason);
    const multiplierMilli = milliOf(input.multiplier);
    return this.transactions.run(async (tx) => {
      const now = await this.repository.now(tx);
      await this.requireOwner(tx, owner);
      const written = await this.repository
        .insertMultiplier(tx, {
          ...owner,
          multiplierMilli,
          effectiveAt: input.effectiveAt ?? null,
          createdBy: `${actor.kind}:${actor.id}`,
          reason,
        })
        .catch(explainRefusal({ now }));
      const multiplier = Number(formatMilli(multiplierMilli));
      await this.record(tx, {
        actor,
        action: 'multiplier.set',
        subject: owner.model ?? `tier ${owner.tier}`,
        reason,
        detail: { multiplier, effectiveAt: written.effectiveAt.toISOString() },
      });
      return {
        id: written.id,
        multiplier,
        effectiveAt: written.effectiveAt,
        announcedAt: now,
        by: `${actor.kind}:${actor.id}`,
        reason,
      };
    });
  }

  private async requireOwner(tx: Tx, owner: { tier: string | null; model: string | null }): Promise<void> {
    if (owner.model !== null) {
      await this.locked(tx, owner.model);
      return;
    }
    const known = await this.repository.tierIds(tx);
    if (!known.includes(owner.tier ?? '')) throw new TierNotFoundError(owner.tier ?? '', known);
  }

  private async locked(tx: Tx, id: string): Promise<ModelEntity> {
    const model = await this.repository.lock(tx, id);
    if (!model) throw new ModelNotFoundError(id);
    return model;
  }

  private async record(tx: Tx, line: Parameters<AuditLog['write']>[1]): Promise<void> {
    await this.audit.write(tx, line);
    await this.feed.announce(tx, CATALOG_TOPIC, line.subject);
  }
}

function reasonOf(text: string): string {
  const reason = text.trim();
  if (reason === '') throw new DomainError('missing_field', 'Give a reason.', { param: 'reason' });
  return reason;
}

function milliOf(multiplier: number | string): bigint {
  try {
    const milli = toMilli(multiplier);
    if (milli >= 0n && milli <= 1_000_000_000n) return milli;
  } catch {
    // Said below in words that name the field.
  }
  throw new DomainError(
    'invalid_value',
    'A multiplier is a number from 0 to 1000000 with at most three decimals, such as 1.5.',
    { param: 'multiplier' },
  );
}
