import type { Dispatcher } from 'undici';

/** Under which names an upstream understands the output limit. */
export const OUTPUT_LIMIT_FIELDS = ['both', 'max_tokens', 'max_completion_tokens'] as const;
export type OutputLimitFields = (typeof OUTPUT_LIMIT_FIELDS)[number];

/** An upstream ready to be called for one model. */
export interface UpstreamTarget {
  /** Null: the default upstream, which has no row. */
  readonly upstreamUuid: string | null;
  /** The operator's name for it. */
  readonly name: string;
  /** Scheme, host and port. */
  readonly origin: string;
  /** What precedes `/chat/completions`: `/v1`, or nothing. */
  readonly pathPrefix: string;
  /** The whole header value, in the clear; null: none is sent. Never log a target. */
  readonly authorization: string | null;
  /** The name this upstream knows the model by. */
  readonly theirId: string;
  readonly outputLimitFields: OutputLimitFields;
  readonly dispatcher: Dispatcher;
}

/** The upstreams of a model, first choice first. Empty: nobody serves it (503 `model_unavailable`). */
export interface Route {
  readonly targets: readonly UpstreamTarget[];
}
