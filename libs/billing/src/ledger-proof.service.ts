import { Inject, Injectable } from '@nestjs/common';
import type pg from 'pg';
import { inTransaction, PG_POOL } from '#database';
import { PROOF_CHECKS } from './proof-checks.js';

/** One thing that does not add up: which check found it, in what, and how. */
export interface ProofDifference {
  check: string;
  subject: string;
  detail: string;
}

export interface LedgerProof {
  accounts: number;
  grants: number;
  entries: number;
  holds: number;
  /** Empty when the books add up; at most 100 of each check. */
  differences: ProofDifference[];
}

const MOST_DIFFERENCES = 100;

/** Runs every check in the client's transaction, which should see one snapshot. */
export async function findDifferences(client: pg.ClientBase): Promise<ProofDifference[]> {
  const differences: ProofDifference[] = [];
  for (const check of PROOF_CHECKS) {
    const found = await client.query<{ subject: string; detail: string }>(
      `SELECT subject, detail FROM (${check.sql}) AS found LIMIT ${MOST_DIFFERENCES}`,
    );
    for (const row of found.rows) differences.push({ check: check.name, ...row });
  }
  return differences;
}

/** Recomputes the books from entries and holds. */
@Injectable()
export class LedgerProofService {
  constructor(@Inject(PG_POOL) private readonly pool: pg.Pool) {}

  /** Proves one snapshot of the whole ledger, writes the result down, and returns it. Takes no lock. */
  async prove(): Promise<LedgerProof> {
    const proof = await inTransaction(
      this.pool,
      'BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY',
      async (client) => {
        const counts = await client.query<Omit<LedgerProof, 'differences'>>(
          `SELECT (SELECT count(*) FROM credit_accounts)::int AS accounts, (SELECT count(*) FROM credit_grants)::int AS grants,
             (SELECT count(*) FROM ledger_entries)::int AS entries, (SELECT count(*) FROM holds)::int AS holds`,
        );
        return { ...counts.rows[0]!, differences: await findDifferences(client) };
      },
    );
    await this.pool.query(
      'INSERT INTO ledger_proofs (accounts, grants, entries, holds, differences) VALUES ($1, $2, $3, $4, $5)',
      [proof.accounts, proof.grants, proof.entries, proof.holds, JSON.stringify(proof.differences)],
    );
    return proof;
  }
}
