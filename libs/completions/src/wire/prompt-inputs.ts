import { invalidValue, missingField } from '../completions.errors.js';

/** A `prompt` or an `input` in any of its four forms: text, texts, tokens, arrays of tokens. */
export interface PromptInputs {
  /** How many prompts it is: a text or a run of tokens is one. */
  count: number;
  texts: readonly string[];
  /** Tokens of those that came as tokens. */
  tokenIdCount: number;
}

export interface InputRules {
  /** The field: `prompt` or `input`. */
  name: string;
  /** Whether a text may be empty: a model can write after nothing, and has no vector for it. */
  emptyText: 'allowed' | 'refused';
}

/** The most OpenAI takes in one request. */
const MAX_INPUTS = 2_048;
const NO_TEXTS: readonly string[] = [];

/** Checks the field and says how much is in it. Throws missing_field or invalid_value naming the exact path. */
export function readInputs(value: unknown, rules: InputRules): PromptInputs {
  const { name } = rules;
  if (value === undefined || value === null) throw missingField(name);
  if (typeof value === 'string') {
    checkText(value, name, rules);
    return { count: 1, texts: [value], tokenIdCount: 0 };
  }
  if (!Array.isArray(value)) {
    throw invalidValue(name, `"${name}" must be a string, an array of strings, or arrays of tokens.`);
  }
  if (value.length === 0) throw invalidValue(name, `"${name}" must not be an empty array.`);
  if (typeof value[0] === 'number') return { count: 1, texts: NO_TEXTS, tokenIdCount: countIds(value, name) };
  if (value.length > MAX_INPUTS) {
    throw invalidValue(
      name,
      `"${name}" must have at most ${MAX_INPUTS} entries; send the rest in another request.`,
    );
  }
  if (Array.isArray(value[0])) return readTokenArrays(value, name);
  for (let index = 0; index < value.length; index += 1) checkText(value[index], `${name}[${index}]`, rules);
  return { count: value.length, texts: value, tokenIdCount: 0 };
}

function checkText(value: unknown, path: string, { emptyText }: InputRules): void {
  if (typeof value !== 'string') {
    throw invalidValue(path, `"${path}" must be a string; the entries of an array are all of one kind.`);
  }
  if (value === '' && emptyText === 'refused') throw invalidValue(path, `"${path}" must not be empty.`);
}

function readTokenArrays(arrays: unknown[], name: string): PromptInputs {
  let tokenIdCount = 0;
  for (let index = 0; index < arrays.length; index += 1) {
    const path = `${name}[${index}]`;
    const ids = arrays[index];
    if (!Array.isArray(ids)) {
      throw invalidValue(
        path,
        `"${path}" must be an array of tokens; the entries of an array are all of one kind.`,
      );
    }
    if (ids.length === 0) throw invalidValue(path, `"${path}" must not be an empty array.`);
    tokenIdCount += countIds(ids, path);
  }
  return { count: arrays.length, texts: NO_TEXTS, tokenIdCount };
}

function countIds(ids: unknown[], path: string): number {
  for (let index = 0; index < ids.length; index += 1) {
    const id = ids[index];
    if (!Number.isSafeInteger(id) || (id as number) < 0) {
      throw invalidValue(`${path}[${index}]`, `"${path}[${index}]" must be a token: a whole number from 0.`);
    }
  }
  return ids.length;
}
