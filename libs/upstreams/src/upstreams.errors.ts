import { DomainError } from '#common';

/** An address an upstream may not have. */
export class AddressRefusedError extends DomainError {
  constructor(sentence: string) {
    super('invalid_value', sentence, { param: 'baseUrl' });
  }
}

export class UpstreamNotFoundError extends DomainError {
  constructor(name: string) {
    super('not_found', `There is no upstream "${name}".`);
  }
}

export class UpstreamExistsError extends DomainError {
  constructor(name: string) {
    super('conflict', `There is an upstream "${name}" already.`, { param: 'name' });
  }
}

/** A secret that cannot be read: another key wrote it, or it was altered. */
export class SecretUnreadableError extends DomainError {
  constructor() {
    super(
      'internal_error',
      'A stored upstream secret cannot be read. SECRETS_KEY is probably not the one it was stored with: restore that key, or add the upstream anew.',
    );
  }
}
