import { DomainError } from '#common';
import { ModelExistsError, RaiseTooSoonError } from './models.errors.js';

const HOUR_MS = 60 * 60 * 1000;
const NOTICE_PERIOD_MS = 14 * 24 * HOUR_MS;
const TIME_TO_TYPE_MS = 5 * 60 * 1000;

/** Turns the database's refusal into a sentence for the operator; anything else is thrown on. */
export function explainRefusal(about: {
  model?: string;
  /** The database's time when it was tried. */
  now?: Date;
}): (error: unknown) => never {
  return (error) => {
    const constraint = constraintOf(error);
    if (constraint === 'models_pkey' && about.model) throw new ModelExistsError(about.model);
    if (constraint === 'multipliers_notice_period' && about.now) {
      throw new RaiseTooSoonError(earliestRaise(about.now));
    }
    if (constraint === 'multipliers_not_backdated') {
      throw new DomainError('invalid_value', 'A multiplier cannot take effect in the past.', {
        param: 'effectiveAt',
      });
    }
    if (constraint?.endsWith('_effective_at_key')) {
      throw new DomainError('conflict', 'There is a multiplier for that very time already.', {
        param: 'effectiveAt',
      });
    }
    throw error;
  };
}

/** The full hour a person still has time to type. */
function earliestRaise(now: Date): Date {
  const withTimeToType = now.getTime() + NOTICE_PERIOD_MS + TIME_TO_TYPE_MS;
  return new Date(Math.ceil(withTimeToType / HOUR_MS) * HOUR_MS);
}

function constraintOf(error: unknown): string | undefined {
  return (error as { driverError?: { constraint?: string } }).driverError?.constraint;
}
