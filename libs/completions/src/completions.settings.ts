/** Limits of the request path, in seconds. */
export interface CompletionsSettings {
  /** One request, from its body to its last byte. */
  maxRequestSeconds: number;
  /** A client sending its request body. */
  bodySeconds: number;
  /** A client taking nothing from us while we have something for it. */
  clientStallSeconds: number;
}

export const COMPLETIONS_SETTINGS = Symbol('COMPLETIONS_SETTINGS');

/** After so long without anything to send, a stream gets a comment, so that nobody between us cuts it. */
export const KEEP_ALIVE_MS = 15_000;
/** A stream ends this long after a finish chunk when nothing more comes. */
export const FINISH_GRACE_MS = 5_000;
/** A plain answer waits this long for its settlement to be written. */
export const SETTLEMENT_WAIT_MS = 10_000;
/** Most of an upstream's plain answer we take into memory. */
export const MAX_ANSWER_BYTES = 64 * 1024 * 1024;
/** What is read of an upstream's error answer. */
export const MAX_ERROR_BYTES = 64 * 1024;
/** What an upstream gets to close its answer after `[DONE]`, before we close the connection on it. */
export const UPSTREAM_END_MS = 1_000;
