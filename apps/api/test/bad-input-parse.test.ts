import { describe, expect, test } from '@jest/globals';
import { DomainError } from '#common';
import { parseChatRequest } from '#completions';
import { BAD_INPUT_CASES } from './bad-input-cases.js';

/** `code param` of the refusal; a model that can be looked up is accepted here and unknown to the catalog. */
function refusal(body: Buffer): string {
  try {
    const { model } = parseChatRequest(body);
    return model === 'llama3.2:3b' ? 'accepted' : 'model_not_found model';
  } catch (error) {
    if (error instanceof DomainError) return `${error.code} ${error.detail.param ?? null}`;
    throw error;
  }
}

describe('a bad request', () => {
  test('is among at least 300 kinds, each once', () => {
    expect(BAD_INPUT_CASES.length).toBeGreaterThanOrEqual(300);
    expect(new Set(BAD_INPUT_CASES.map(({ name }) => name)).size).toBe(BAD_INPUT_CASES.length);
  });

  test('is refused by its code and the field at fault, before anything is held', () => {
    const told: Record<string, string> = {};
    const wanted: Record<string, string> = {};
    for (const { name, body, code, param } of BAD_INPUT_CASES) {
      told[name] = refusal(typeof body === 'function' ? body() : body);
      wanted[name] = `${code} ${param}`;
    }
    expect(told).toEqual(wanted);
  });
});
