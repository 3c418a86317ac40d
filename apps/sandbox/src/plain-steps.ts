import { errorBody } from './sandbox.errors.js';
import type { Script } from './script.js';
import { resetSoon, type Sent, type Step } from './steps.js';
import { filler, spoilUtf8 } from './stream-steps.js';

const PLAIN_FAULTS = [
  'hang-body',
  'hang-after',
  'reset-after',
  'close-after',
  'error-after',
  'bad-json',
  'bad-utf8',
  'big-line',
  'chunk-bytes',
  'split',
  'gzip',
  'slow-close',
] as const satisfies (keyof Script)[];

/** Whether a plain answer needs its bytes tampered with, or can leave in one piece. */
export function hasPlainFault(script: Script): boolean {
  return PLAIN_FAULTS.some((word) => script[word] !== undefined);
}

interface PlainAnswer {
  body: string;
  sent: Sent[];
  usage: string | undefined;
}

/** A plain answer with the faults of the script; what breaks off does so in the middle of the body. */
export function* plainSteps(answer: PlainAnswer, script: Script): Generator<Step> {
  const { body, usage } = answer;
  if (script['hang-body']) yield { do: 'hang' };
  if (script['error-after'] !== undefined) {
    const message = script.message ?? 'The sandbox was told to fail here.';
    yield { do: 'write', bytes: errorBody(500, message, script) };
    return;
  }
  if (script['big-line'] !== undefined) {
    yield { do: 'write', bytes: '{"line":"' };
    yield* filler(script['big-line']);
    return;
  }
  if (isBroken(script)) {
    yield { do: 'write', bytes: body.slice(0, Math.ceil(body.length / 2)) };
    if (script['hang-after'] !== undefined) yield { do: 'hang' };
    if (script['reset-after'] !== undefined) yield* resetSoon();
    if (script['close-after'] !== undefined) yield { do: 'close' };
    return;
  }
  yield { do: 'write', bytes: script['bad-utf8'] ? spoilUtf8(body) : body, usage };
  for (const sent of answer.sent) yield { do: 'write', bytes: '', sent };
  if (script['slow-close']) yield { do: 'wait', ms: script['slow-close'] };
}

function isBroken(script: Script): boolean {
  const words = ['bad-json', 'hang-after', 'reset-after', 'close-after'] as const;
  return words.some((word) => script[word] !== undefined);
}
