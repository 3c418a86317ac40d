import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { createTestDatabase } from '#database';
import { readApiConfig } from '../src/config.js';
import { refuseUnsafeDatabase } from '../src/safety.js';

const GOOD = {
  DATABASE_URL: 'postgres://u@localhost/d',
  AUTH_SECRET: 'x'.repeat(32),
  SECRETS_KEY: Buffer.alloc(32).toString('base64'),
};

describe('settings', () => {
  it('that are missing or wrong are named all at once, and their values are not repeated', () => {
    const wrong = {
      ...GOOD,
      DATABASE_URL: '',
      PORT: 'eighty',
      MODE: 'fast',
      UPSTREAM_BASE_URL: 'http://user:secret@host/v1',
    };
    const read = () => readApiConfig(wrong);
    for (const name of ['DATABASE_URL', 'PORT', 'MODE', 'UPSTREAM_BASE_URL']) expect(read).toThrow(name);
    expect(read).not.toThrow(/secret/);
  });

  it('refuse a hold that ends before its request may', () => {
    expect(() => readApiConfig({ ...GOOD, HOLD_TTL_SECONDS: '600', MAX_REQUEST_SECONDS: '600' })).toThrow(
      'HOLD_TTL_SECONDS',
    );
    expect(
      readApiConfig({ ...GOOD, HOLD_TTL_SECONDS: '601', MAX_REQUEST_SECONDS: '600' }).limits.holdTtlSeconds,
    ).toBe(601);
  });

  it('refuse in production what is only good for trying', () => {
    const production = {
      ...GOOD,
      MODE: 'production',
      PUBLIC_URL: 'https://api.example.com',
      UPSTREAM_BASE_URL: 'https://models.example.com/v1',
    };
    expect(readApiConfig(production).mode).toBe('production');
    expect(() => readApiConfig({ ...production, PUBLIC_URL: 'http://api.example.com' })).toThrow(
      'PUBLIC_URL',
    );
    expect(() => readApiConfig({ ...production, SANDBOX_BASE_URL: 'http://127.0.0.1:9/v1' })).toThrow(
      'sandbox',
    );
  });

  it('that are empty count as unset', () => {
    expect(readApiConfig({ ...GOOD, UPSTREAM_BASE_URL: '', PORT: '' })).toMatchObject({
      port: 3000,
      upstream: { baseUrl: undefined },
    });
  });
});

describe('a database', () => {
  let database: Awaited<ReturnType<typeof createTestDatabase>>;
  let pool: pg.Pool;
  beforeAll(async () => {
    database = await createTestDatabase();
    pool = new pg.Pool({ connectionString: database.url, max: 1 });
  });
  afterAll(async () => {
    await pool.end();
    await database.drop();
  });

  it('that commits without waiting for the disk is refused', async () => {
    await refuseUnsafeDatabase(pool, { mode: 'production' });
    await pool.query('SET synchronous_commit = off');
    await expect(refuseUnsafeDatabase(pool, { mode: 'evaluation' })).rejects.toThrow('synchronous_commit');
    await pool.query('SET synchronous_commit = on');
  });

  it('with a moved clock is refused in production alone', async () => {
    await pool.query(`UPDATE app_clock SET offset_interval = '1 hour'`);
    await refuseUnsafeDatabase(pool, { mode: 'evaluation' });
    await expect(refuseUnsafeDatabase(pool, { mode: 'production' })).rejects.toThrow('clock');
  });
});
