/** Entries can be changed only by who first takes the trigger off; the plants put it back. */
const tampering = (sql: string) =>
  `ALTER TABLE ledger_entries DISABLE TRIGGER ledger_entries_immutable; ${sql};
   ALTER TABLE ledger_entries ENABLE ALWAYS TRIGGER ledger_entries_immutable`;
const aCharge = `(SELECT max(id) FROM ledger_entries WHERE kind = 'charge')`;
const aRequest = `(SELECT request_id FROM usage_records WHERE outcome = 'completed' AND charge > 0 ORDER BY request_id LIMIT 1)`;
const anOpenHold = `(SELECT request_id FROM holds WHERE state = 'open' AND amount > 0 ORDER BY request_id LIMIT 1)`;
const aRichGrant = `(SELECT id FROM credit_grants ORDER BY available DESC LIMIT 1)`;
const aRichAccount = `(SELECT account_id FROM credit_grants ORDER BY available DESC LIMIT 1)`;

/** One way the books could be wrong, and the check of the proof that must say so. */
export interface Plant {
  invariant: string;
  what: string;
  sql: string;
  foundBy: string;
}

export const PLANTS: Plant[] = [
  {
    invariant: 'I1 credit_grants',
    what: 'a credit more than the entries leave',
    foundBy: 'grant_conservation',
    sql: `UPDATE credit_grants SET available = available - 1000 WHERE id = ${aRichGrant}`,
  },
  {
    invariant: 'I1 credit_grants',
    what: 'a grant whose amount was raised after the fact',
    foundBy: 'grant_booked_once',
    sql: `UPDATE credit_grants SET amount = amount + 1000 WHERE id = ${aRichGrant}`,
  },
  {
    invariant: 'I1 ledger_entries',
    what: 'a charge made smaller',
    foundBy: 'grant_conservation',
    sql: tampering(`UPDATE ledger_entries SET amount = amount - 1 WHERE id = ${aCharge}`),
  },
  {
    invariant: 'I1 ledger_entries',
    what: 'an entry deleted',
    foundBy: 'balance_after',
    sql: tampering(
      `DELETE FROM ledger_entries WHERE id = (SELECT min(id) FROM ledger_entries WHERE kind = 'charge')`,
    ),
  },
  {
    invariant: 'I1 ledger_entries',
    what: 'an entry moved to another account',
    foundBy: 'entry_account',
    sql: tampering(
      `UPDATE ledger_entries SET account_id = (SELECT account_id FROM credit_accounts WHERE debt > 0) WHERE id = ${aCharge}`,
    ),
  },
  {
    invariant: 'I1 ledger_entries',
    what: 'a charge invented, with the grant made to fit',
    foundBy: 'record_charge',
    sql: `INSERT INTO ledger_entries (account_id, kind, grant_id, amount, multiplier_milli, reference_kind, reference, balance_after, created_at)
        SELECT account_id, 'charge', id, 1000, 1000, 'request', gen_random_uuid(),
          (SELECT sum(available + held) FROM credit_grants o WHERE o.account_id = g.account_id) - 1000, app_now()
        FROM credit_grants g WHERE id = ${aRichGrant};
      UPDATE credit_grants SET available = available - 1000 WHERE id = ${aRichGrant}`,
  },
  {
    invariant: 'I1 credit_accounts',
    what: 'a debt forgiven without an entry',
    foundBy: 'debt',
    sql: `UPDATE credit_accounts SET debt = debt - 1 WHERE debt > 0`,
  },
  {
    invariant: 'I1 credit_accounts',
    what: 'an account whose row is gone',
    foundBy: 'accounts_exist',
    sql: `DELETE FROM credit_accounts WHERE account_id = ${aRichAccount}`,
  },
  {
    invariant: 'I1 ledger_entries',
    what: 'credits expired before their time',
    foundBy: 'expired_when_due',
    sql: tampering(
      `UPDATE ledger_entries SET created_at = created_at - interval '1 day' WHERE kind = 'expire'`,
    ),
  },
  {
    invariant: 'I2 credit_grants',
    what: 'available below zero',
    foundBy: 'nothing_negative',
    sql: `ALTER TABLE credit_grants DROP CONSTRAINT credit_grants_available_check;
      UPDATE credit_grants SET available = -1 WHERE id = ${aRichGrant}`,
  },
  {
    invariant: 'I2 holds',
    what: 'a hold larger than what its grants hold',
    foundBy: 'grant_held',
    sql: `UPDATE holds SET amount = amount + multiplier_milli, draw_amounts[1] = draw_amounts[1] + multiplier_milli
      WHERE request_id = ${anOpenHold}`,
  },
  {
    invariant: 'I2 holds',
    what: 'a hold that draws less than its amount',
    foundBy: 'hold_draws',
    sql: `UPDATE holds SET amount = amount + multiplier_milli WHERE request_id = ${anOpenHold}`,
  },
  {
    invariant: 'I2 holds',
    what: 'a hold taken while the account owed',
    foundBy: 'held_in_debt',
    sql: `INSERT INTO holds SELECT gen_random_uuid(), a.account_id, NULL, 'free:1b', 0, 1, 1, 1, 0, '{}', '{}', NULL, NULL,
        h.process_id, app_now(), now() + interval '1 hour', 'open', NULL
      FROM credit_accounts a, (SELECT process_id FROM holds LIMIT 1) h WHERE a.debt > 0`,
  },
  {
    invariant: 'I2 credit_accounts',
    what: 'a request in flight not counted',
    foundBy: 'in_flight',
    sql: `UPDATE credit_accounts SET in_flight = in_flight - 1 WHERE in_flight > 0`,
  },
  {
    invariant: 'I2 credit_accounts',
    what: 'a request of this minute not counted',
    foundBy: 'request_window',
    sql: `UPDATE credit_accounts SET window_requests = window_requests - 1 WHERE window_requests > 0`,
  },
  {
    invariant: 'I2 key_spending',
    what: 'a budget that forgot what was spent',
    foundBy: 'key_spending',
    sql: `UPDATE key_spending SET spent = spent - 1`,
  },
  {
    invariant: 'I2 key_spending',
    what: 'a budget whose row is gone',
    foundBy: 'key_spending',
    sql: `DELETE FROM key_spending`,
  },
  {
    invariant: 'I2 key_spending',
    what: 'more admitted than the budget',
    foundBy: 'budget_limits',
    sql: `UPDATE holds SET budget_limit = 1000 WHERE budget_limit IS NOT NULL`,
  },
  {
    invariant: 'I3 usage_records',
    what: 'a usage record missing',
    foundBy: 'one_record_a_request',
    sql: `DELETE FROM usage_records WHERE request_id = (SELECT request_id FROM usage_records WHERE charge = 0 LIMIT 1)`,
  },
  {
    invariant: 'I3 usage_records',
    what: 'a second usage record for one request',
    foundBy: 'one_record_a_request',
    sql: `CREATE TEMP TABLE twice ON COMMIT DROP AS SELECT * FROM usage_records WHERE request_id = ${aRequest};
      UPDATE twice SET reserved_at = reserved_at + interval '1 second'; INSERT INTO usage_records SELECT * FROM twice`,
  },
  {
    invariant: 'I3 usage_rollups',
    what: 'a rollup that counted a request twice',
    foundBy: 'rollups',
    sql: `UPDATE usage_rollups SET requests = requests + 1 WHERE outcome = 'completed'`,
  },
  {
    invariant: 'I3 usage_rollups',
    what: 'a rollup that forgot a charge',
    foundBy: 'rollups',
    sql: `DELETE FROM usage_rollups WHERE outcome = 'settled_late'`,
  },
  {
    invariant: 'I3 usage_rollups_daily',
    what: 'a day that forgot a charge',
    foundBy: 'rollups_by_day',
    sql: `UPDATE usage_rollups_daily SET charge = charge - 1 WHERE outcome = 'completed'`,
  },
  {
    invariant: 'I3 usage_rollups_daily',
    what: 'a day that is gone',
    foundBy: 'rollups_by_day',
    sql: `DELETE FROM usage_rollups_daily WHERE outcome = 'client_left'`,
  },
  {
    invariant: 'I3 usage_totals_daily',
    what: 'a total that counted a request twice',
    foundBy: 'totals_by_day',
    sql: `UPDATE usage_totals_daily SET requests = requests + 1 WHERE value = 'completed'`,
  },
  {
    invariant: 'I1 credit_accounts',
    what: 'a low balance that nobody would be told of',
    foundBy: 'low_balance_side',
    sql: `UPDATE credit_accounts SET low_balance_threshold = 1000000000 WHERE account_id = ${aRichAccount}`,
  },
  {
    invariant: 'I1 low_balance_crossings',
    what: 'a crossing that is gone',
    foundBy: 'low_balance_side',
    sql: `DELETE FROM low_balance_crossings WHERE side = 'below'`,
  },
  {
    invariant: 'I4 holds',
    what: 'a hold past its time',
    foundBy: 'holds_end_in_time',
    sql: `UPDATE holds SET expires_at = now() - interval '50 seconds' WHERE request_id = ${anOpenHold}`,
  },
  {
    invariant: 'I4 processes',
    what: 'a hold that outlived its process',
    foundBy: 'holds_end_in_time',
    sql: `UPDATE holds SET process_id = gen_random_uuid() WHERE request_id = ${anOpenHold}`,
  },
  {
    invariant: 'I5 usage_records',
    what: 'a charge whose record is gone',
    foundBy: 'record_charge',
    sql: `DELETE FROM usage_records WHERE request_id = ${aRequest}`,
  },
  {
    invariant: 'I5 usage_records',
    what: 'a record that says less than was charged',
    foundBy: 'record_price',
    sql: `ALTER TABLE usage_records DROP CONSTRAINT usage_records_check;
      UPDATE usage_records SET charge = charge - 1 WHERE request_id = ${aRequest}`,
  },
  {
    invariant: 'I5 usage_records',
    what: 'a balance other than the client was told',
    foundBy: 'record_balance',
    sql: `UPDATE usage_records SET balance_after = balance_after + 1 WHERE request_id = ${aRequest}`,
  },
  {
    invariant: 'I6 ledger_entries',
    what: 'the trigger disabled',
    foundBy: 'entries_are_immutable',
    sql: 'ALTER TABLE ledger_entries DISABLE TRIGGER ledger_entries_immutable',
  },
  {
    invariant: 'I6 ledger_entries',
    what: 'the trigger dropped',
    foundBy: 'entries_are_immutable',
    sql: 'DROP TRIGGER ledger_entries_immutable ON ledger_entries',
  },
  {
    invariant: 'I7 ledger_entries',
    what: 'an entry with another multiplier',
    foundBy: 'record_charge',
    sql: tampering(`UPDATE ledger_entries SET multiplier_milli = multiplier_milli + 1 WHERE id = ${aCharge}`),
  },
  {
    invariant: 'I7 ledger_entries',
    what: 'an entry without its multiplier',
    foundBy: 'record_charge',
    sql: `ALTER TABLE ledger_entries DROP CONSTRAINT ledger_entries_check1;
      ${tampering(`UPDATE ledger_entries SET multiplier_milli = NULL WHERE id = ${aCharge}`)}`,
  },
  {
    invariant: 'I7 usage_records',
    what: 'a record repriced with its charge kept',
    foundBy: 'record_matches_hold',
    sql: `ALTER TABLE usage_records DROP CONSTRAINT usage_records_check;
      UPDATE usage_records SET multiplier_milli = multiplier_milli * 2 WHERE request_id = ${aRequest}`,
  },
  {
    invariant: 'I8 credit_grants',
    what: 'two grants for one reference',
    foundBy: 'grant_once_per_reference',
    sql: `ALTER TABLE credit_grants DROP CONSTRAINT credit_grants_once;
      UPDATE credit_grants SET source = 'operator', external_reference = 'twice' WHERE id IN (SELECT id FROM credit_grants LIMIT 2)`,
  },
  {
    invariant: 'I8 ledger_entries',
    what: 'a grant booked twice',
    foundBy: 'entries_once',
    sql: `ALTER TABLE ledger_entries DROP CONSTRAINT ledger_entries_once;
      INSERT INTO ledger_entries (account_id, kind, grant_id, amount, reference_kind, reference, balance_after, created_at)
      SELECT account_id, kind, grant_id, amount, reference_kind, reference, balance_after, created_at
      FROM ledger_entries WHERE kind = 'grant' LIMIT 1`,
  },
  {
    invariant: 'I9 holds',
    what: 'a hold on an expired grant',
    foundBy: 'hold_grants',
    sql: `UPDATE credit_grants SET expires_at = effective_at + interval '1 microsecond'
      WHERE id = (SELECT draw_grants[1] FROM holds WHERE request_id = ${anOpenHold})`,
  },
  {
    invariant: 'I9 holds',
    what: "a hold on another account's grant",
    foundBy: 'hold_grants',
    sql: `UPDATE holds SET draw_grants[1] = (SELECT id FROM credit_grants g WHERE g.account_id <> holds.account_id LIMIT 1)
      WHERE request_id = ${anOpenHold}`,
  },
  {
    invariant: 'I9 credit_accounts',
    what: 'an expiry that no reserve would notice',
    foundBy: 'next_grant_change',
    sql: `UPDATE credit_accounts SET next_grant_change_at = NULL`,
  },
];
