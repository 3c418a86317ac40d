/** What happens on a connection, one thing after another; `play` does it. */
export type Step =
  | { do: 'write'; bytes: string | Buffer; sent?: Sent; usage?: string }
  | { do: 'wait'; ms: number }
  /** Nothing more, until the peer leaves or the sandbox closes. */
  | { do: 'hang' }
  /** RST. */
  | { do: 'reset' }
  /** FIN in the middle of the body. */
  | { do: 'close' };

/** Output that a write carries. */
export interface Sent {
  choice: number;
  text: string;
  tokens: number;
}

/** Time for what was written to be read before a RST throws it away on the peer's side. */
const BEFORE_RESET_MS = 25;

export function* resetSoon(): Generator<Step> {
  yield { do: 'wait', ms: BEFORE_RESET_MS };
  yield { do: 'reset' };
}
