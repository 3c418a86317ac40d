import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { SecretUnreadableError } from './upstreams.errors.js';

const VERSION = 1;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const HEAD_BYTES = 1 + NONCE_BYTES + TAG_BYTES;

/**
 * Keeps secrets at rest with AES-256-GCM. What is sealed for one subject opens for that subject only, so a
 * ciphertext moved to another row is refused like one that was altered.
 */
export class SecretBox {
  private readonly key: Buffer;

  /** Takes 32 bytes as base64 or hex; throws when it is anything else, without repeating it. */
  constructor(secretsKey: string) {
    const text = secretsKey.trim();
    this.key = /^[0-9a-fA-F]{64}$/.test(text) ? Buffer.from(text, 'hex') : Buffer.from(text, 'base64');
    if (this.key.length !== 32) throw new Error('SECRETS_KEY must be 32 bytes, as base64 or hex');
  }

  seal(secret: string, subject: string): Buffer {
    const nonce = randomBytes(NONCE_BYTES);
    const cipher = createCipheriv('aes-256-gcm', this.key, nonce).setAAD(Buffer.from(subject));
    const body = Buffer.concat([cipher.update(secret, 'utf8'), cipher.final()]);
    return Buffer.concat([Buffer.of(VERSION), nonce, cipher.getAuthTag(), body]);
  }

  /** Throws SecretUnreadableError when the key, the subject or a byte is not what it was. */
  open(sealed: Buffer, subject: string): string {
    if (sealed.length < HEAD_BYTES || sealed[0] !== VERSION) throw new SecretUnreadableError();
    const nonce = sealed.subarray(1, 1 + NONCE_BYTES);
    const decipher = createDecipheriv('aes-256-gcm', this.key, nonce, { authTagLength: TAG_BYTES });
    decipher.setAAD(Buffer.from(subject)).setAuthTag(sealed.subarray(1 + NONCE_BYTES, HEAD_BYTES));
    try {
      return decipher.update(sealed.subarray(HEAD_BYTES), undefined, 'utf8') + decipher.final('utf8');
    } catch {
      throw new SecretUnreadableError();
    }
  }
}
