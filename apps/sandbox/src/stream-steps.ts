import { errorBody } from './sandbox.errors.js';
import type { Script } from './script.js';
import { resetSoon, type Step } from './steps.js';
import type { Frame } from './stream-frames.js';

/** The frames of a stream as bytes on the wire, with the faults of the script at their places. */
export function* streamSteps(frames: Iterable<Frame>, script: Script): Generator<Step> {
  const event = eventFormat(script);
  if (script['hang-body']) yield { do: 'hang' };
  if (script['first-chunk-ms']) yield { do: 'wait', ms: script['first-chunk-ms'] };
  if (script['unknown-events']) yield { do: 'write', bytes: UNKNOWN_EVENTS.map(event.raw).join('') };
  let outputs = 0;
  if (yield* faultAfter(outputs, script, event)) return;
  for (const frame of frames) {
    if (script['role-only'] && frame.kind !== 'opening') yield { do: 'hang' };
    if (frame.kind === 'output') {
      if (script.ms) yield { do: 'wait', ms: script.ms };
      outputs += 1;
    }
    yield writeOf(frame, outputs, script, event);
    if (frame.kind === 'finish' && script['hang-after-finish']) yield { do: 'hang' };
    if (frame.kind === 'finish' && script['ping-after-finish'])
      yield* pings(script['ping-after-finish'], event);
    if (frame.kind === 'output' && (yield* faultAfter(outputs, script, event))) return;
  }
  if (!script['no-done']) yield { do: 'write', bytes: event.data('[DONE]') };
  if (script['slow-close']) yield { do: 'wait', ms: script['slow-close'] };
}

/** Comments for as long as anybody listens. */
function* pings(everyMs: number, event: EventFormat): Generator<Step> {
  for (;;) {
    yield { do: 'wait', ms: everyMs };
    yield { do: 'write', bytes: event.raw(': ping\n\n') };
  }
}

interface EventFormat {
  data(json: string): string;
  raw(text: string): string;
}

function eventFormat(script: Script): EventFormat {
  const end = script.crlf ? '\r\n' : '\n';
  const field = script['no-space'] ? 'data:' : 'data: ';
  return {
    data: (json) => `${field}${json}${end}${end}`,
    raw: (text) => text.replaceAll('\n', end),
  };
}

/** Comments, fields and event names that the SSE format allows and OpenAI never sends. */
const UNKNOWN_EVENTS = [
  ': a comment\n\n',
  'retry: 3000\nid: 7\n\n',
  'event: ping\ndata: {"type":"ping"}\n\n',
  'unknown-field: value\n\n',
];

function writeOf(frame: Frame, outputs: number, script: Script, event: EventFormat): Step {
  const { json, sent, usage } = frame;
  if (frame.kind === 'output' && outputs === script['bad-json']) {
    return { do: 'write', bytes: event.data(json.slice(0, -Math.ceil(json.length / 3))) };
  }
  if (frame.kind === 'output' && outputs === script['bad-utf8']) {
    return { do: 'write', bytes: spoilUtf8(event.data(json)), sent, usage };
  }
  return { do: 'write', bytes: event.data(json), sent, usage };
}

/** The fault that belongs after this many chunks with output; true when it ends the answer. */
function* faultAfter(outputs: number, script: Script, event: EventFormat): Generator<Step, boolean> {
  if (outputs === script['hang-after']) yield { do: 'hang' };
  if (outputs === script['reset-after']) yield* resetSoon();
  if (outputs === script['close-after']) yield { do: 'close' };
  if (outputs === script['error-after']) {
    const message = script.message ?? 'The sandbox was told to fail here.';
    yield { do: 'write', bytes: event.data(errorBody(500, message, script)) };
    return true;
  }
  if (outputs === 1 && script['unknown-events']) {
    yield { do: 'write', bytes: UNKNOWN_EVENTS.map(event.raw).join('') };
  }
  if (outputs === 1 && script['big-line'] !== undefined) {
    yield { do: 'write', bytes: 'data: {"line":"' };
    yield* filler(script['big-line']);
    return true;
  }
  return false;
}

const FILLER = Buffer.alloc(65_536, 'x');

export function* filler(bytes: number): Generator<Step> {
  for (let left = bytes; left > 0; left -= FILLER.length) {
    yield { do: 'write', bytes: left >= FILLER.length ? FILLER : FILLER.subarray(0, left) };
  }
}

const NOT_UTF8 = Buffer.from([0xc3, 0x28, 0xff, 0xfe]);

/** Puts bytes that are no UTF-8 at the start of the first text of a body or chunk. */
export function spoilUtf8(text: string): Buffer {
  const found = /"(?:content|text|arguments|reasoning_content)": ?"/.exec(text);
  if (!found) return Buffer.from(text);
  const at = found.index + found[0].length;
  return Buffer.concat([Buffer.from(text.slice(0, at)), NOT_UTF8, Buffer.from(text.slice(at))]);
}
