import { DomainError } from '#common';

export class ModelNotFoundError extends DomainError {
  constructor(id: string) {
    super(
      'model_not_found',
      `The model "${id.slice(0, 128)}" does not exist. GET /v1/models lists the models there are.`,
    );
  }
}

/** A model whose row has no price in force: nothing may be sent for it. */
export class ModelWithoutPriceError extends DomainError {
  constructor(id: string) {
    super(
      'model_unavailable',
      'This model has no price at the moment and cannot be used. Try another model.',
      {
        internal: `no multiplier in force for ${id}`,
      },
    );
  }
}

export class ModelExistsError extends DomainError {
  constructor(id: string) {
    super('conflict', `The catalog already has a model "${id}".`, { param: 'id' });
  }
}

export class TierNotFoundError extends DomainError {
  constructor(id: string, known: string[]) {
    super('invalid_value', `There is no tier "${id}". The tiers are ${known.join(', ')}.`, { param: 'tier' });
  }
}

export class RaiseTooSoonError extends DomainError {
  constructor(earliest: Date) {
    const day = earliest.toISOString().slice(0, 16).replace('T', ' ');
    super(
      'invalid_value',
      `Raising a multiplier needs 14 days' notice: announced now, it can take effect from ${day} UTC on.`,
      { param: 'effectiveAt', metadata: { earliest: earliest.toISOString() } },
    );
  }
}
