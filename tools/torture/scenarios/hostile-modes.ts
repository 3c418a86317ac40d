/** One way for an upstream to misbehave, and what must come of it. */
export interface HostileMode {
  script: string;
  streamed: boolean;
  /** `whole`: the client has all of it; `broken`: an error event after some output; else the status of the refusal. */
  ends: 'whole' | 'broken' | number;
  costs: 'nothing' | 'reported' | 'counted';
  /** Whether the client's bytes are the upstream's but for the named values; where usage moves, only the text is. */
  exact: boolean;
}

const BASE = 'tokens=12; ms=2';
/** Where a stream is cut in two: through the first frame byte by byte, and here and there after it. */
const SPLITS = [
  1, 2, 5, 6, 7, 8, 20, 64, 150, 151, 152, 153, 154, 199, 200, 201, 255, 256, 257, 1_000, 1_999,
];
const CHUNK_BYTES = [1, 2, 3, 7, 64, 1_000];
const INSANE = ['negative', 'string', '1e15', 'float', 'huge', 'array'];
const PLACES = ['twice', 'early', 'last-content', 'finish', 'every'];
const STATUSES = [429, 500, 502, 503, 504];

type Rest = Omit<HostileMode, 'script' | 'streamed'>;
const NOTHING = { costs: 'nothing', exact: false } as const;
const WHOLE: Rest = { ends: 'whole', costs: 'reported', exact: true };
const BROKEN: Rest = { ends: 'broken', costs: 'counted', exact: false };

function modes(streamed: boolean, scripts: string[], rest: Rest): HostileMode[] {
  return scripts.map((script) => ({ script: script ? `${BASE}; ${script}` : BASE, streamed, ...rest }));
}

function both(scripts: string[], rest: Rest): HostileMode[] {
  return [...modes(true, scripts, rest), ...modes(false, scripts, rest)];
}

/** Every mode, streamed and plain. */
export const HOSTILE_MODES: readonly HostileMode[] = [
  ...both(['hang-headers', 'hang-body'], { ends: 504, ...NOTHING }),
  ...modes(false, ['hang-after=5'], { ends: 504, ...NOTHING }),
  ...both(['reset', 'reset-after=0', 'close-after=0', 'error-after=0', 'empty', 'not-json', 'gzip-bomb'], {
    ends: 502,
    ...NOTHING,
  }),
  ...modes(false, ['reset-after=5', 'close-after=5', 'error-after=5', 'bad-json=5'], {
    ends: 502,
    ...NOTHING,
  }),
  ...STATUSES.flatMap((status) =>
    both([`status=${status}; retry-after=3`], { ends: status === 429 ? 503 : 502, ...NOTHING }),
  ),
  ...modes(true, ['hang-after=5', 'reset-after=5', 'close-after=5', 'error-after=5', 'bad-json=5'], BROKEN),
  ...modes(true, ['big-line'], BROKEN),
  ...modes(
    true,
    ['no-done', 'crlf', 'no-space', 'crlf; no-space', 'unknown-events', 'chunk-tokens=3'],
    WHOLE,
  ),
  ...both(['', 'bad-utf8=5', 'unknown-fields', 'big-integers; unknown-fields', 'slow-close=300'], WHOLE),
  ...both(
    [...CHUNK_BYTES.map((n) => `chunk-bytes=${n}`), ...SPLITS.map((k) => `split=${k}; unknown-fields`)],
    WHOLE,
  ),
  ...both(['usage=omit', 'usage=null', 'usage=empty', ...INSANE.map((kind) => `usage=${kind}`)], {
    ends: 'whole',
    costs: 'counted',
    exact: false,
  }),
  ...both(['usage=zero'], { ends: 'whole', costs: 'reported', exact: false }),
  ...modes(
    true,
    PLACES.map((place) => `usage=${place}`),
    { ends: 'whole', costs: 'reported', exact: false },
  ),
];
