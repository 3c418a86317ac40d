import { Injectable } from '@nestjs/common';
import { DomainError, idToUuid, newId } from '#common';
import type { Actor } from '#database';
import { AddressRules, parseAddress } from './address-rules.js';
import { SecretBox } from './secret-box.js';
import type { UpstreamEntity } from './upstream.entity.js';
import { OUTPUT_LIMIT_FIELDS, type OutputLimitFields } from './upstream-target.js';

/** What an operator says of a new upstream. */
export interface NewUpstream {
  /** Lower-case letters, digits and . _ - */
  name: string;
  /** Ends in `/v1` with most servers. */
  baseUrl: string;
  /** Its API key, in the clear; sealed before it is stored. */
  apiKey?: string;
  /** Left out: both. */
  outputLimitFields?: OutputLimitFields;
}

/** Turns what somebody typed into a row, or says what is wrong with it. */
@Injectable()
export class UpstreamVetting {
  constructor(
    private readonly rules: AddressRules,
    private readonly secrets: SecretBox,
  ) {}

  /**
   * The row of a new upstream. Who adds it in the console may not reach into private networks; whoever has the
   * machine's command line is there already. Throws `invalid_value` naming the field.
   */
  async rowOf(actor: Actor, input: NewUpstream): Promise<Omit<UpstreamEntity, 'createdAt'>> {
    if (!/^[a-z0-9][a-z0-9._-]{0,62}$/.test(input.name)) {
      throw new DomainError(
        'invalid_value',
        'A name has 1 to 63 lower-case letters, digits and . _ - and begins with a letter or digit.',
        { param: 'name' },
      );
    }
    const outputLimitFields = input.outputLimitFields ?? 'both';
    if (!OUTPUT_LIMIT_FIELDS.includes(outputLimitFields)) {
      throw new DomainError(
        'invalid_value',
        `outputLimitFields is one of ${OUTPUT_LIMIT_FIELDS.join(', ')}.`,
        {
          param: 'outputLimitFields',
        },
      );
    }
    const apiKey = keyOf(input.apiKey);
    const address = parseAddress(input.baseUrl);
    const trusted = actor.kind !== 'user';
    if (!trusted) await this.rules.requirePublic(address);
    const id = idToUuid(newId('upstream'));
    return {
      id,
      name: input.name,
      baseUrl: address.origin + address.pathPrefix,
      secretCiphertext: apiKey === null ? null : this.secrets.seal(apiKey, id),
      outputLimitFields,
      trusted,
      enabled: true,
    };
  }
}

/** A key that a header can carry; null when there is none. */
function keyOf(text: string | undefined): string | null {
  const key = text?.trim() ?? '';
  if (/^[\x21-\x7e]{0,4096}$/.test(key)) return key || null;
  throw new DomainError('invalid_value', 'An API key is one word of printable ASCII.', { param: 'apiKey' });
}
