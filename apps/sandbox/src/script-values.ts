import { SandboxRefusal } from './sandbox.errors.js';

/** Reads the value after `key=`; `raw` is undefined when the word stood alone. */
export type ScriptValue<T> = (raw: string | undefined, key: string) => T;

function refuse(key: string, expected: string): never {
  throw new SandboxRefusal(400, `The sandbox's script word "${key}" takes ${expected}.`, {
    code: 'invalid_script',
  });
}

export const flag: ScriptValue<true> = (raw, key) => {
  if (raw !== undefined && raw !== 'true') refuse(key, 'no value');
  return true;
};

export const count: ScriptValue<number> = (raw, key) => {
  if (raw === undefined || !/^\d{1,10}$/.test(raw)) refuse(key, 'a whole number');
  return Number(raw);
};

export function countOr(standard: number): ScriptValue<number> {
  return (raw, key) => (raw === undefined ? standard : count(raw, key));
}

const UNITS: Record<string, number> = { '': 1, kb: 1024, mb: 1024 * 1024, gb: 1024 * 1024 * 1024 };

/** A number of bytes such as `65536`, `64kb` or `1gb`. */
export function size(standard: number): ScriptValue<number> {
  return (raw, key) => {
    if (raw === undefined) return standard;
    const match = /^(\d{1,10})(|kb|mb|gb)$/.exec(raw.toLowerCase());
    if (!match) refuse(key, 'a number of bytes such as 65536, 64kb or 64mb');
    return Number(match[1]) * UNITS[match[2]!]!;
  };
}

export const text: ScriptValue<string> = (raw, key) => raw ?? refuse(key, 'a value');

export function textOr(standard: string): ScriptValue<string> {
  return (raw) => raw ?? standard;
}

export function oneOf<const T extends readonly string[]>(values: T): ScriptValue<T[number]> {
  return (raw, key) => values.find((value) => value === raw) ?? refuse(key, `one of ${values.join(', ')}`);
}

export interface TokenPair {
  promptTokens: number;
  completionTokens: number;
}

/** `PROMPT,COMPLETION`, as in `usage-equals=120,37`. */
export const pair: ScriptValue<TokenPair> = (raw, key) => {
  const match = /^(\d{1,15})\s*,\s*(\d{1,15})$/.exec(raw ?? '');
  if (!match) refuse(key, 'PROMPT,COMPLETION');
  return { promptTokens: Number(match[1]), completionTokens: Number(match[2]) };
};
