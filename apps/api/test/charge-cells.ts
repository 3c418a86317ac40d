/** What a cell must cost: nothing, what the upstream reported, or what the test counts of the same texts. */
export type Cost = 'nothing' | 'reported' | 'counted';

/** A cell of the table of what aborted and broken requests cost. */
export interface ChargeCell {
  name: string;
  /** What the upstream does. */
  script: string;
  /** Whether the caller wants a stream, and usage in it. */
  mode: 'plain' | 'stream' | 'stream with usage';
  /** The client leaves when it has seen this text; empty: as soon as the upstream has the request. */
  leavesAt?: string;
  cost: Cost;
  outcome: string;
  flags?: string[];
  /** Of the answer, where the client stays. A stream that began has status 200 whatever comes of it. */
  status?: number;
  code?: string;
}

const slow = 'tokens=400; ms=5';

const leaving: ChargeCell[] = [
  {
    name: 'left before any header',
    script: 'hang-headers',
    mode: 'stream',
    leavesAt: '',
    cost: 'nothing',
    outcome: 'client_left',
  },
  {
    name: 'left after the role, before any output',
    script: 'role-only',
    mode: 'stream',
    leavesAt: '"role"',
    cost: 'nothing',
    outcome: 'client_left',
  },
  {
    name: 'left after some output, usage omitted',
    script: `${slow}; usage=omit`,
    mode: 'stream',
    leavesAt: '"content":" ',
    cost: 'counted',
    outcome: 'client_left',
  },
  {
    name: 'left after some output, usage in every chunk',
    script: `${slow}; usage=every`,
    mode: 'stream',
    leavesAt: '"content":" ',
    cost: 'reported',
    outcome: 'client_left',
  },
  {
    name: 'left after tool calls alone',
    script: 'tool; hang-after=2; usage=omit',
    mode: 'stream',
    leavesAt: '"arguments":"{',
    cost: 'counted',
    outcome: 'client_left',
  },
  {
    name: 'left after reasoning alone',
    script: 'reasoning=30; hang-after=30; usage=omit',
    mode: 'stream',
    leavesAt: '"reasoning_content"',
    cost: 'counted',
    outcome: 'client_left',
  },
  {
    name: 'plain, left before the upstream answered',
    script: 'first-byte-ms=4000',
    mode: 'plain',
    leavesAt: '',
    cost: 'nothing',
    outcome: 'client_left',
  },
];

const refusals: [script: string, status: number, code: string][] = [
  ['status=400; message=no such tool; param=tools', 400, 'upstream_rejected'],
  ['status=400; leak', 400, 'upstream_rejected'],
  ['status=401; leak', 502, 'upstream_failed'],
  ['status=403', 502, 'upstream_failed'],
  ['status=404', 502, 'upstream_failed'],
  ['status=422', 422, 'upstream_rejected'],
  ['status=429; retry-after=7', 503, 'model_unavailable'],
  ['status=500; leak', 502, 'upstream_failed'],
  ['status=503', 502, 'upstream_failed'],
  ['status=302; location=http://127.0.0.1:1/', 502, 'upstream_failed'],
  ['reset', 502, 'upstream_failed'],
  ['empty', 502, 'upstream_failed'],
  ['not-json', 502, 'upstream_failed'],
  ['gzip', 502, 'upstream_failed'],
  ['error-after=0', 502, 'upstream_failed'],
  ['close-after=0', 502, 'upstream_failed'],
  ['reset-after=0', 502, 'upstream_failed'],
  ['hang-headers', 504, 'upstream_timeout'],
];

const refused = (['plain', 'stream'] as const).flatMap((mode) =>
  refusals.map(([script, status, code]): ChargeCell => {
    const outcome = outcomeOfRefusal(script, mode);
    return { name: `${mode}, upstream: ${script}`, script, mode, cost: 'nothing', outcome, status, code };
  }),
);

function outcomeOfRefusal(script: string, mode: 'plain' | 'stream'): string {
  if (script === 'hang-headers') return 'timed_out';
  if (mode === 'plain' || script.startsWith('status') || script === 'not-json') return 'upstream_error';
  return 'no_answer';
}

const broken: ChargeCell[] = [
  'error-after=20',
  'reset-after=20',
  'close-after=20',
  'bad-json=20',
  'hang-after=20',
].map((script) => ({
  name: `stream, upstream after some output: ${script}`,
  script: `tokens=60; ms=2; usage=omit; ${script}`,
  mode: 'stream',
  cost: 'counted',
  outcome: script.startsWith('hang') ? 'timed_out' : 'upstream_broke',
  status: 200,
  code: 'upstream_failed',
}));

const cutByUs: ChargeCell = {
  name: 'stream, longer than a request may take',
  script: 'tokens=4000; ms=5; ignore-limit; usage=omit',
  mode: 'stream',
  cost: 'counted',
  outcome: 'timed_out',
  status: 200,
  code: 'upstream_timeout',
};

const complete: ChargeCell[] = (['plain', 'stream', 'stream with usage'] as const).flatMap((mode) => [
  whole(mode, '', 'reported'),
  whole(mode, 'usage-details', 'reported'),
  whole(mode, 'usage=zero', 'reported'),
  whole(mode, 'usage=null', 'counted'),
  whole(mode, 'usage=omit', 'counted'),
  whole(mode, 'usage=empty', 'counted'),
  ...['negative', 'string', 'float', '1e15', 'huge', 'array'].map((kind) =>
    whole(mode, `usage=${kind}`, 'counted', ['usage_insane']),
  ),
  whole(mode, 'usage-total=7', 'reported', ['total_differs']),
  whole(mode, 'tokens=0', 'reported'),
  whole(mode, 'tokens=0; usage=omit', 'counted'),
]);

const endings: ChargeCell[] = [
  ...[
    'no-done',
    'finish-with-content',
    'usage=twice',
    'usage=early',
    'usage=last-content',
    'usage=finish',
    'crlf; no-space',
    'unknown-events',
    'chunk-bytes=3',
  ].map((script) => whole('stream', script, 'reported')),
  whole('stream', 'no-done; usage=omit', 'counted'),
  whole('stream', 'hang-after-finish', 'counted'),
  whole('stream with usage', 'hang-after-finish', 'counted'),
  whole('stream', 'ping-after-finish=300', 'counted'),
];

function whole(mode: ChargeCell['mode'], script: string, cost: Cost, flags: string[] = []): ChargeCell {
  return {
    name: `${mode}, complete: ${script || 'an ordinary answer'}`,
    script,
    mode,
    cost,
    flags,
    outcome: 'completed',
    status: 200,
  };
}

export const CHARGE_CELLS: readonly ChargeCell[] = [
  ...leaving,
  ...refused,
  ...broken,
  cutByUs,
  ...complete,
  ...endings,
];
