import { hash, randomBytes } from 'node:crypto';
import { crc32 } from 'node:zlib';

const BASE62 = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
/** 32 characters of base62 carry 190 bits; the wire asks for at least 160. */
const BODY_LENGTH = 32;
/** 62^6 is just above 2^32: six characters hold a CRC-32 whole. */
const CHECKSUM_LENGTH = 6;
/** Prefix, body and checksum; a longer text is no key and is not worth hashing. */
const MAX_LENGTH = 100;
const KEY_FORM = new RegExp(`^[A-Za-z0-9_-]*[0-9A-Za-z]{${BODY_LENGTH + CHECKSUM_LENGTH}}$`);

/** A new key: prefix, random body, checksum. Shown to its holder once; only its hash is kept. */
export function makeKey(prefix: string): string {
  const unsigned = prefix + randomBase62(BODY_LENGTH);
  return unsigned + checksum(unsigned);
}

/**
 * Whether the text can be a key at all: a mistyped or cut one is refused without asking the database. A CRC-32
 * finds every single wrong character and every swap of neighbours. It covers whatever prefix the key was made with.
 */
export function hasValidChecksum(key: string): boolean {
  if (key.length > MAX_LENGTH || !KEY_FORM.test(key)) return false;
  return checksum(key.slice(0, -CHECKSUM_LENGTH)) === key.slice(-CHECKSUM_LENGTH);
}

/** SHA-256 of the whole key. A slow hash would add nothing: the body cannot be guessed. */
export function hashKey(key: string): Buffer {
  return hash('sha256', key, 'buffer');
}

/** What a list may show of a key: its prefix and its last four characters. */
export function displayOf(key: string): string {
  return `${key.slice(0, -(BODY_LENGTH + CHECKSUM_LENGTH))}…${key.slice(-4)}`;
}

/** Whether keys can be made with this prefix: it is part of a header, and of what `hasValidChecksum` takes. */
export function isUsablePrefix(prefix: string): boolean {
  return /^[A-Za-z0-9_-]{1,40}$/.test(prefix);
}

function checksum(text: string): string {
  let rest = crc32(text);
  let digits = '';
  for (let place = 0; place < CHECKSUM_LENGTH; place++) {
    digits = BASE62[rest % 62] + digits;
    rest = Math.floor(rest / 62);
  }
  return digits;
}

/** Bytes from 248 up are thrown away: 248 is the largest multiple of 62 a byte can hold, so no digit is likelier. */
function randomBase62(length: number): string {
  let digits = '';
  while (digits.length < length) {
    for (const byte of randomBytes(length * 2)) {
      if (byte < 248 && digits.length < length) digits += BASE62[byte % 62];
    }
  }
  return digits;
}
