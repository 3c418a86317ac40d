import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { displayOf, hashKey, makeKey } from '../../libs/accounts/src/key-format.ts';
import { PROOF_CHECKS } from '../../libs/billing/src/proof-checks.ts';

/** An account made for a run. */
export interface OpenedAccount {
  accountUuid: string;
  key: string;
}

/** What the books say of some accounts. Amounts in millicredits. */
export interface BookSums {
  granted: bigint;
  available: bigint;
  held: bigint;
  /** From the entries. */
  charged: bigint;
  /** From the usage records: their own charges, and their tokens times their multiplier. */
  recordedCharges: bigint;
  recordedPrices: bigint;
  records: number;
  completed: number;
  openHolds: number;
}

/** One request's line, with its credits in millicredits. */
export interface UsageRecord {
  requestId: string;
  promptTokens: number;
  completionTokens: number;
  multiplierMilli: bigint;
  charge: bigint;
  shortfall: bigint;
  usageSource: string;
  outcome: string;
}

/** Of a limit that is checked all the same. */
const NEVER_REACHED = 100_000_000;

/** The database of a running product, read and prepared from outside of it. */
export class Books {
  private readonly client: pg.Client;

  private constructor(client: pg.Client) {
    this.client = client;
  }

  static async open(databaseUrl: string): Promise<Books> {
    const client = new pg.Client({ connectionString: databaseUrl, application_name: 'tools' });
    await client.connect();
    return new Books(client);
  }

  close(): Promise<void> {
    return this.client.end();
  }

  /**
   * Accounts with so many credits each and one key; with `limited`, with every limit there is, none of which is reached:
   * requests a minute and at once, and a budget of the key.
   */
  async openAccounts(options: {
    count: number;
    credits: number;
    limited?: boolean;
  }): Promise<OpenedAccount[]> {
    const most = options.limited ? NEVER_REACHED : null;
    const opened: OpenedAccount[] = [];
    for (let i = 0; i < options.count; i++) {
      const account: OpenedAccount = { accountUuid: randomUUID(), key: makeKey('sk_llmr_') };
      await this.client.query(
        `INSERT INTO accounts (id, name, slug, requests_per_minute, in_flight_limit) VALUES ($1, $2, $3, $4, $4)`,
        [account.accountUuid, `Run ${i + 1}`, `run-${account.accountUuid}`, most],
      );
      await this.client.query(`INSERT INTO credit_accounts (account_id, plan_id) VALUES ($1, 'enterprise')`, [
        account.accountUuid,
      ]);
      await this.client.query(
        `INSERT INTO keys (account_id, name, hash, display, scopes, budget_millicredits, budget_reset, created_by)
         VALUES ($1, 'run', $2, $3, ARRAY['inference', 'account:read'], $4, $5, 'system tools')`,
        [
          account.accountUuid,
          hashKey(account.key),
          displayOf(account.key),
          options.limited ? options.credits * 1000 : null,
          options.limited ? 'monthly' : null,
        ],
      );
      if (options.credits > 0) await this.grant(account.accountUuid, options.credits);
      opened.push(account);
    }
    return opened;
  }

  private async grant(accountUuid: string, credits: number): Promise<void> {
    await this.client.query(`SELECT billing_grant($1, $2, 'operator', $3, 100, false, $4, NULL, NULL)`, [
      randomUUID(),
      accountUuid,
      randomUUID(),
      credits * 1000,
    ]);
  }

  /** Sends a model of the catalog to an upstream that calls it something else. Felt within a second. */
  async route(options: { modelId: string; baseUrl: string; theirId: string }): Promise<void> {
    const id = randomUUID();
    await this.client.query(
      `INSERT INTO upstreams (id, name, base_url, output_limit_fields, trusted, enabled)
       VALUES ($1, 'run', $2, 'both', true, true)`,
      [id, options.baseUrl],
    );
    await this.client.query(
      'INSERT INTO routes (model_id, position, upstream_id, their_id) VALUES ($1, 0, $2, $3)',
      [options.modelId, id, options.theirId],
    );
    await this.client.query(`SELECT pg_notify('changes', 'routes:run')`);
  }

  async records(accountUuid: string): Promise<Map<string, UsageRecord>> {
    const { rows } = await this.client.query<Record<string, string>>(
      `SELECT request_id, prompt_tokens, completion_tokens, multiplier_milli, charge, shortfall, usage_source, outcome
       FROM usage_records WHERE account_id = $1`,
      [accountUuid],
    );
    return new Map(
      rows.map((row) => {
        const requestId = `req_${row['request_id']!.replaceAll('-', '')}`;
        const record: UsageRecord = {
          requestId,
          promptTokens: Number(row['prompt_tokens']),
          completionTokens: Number(row['completion_tokens']),
          multiplierMilli: BigInt(row['multiplier_milli']!),
          charge: BigInt(row['charge']!),
          shortfall: BigInt(row['shortfall']!),
          usageSource: row['usage_source']!,
          outcome: row['outcome']!,
        };
        return [requestId, record];
      }),
    );
  }

  /** In one snapshot. */
  async sums(accountUuids: string[]): Promise<BookSums> {
    const { rows } = await this.client.query<Record<keyof BookSums, string>>(
      `SELECT
         (SELECT coalesce(sum(amount), 0) FROM ledger_entries WHERE account_id = ANY ($1) AND kind = 'grant') AS granted,
         (SELECT coalesce(sum(amount), 0) FROM ledger_entries WHERE account_id = ANY ($1) AND kind = 'charge') AS charged,
         (SELECT coalesce(sum(available), 0) FROM credit_grants WHERE account_id = ANY ($1)) AS available,
         (SELECT coalesce(sum(held), 0) FROM credit_grants WHERE account_id = ANY ($1)) AS held,
         (SELECT count(*) FROM holds WHERE account_id = ANY ($1) AND state = 'open') AS "openHolds",
         u.* FROM (SELECT coalesce(sum(charge), 0) AS "recordedCharges",
             coalesce(sum((prompt_tokens + completion_tokens) * multiplier_milli), 0) AS "recordedPrices",
             count(*) AS records, count(*) FILTER (WHERE outcome = 'completed') AS completed
           FROM usage_records WHERE account_id = ANY ($1)) u`,
      [accountUuids],
    );
    const row = rows[0]!;
    return {
      granted: BigInt(row.granted),
      available: BigInt(row.available),
      held: BigInt(row.held),
      charged: BigInt(row.charged),
      recordedCharges: BigInt(row.recordedCharges),
      recordedPrices: BigInt(row.recordedPrices),
      records: Number(row.records),
      completed: Number(row.completed),
      openHolds: Number(row.openHolds),
    };
  }

  /** The same checks as `ledger proof`, over the whole ledger; empty when everything adds up. */
  async proof(): Promise<string[]> {
    const differences: string[] = [];
    await this.client.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY');
    for (const check of PROOF_CHECKS) {
      const { rows } = await this.client.query<{ subject: string; detail: string }>(
        `SELECT subject, detail FROM (${check.sql}) AS found LIMIT 10`,
      );
      differences.push(...rows.map(({ subject, detail }) => `${check.name}: ${subject}: ${detail}`));
    }
    await this.client.query('COMMIT');
    return differences;
  }
}
