import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Entries that are no charges, for reading them by kind: few, and among millions of charges far apart. */
export class BillingEntryKinds20261125121300 implements MigrationInterface {
  name = 'BillingEntryKinds20261125121300';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE INDEX ledger_entries_kind ON ledger_entries (account_id, kind, id) WHERE kind <> 'charge';
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP INDEX ledger_entries_kind;');
  }
}
