import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { Tx } from '#database';
import { ModelEntity } from './model.entity.js';
import { MultiplierEntity } from './multiplier.entity.js';
import { TierEntity } from './tier.entity.js';

/** The operator's reads and writes of the catalog. The request path has its own. */
@Injectable()
export class ModelsRepository {
  constructor(private readonly dataSource: DataSource) {}

  list(limit: number): Promise<ModelEntity[]> {
    return this.dataSource.getRepository(ModelEntity).find({ order: { id: 'ASC' }, take: limit });
  }

  find(id: string): Promise<ModelEntity | null> {
    return this.dataSource.getRepository(ModelEntity).findOneBy({ id });
  }

  /** The row, locked until the transaction ends: what is decided on its state must still be so when written. */
  lock(tx: Tx, id: string): Promise<ModelEntity | null> {
    return tx.manager.findOne(ModelEntity, { where: { id }, lock: { mode: 'pessimistic_write' } });
  }

  async tierIds(tx: Tx): Promise<string[]> {
    const tiers = await tx.manager.find(TierEntity, { order: { position: 'ASC' } });
    return tiers.map(({ id }) => id);
  }

  async insert(tx: Tx, model: Omit<ModelEntity, 'createdAt'>): Promise<void> {
    await tx.manager.insert(ModelEntity, model);
  }

  async update(
    tx: Tx,
    id: string,
    change: Partial<Pick<ModelEntity, 'state' | 'disabledReason'>>,
  ): Promise<void> {
    await tx.manager.update(ModelEntity, { id }, change);
  }

  /** Rows of one owner, newest effect first. */
  multipliers(owner: { tier: string } | { model: string }, limit: number): Promise<MultiplierEntity[]> {
    return this.dataSource
      .getRepository(MultiplierEntity)
      .find({ where: owner, order: { effectiveAt: 'DESC' }, take: limit });
  }

  /** Writes a multiplier; without a time it takes effect at once, by the database's clock. The database may refuse. */
  async insertMultiplier(
    tx: Tx,
    row: {
      tier: string | null;
      model: string | null;
      multiplierMilli: bigint;
      effectiveAt: Date | null;
      createdBy: string;
      reason: string;
    },
  ): Promise<{ id: string; effectiveAt: Date }> {
    const [written] = await tx.query<{ id: string; effective_at: Date }>(
      `INSERT INTO multipliers (tier, model, multiplier_milli, effective_at, announced_at, created_by, reason)
       VALUES ($1, $2, $3, coalesce($4, app_now()), app_now(), $5, $6) RETURNING id, effective_at`,
      [row.tier, row.model, row.multiplierMilli.toString(), row.effectiveAt, row.createdBy, row.reason],
    );
    return { id: written!.id, effectiveAt: written!.effective_at };
  }

  async now(tx: Tx): Promise<Date> {
    const [row] = await tx.query<{ now: Date }>('SELECT app_now() AS now');
    return row!.now;
  }
}
