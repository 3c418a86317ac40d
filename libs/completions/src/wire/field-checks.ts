import { invalidValue } from '../completions.errors.js';
import { isObject } from './request-body.js';

/** Throws invalid_value with `param` when the value is not what the field takes. Null never gets here: it is absent. */
export type FieldCheck = (value: unknown, param: string) => void;

export function numberFrom(least: number, most: number): FieldCheck {
  return (value, param) => {
    if (typeof value !== 'number' || !(value >= least && value <= most)) {
      throw invalidValue(param, `"${param}" must be a number from ${least} to ${most}.`);
    }
  };
}

export function integerFrom(least: number, most: number): FieldCheck {
  return (value, param) => {
    if (!Number.isInteger(value) || (value as number) < least || (value as number) > most) {
      const range = most === Number.MAX_VALUE ? `of at least ${least}` : `from ${least} to ${most}`;
      throw invalidValue(param, `"${param}" must be an integer ${range}.`);
    }
  };
}

export const anInteger: FieldCheck = (value, param) => {
  if (!Number.isInteger(value)) throw invalidValue(param, `"${param}" must be an integer.`);
};

export const trueOrFalse: FieldCheck = (value, param) => {
  if (typeof value !== 'boolean') throw invalidValue(param, `"${param}" must be true or false.`);
};

export const text: FieldCheck = (value, param) => {
  if (typeof value !== 'string') throw invalidValue(param, `"${param}" must be a string.`);
};

export const anObject: FieldCheck = (value, param) => {
  if (!isObject(value)) throw invalidValue(param, `"${param}" must be an object.`);
};

export const textOrObject: FieldCheck = (value, param) => {
  if (typeof value !== 'string' && !isObject(value)) {
    throw invalidValue(param, `"${param}" must be a string or an object.`);
  }
};

export const textOrTexts: FieldCheck = (value, param) => {
  if (typeof value === 'string') return;
  if (!Array.isArray(value)) throw invalidValue(param, `"${param}" must be a string or an array of strings.`);
  for (let index = 0; index < value.length; index += 1) text(value[index], `${param}[${index}]`);
};

export const arrayOfObjects: FieldCheck = (value, param) => {
  if (!Array.isArray(value)) throw invalidValue(param, `"${param}" must be an array of objects.`);
  for (let index = 0; index < value.length; index += 1) {
    if (!isObject(value[index]))
      throw invalidValue(`${param}[${index}]`, `"${param}[${index}]" must be an object.`);
  }
};

export const objectWithType: FieldCheck = (value, param) => {
  anObject(value, param);
  text((value as Record<string, unknown>)['type'], `${param}.type`);
};

export function oneOf(values: readonly string[]): FieldCheck {
  return (value, param) => {
    if (typeof value !== 'string' || !values.includes(value)) {
      throw invalidValue(param, `"${param}" must be one of ${values.join(', ')}.`);
    }
  };
}
