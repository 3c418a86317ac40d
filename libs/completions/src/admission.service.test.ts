import { expect, test } from '@jest/globals';
import type { Caller } from '#accounts';
import { DomainError, newId } from '#common';
import type { ModelSnapshot } from '#models';
import { AdmissionService } from './admission.service.js';
import type { MeteredRequest } from './wire/metered-request.js';

const WINDOW = 1_000;

/** Admission of a request whose prompt never ends, by a ledger that has nothing for it. */
function admit(more: Partial<MeteredRequest>): Promise<unknown> {
  function* endless(): Iterable<string> {
    for (;;) yield 'hello world';
  }
  const request = {
    endpoint: 'chat',
    choices: 1,
    prompts: 1,
    bodyBytes: 1_000_000,
    dataUrlPayloadBytes: 0,
    messageCount: 1,
    imageCount: 0,
    tokenIdCount: 0,
    promptTexts: endless,
    ...more,
  } as unknown as MeteredRequest;
  const model = {
    id: 'm',
    contextWindow: WINDOW,
    maxOutputTokens: null,
    defaultOutputTokens: 100,
    imageTokenAllowance: 0,
    capabilities: new Set(),
    multipliers: [{ effectiveAtMs: 0, multiplierMilli: 1_000n }],
  } as unknown as ModelSnapshot;
  const routes = { routeFor: () => ({ targets: [{}] }) };
  const ledger = { reserve: () => Promise.reject(new DomainError('insufficient_credits', 'None.')) };
  const clock = { nowMs: () => 1_000 };
  const service = new AdmissionService({} as never, routes as never, ledger as never, clock as never);
  const caller = { requestsPerMinute: null } as Caller;
  return service.admit({ requestId: newId('request'), clientRequestId: undefined, caller, model, request });
}

test.each([
  ['to find its output bound', {}],
  ['before the answer is no', { maxOutputTokens: 5 }],
])('a prompt is counted no further than has a meaning: %s', async (_when, more) => {
  await expect(admit(more)).rejects.toThrow('None.');
});
