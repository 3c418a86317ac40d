import { hash as digest } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { Injectable } from '@nestjs/common';
import { ChangeFeed, Clock } from '#database';
import { accountErrors } from './accounts.errors.js';
import { keyOf } from './credentials.js';
import { KeyCache } from './key-cache.js';
import { hasValidChecksum } from './key-format.js';
import type { KeySnapshot } from './key-snapshot.js';
import { KeyUse } from './key-use.job.js';
import { type FoundKey, KeysRepository } from './keys.repository.js';

/** A lookup on its way for longer than this is not joined: what it reads may be older than revocation allows. */
const JOIN_WITHIN_MS = 200;

interface Lookup {
  generation: number;
  startedAtMs: number;
  result: Promise<FoundKey | undefined>;
}

/** Says whose request it is. Answers from memory while the change feed is trusted, else from the database. */
@Injectable()
export class KeyAuthenticator {
  private readonly cache = new KeyCache();
  private readonly lookups = new Map<string, Lookup>();

  constructor(
    private readonly keys: KeysRepository,
    private readonly keyUse: KeyUse,
    private readonly feed: ChangeFeed,
    private readonly clock: Clock,
  ) {
    feed.on('keys', (keyUuid) => this.cache.forgetKey(keyUuid));
    feed.on('accounts', (accountUuid) => this.cache.forgetAccount(accountUuid));
    feed.onResync(() => this.cache.forgetAll());
  }

  /**
   * The key a request carries, without waiting when memory may answer. A suspended account's key is returned all the
   * same: `requireActive` is for the routes that cost something.
   * @throws DomainError, at once or as a rejection: `invalid_api_key` (401), `conflicting_credentials` (400),
   * `database_unavailable` (503)
   */
  authenticate(headers: IncomingHttpHeaders): KeySnapshot | Promise<KeySnapshot> {
    const key = keyOf(headers);
    const hash = digest('sha256', key, 'hex');
    if (this.feed.trusted()) {
      const remembered = this.cache.get(hash);
      if (remembered) return this.accept(remembered);
    }
    if (!hasValidChecksum(key)) throw accountErrors.malformedKey();
    if (this.cache.isUnknown(hash)) throw accountErrors.unknownKey();
    return this.lookUp(hash).then((found) => this.accept(found));
  }

  private accept(found: FoundKey | undefined): KeySnapshot {
    if (!found) throw accountErrors.unknownKey();
    if (found.revoked) throw accountErrors.revokedKey();
    const { snapshot } = found;
    if (snapshot.expiresAtMs !== null && snapshot.expiresAtMs <= this.clock.nowMs()) {
      throw accountErrors.expiredKey(new Date(snapshot.expiresAtMs));
    }
    this.keyUse.note(snapshot.keyUuid);
    return snapshot;
  }

  /** Requests that bring one key at one time share a query, unless a change came after it began. */
  private lookUp(hash: string): Promise<FoundKey | undefined> {
    const nowMs = performance.now();
    const running = this.lookups.get(hash);
    if (
      running &&
      running.generation === this.cache.generation &&
      nowMs - running.startedAtMs < JOIN_WITHIN_MS
    ) {
      return running.result;
    }
    const lookup: Lookup = {
      generation: this.cache.generation,
      startedAtMs: nowMs,
      result: this.read(hash).finally(() => {
        if (this.lookups.get(hash) === lookup) this.lookups.delete(hash);
      }),
    };
    this.lookups.set(hash, lookup);
    return lookup.result;
  }

  private async read(hash: string): Promise<FoundKey | undefined> {
    const { generation } = this.cache;
    let found: FoundKey | undefined;
    try {
      found = await this.keys.findByHash(Buffer.from(hash, 'hex'));
    } catch (error) {
      throw accountErrors.databaseUnavailable(`key lookup: ${(error as Error).message}`);
    }
    // A change that came while the database was asked may not be in its answer.
    if (generation === this.cache.generation) this.cache.remember(hash, found);
    return found;
  }
}
