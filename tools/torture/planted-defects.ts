import type { Patch } from './rig/frozen-build.ts';

/** What `--sabotage` plants into the built product, which the scenario must find. T01, T02, T09 and T11 plant theirs elsewhere. */
export const PLANTED_DEFECTS = {
  /** Fields that differ by case alone are taken for others. */
  T03: [
    {
      file: 'libs/completions/src/wire/request-body.js',
      find: 'const folded = foldCase(key);',
      replace: 'const folded = key;',
    },
  ],
  /** A client that leaves is let go for nothing. */
  T04: [
    {
      file: 'libs/completions/src/stream-exchange.js',
      find: 'if (!this.stream.sawOutput) {',
      replace: `if (!this.stream.sawOutput || ending.outcome === 'client_left') {`,
    },
  ],
  /** What an upstream broke off is for nothing. */
  T05: [
    {
      file: 'libs/completions/src/stream-exchange.js',
      find: 'if (!this.stream.sawOutput) {',
      replace: `if (!this.stream.sawOutput || ending.outcome === 'upstream_broke') {`,
    },
  ],
  /** Another upstream is asked although bytes of the first have gone out. */
  T06: [
    {
      file: 'libs/upstreams/src/route-call.js',
      find: 'if (this.committed || this.ended',
      replace: 'if (this.ended',
    },
  ],
  /** Answers first and settles afterwards: what a kill in between must show. The price is the model's own. */
  T08: [
    {
      file: 'libs/billing/src/ledger.service.js',
      find: 'async settle(input) {',
      replace: `async settle(input) {
        if (input.end !== 'settle') return this.settleReally(input);
        setTimeout(() => void this.settleReally(input), 30);
        return { state: 'settled', chargeMillicredits: BigInt((input.promptTokens + input.completionTokens) * 1000), shortfallMillicredits: 0n, heldMillicredits: 0n, availableMillicredits: 0n, balanceMillicredits: 0n };
    }
    async settleReally(input) {`,
    },
  ],
  /** A process that does not wait for its streams. */
  T10: [
    {
      file: 'apps/api/src/api-process.js',
      find: 'await completions.drain(config.limits.drainSeconds * 1000 - GOODBYE_MS);',
      replace: '',
    },
  ],
  /** The upstream is never asked to wait for a client, and counting never pauses for others. */
  T20: [
    {
      file: 'libs/completions/src/stream-exchange.js',
      find: 'if (writePiece(this.response, bytes))',
      replace: 'writePiece(this.response, bytes); if (bytes)',
    },
    {
      file: 'libs/completions/src/meter/token-counter.js',
      find: 'const SLICE_MILLISECONDS = 1;',
      replace: 'const SLICE_MILLISECONDS = 60_000;',
    },
  ],
  /** Nobody is ever refused a place in the lane, nor for the settlements that wait. */
  T21: [
    {
      file: 'libs/billing/src/batch-lane.js',
      find: 'if (this.options.maxWaiting === undefined)',
      replace: 'if (true)',
    },
    {
      file: 'libs/billing/src/ledger.service.js',
      find: 'this.settlements.waitingCount > MAX_WAITING.most || ',
      replace: '',
    },
  ],
  /** Remembers 20 kB of each request for ever. */
  T22: [
    {
      file: 'libs/billing/src/ledger.service.js',
      find: 'async settle(input) {',
      replace: `async settle(input) {
        (globalThis.tortureLeak ??= []).push(new Array(2_500).fill(Math.random()));`,
    },
  ],
} satisfies Record<string, Patch[]>;
