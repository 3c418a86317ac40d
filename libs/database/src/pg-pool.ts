import type pg from 'pg';
import type { DataSource } from 'typeorm';

/** Token of the `pg.Pool` behind TypeORM, for statements that are hot or better said in plain SQL. */
export const PG_POOL = Symbol('PG_POOL');

export function poolOf(dataSource: DataSource): pg.Pool {
  return (dataSource.driver as unknown as { master: pg.Pool }).master;
}
