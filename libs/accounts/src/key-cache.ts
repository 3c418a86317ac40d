import { LRUCache } from 'lru-cache';
import type { FoundKey } from './keys.repository.js';

/** Keys remembered by a process, at about 1 KB each. */
const MAX_KEYS = 10_000;
/** Unknown keys are few (a checksum is asked of them) and may not push known ones out. */
const MAX_UNKNOWN = 1000;
const UNKNOWN_TTL_MS = 5000;

/** What a process remembers of keys, by SHA-256 (hex): no key itself stays in memory. Forgets by key and by account. */
export class KeyCache {
  /** Counts what was forgotten: an answer asked for before a change is not remembered after it. */
  generation = 0;
  private readonly hashesByAccount = new HashesOf();
  /** Two while a secret and the one it replaced both work. */
  private readonly hashesByKey = new HashesOf();
  private readonly found = new LRUCache<string, FoundKey>({
    max: MAX_KEYS,
    dispose: (key, hash) => this.unlink(key, hash),
  });
  private readonly unknown = new LRUCache<string, true>({ max: MAX_UNKNOWN, ttl: UNKNOWN_TTL_MS });

  get(hash: string): FoundKey | undefined {
    return this.found.get(hash);
  }

  /** Whether the database was asked for it a few seconds ago and did not have it. */
  isUnknown(hash: string): boolean {
    return this.unknown.get(hash) === true;
  }

  remember(hash: string, key: FoundKey | undefined): void {
    if (!key) {
      this.unknown.set(hash, true);
      return;
    }
    this.found.set(hash, key);
    const { keyUuid, accountUuid } = key.snapshot;
    this.hashesByKey.add(keyUuid, hash);
    this.hashesByAccount.add(accountUuid, hash);
  }

  forgetKey(keyUuid: string): void {
    this.generation += 1;
    for (const hash of this.hashesByKey.all(keyUuid)) this.found.delete(hash);
  }

  forgetAccount(accountUuid: string): void {
    this.generation += 1;
    for (const hash of this.hashesByAccount.all(accountUuid)) this.found.delete(hash);
  }

  forgetAll(): void {
    this.generation += 1;
    this.found.clear();
    this.unknown.clear();
  }

  private unlink(key: FoundKey, hash: string): void {
    const { keyUuid, accountUuid } = key.snapshot;
    this.hashesByKey.remove(keyUuid, hash);
    this.hashesByAccount.remove(accountUuid, hash);
  }
}

/** The remembered hashes of a key, or of an account. */
class HashesOf {
  private readonly sets = new Map<string, Set<string>>();

  all(owner: string): string[] {
    return [...(this.sets.get(owner) ?? [])];
  }

  add(owner: string, hash: string): void {
    const set = this.sets.get(owner);
    if (set) set.add(hash);
    else this.sets.set(owner, new Set([hash]));
  }

  remove(owner: string, hash: string): void {
    const set = this.sets.get(owner);
    set?.delete(hash);
    if (set?.size === 0) this.sets.delete(owner);
  }
}
