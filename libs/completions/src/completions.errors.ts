import { DomainError } from '#common';

/** A body nobody can read: not UTF-8, not JSON, not an object. 400 without `param`. */
export function invalidJson(message: string): DomainError {
  return new DomainError('invalid_json', message);
}

/** A field with a value that is refused here, before anything is held or sent. 400; `param` is the field's path. */
export function invalidValue(param: string | undefined, message: string): DomainError {
  return new DomainError('invalid_value', message, param === undefined ? {} : { param });
}

/** A required field that is absent or null. 400. */
export function missingField(param: string): DomainError {
  return new DomainError('missing_field', `"${param}" is required.`, { param });
}

/**
 * A field the meter reads that is there twice, or spelled so that a case-insensitive server would take it for one.
 * 400; `param` is the field as it should be spelled.
 */
export function duplicateField(param: string): DomainError {
  return new DomainError(
    'duplicate_field',
    `"${param}" must appear once, spelled exactly so; remove repeated keys and keys that differ from it only in case.`,
    { param },
  );
}

/** A body larger than we read. 413. */
export function requestTooLarge(limitBytes: number): DomainError {
  return new DomainError(
    'request_too_large',
    `The request body is larger than ${limitBytes / 1024 / 1024} MB; send a smaller one.`,
  );
}

/** An output limit by a name that we neither price nor may pass on. 400. */
export function unsupportedLimit(param: string): DomainError {
  return new DomainError(
    'unsupported_value',
    `"${param}" is not taken here; use "max_tokens" for the output limit.`,
    {
      param,
    },
  );
}
