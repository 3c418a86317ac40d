import { randomBytes } from 'node:crypto';

/** What an id names. The prefix travels on the wire; the database keeps the UUID behind it. */
const PREFIXES = {
  account: 'acc',
  user: 'usr',
  key: 'key',
  request: 'req',
  grant: 'grt',
  upstream: 'ups',
  process: 'prc',
  mail: 'mail',
  alert: 'alr',
  invitation: 'inv',
} as const;

export type IdKind = keyof typeof PREFIXES;
/** A prefixed id such as `req_0197f0c2…`: prefix, underscore, 32 lower-case hex digits of a UUIDv7. */
export type Id<K extends IdKind> = `${(typeof PREFIXES)[K]}_${string}` & { readonly __kind?: K };

export type AccountId = Id<'account'>;
export type UserId = Id<'user'>;
export type KeyId = Id<'key'>;
export type RequestId = Id<'request'>;
export type GrantId = Id<'grant'>;
export type UpstreamId = Id<'upstream'>;
export type ProcessId = Id<'process'>;
export type MailId = Id<'mail'>;
export type InvitationId = Id<'invitation'>;

const POOL_BYTES = 2560;
let pool: string = '';
let poolOffset = 0;

/** Ten random bytes as hex, taken from a pool: one call to the CSPRNG serves 256 ids. */
function randomHex(): string {
  if (poolOffset >= pool.length) {
    pool = randomBytes(POOL_BYTES).toString('hex');
    poolOffset = 0;
  }
  poolOffset += 20;
  return pool.slice(poolOffset - 20, poolOffset);
}

let timeMs = -1;
let timeText = '';

/** 48 bits of it. Many ids are made within one millisecond, and the digits of a number this long are slow to get. */
function timeHex(nowMs: number): string {
  if (nowMs !== timeMs) {
    timeMs = nowMs;
    timeText = nowMs.toString(16).padStart(12, '0');
  }
  return timeText;
}

/** A new UUIDv7 without dashes: 48 bits of Unix milliseconds, then version, variant and 74 random bits. */
function uuidV7Hex(): string {
  const random = randomHex();
  const variant = '89ab'[Number.parseInt(random[3]!, 16) & 3]!;
  return `${timeHex(Date.now())}7${random.slice(0, 3)}${variant}${random.slice(4, 19)}`;
}

export function newId<K extends IdKind>(kind: K): Id<K> {
  return `${PREFIXES[kind]}_${uuidV7Hex()}` as Id<K>;
}

/** The UUID behind an id, in the form PostgreSQL prints. */
export function idToUuid(id: Id<IdKind>): string {
  const hex = id.slice(id.indexOf('_') + 1);
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}

export function idFromUuid<K extends IdKind>(kind: K, uuid: string): Id<K> {
  return `${PREFIXES[kind]}_${uuid.replaceAll('-', '')}` as Id<K>;
}

/** The id when `text` has its form, else undefined: ids come from outside and are never trusted. */
export function parseId<K extends IdKind>(kind: K, text: string): Id<K> | undefined {
  const prefix = `${PREFIXES[kind]}_`;
  return text.startsWith(prefix) && /^[0-9a-f]{32}$/.test(text.slice(prefix.length))
    ? (text as Id<K>)
    : undefined;
}
