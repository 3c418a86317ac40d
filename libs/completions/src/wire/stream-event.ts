import { applyEdits, type Edit } from './edits.js';

const LF = 0x0a;
const CR = 0x0d;
const SPACE = 0x20;
const COLON = 0x3a;
const DATA = Buffer.from('data');
const EVENT = Buffer.from('event');
const BYTE_ORDER_MARK = Buffer.from([0xef, 0xbb, 0xbf]);

/** One server-sent event that has data: where it lies in `bytes`, and its data. */
export interface StreamEvent {
  bytes: Buffer;
  start: number;
  /** Exclusive, behind its terminators. */
  end: number;
  /** The value of its `event` field, empty when it has none. */
  type: string;
  /** A slice of `bytes` when the data is one line, else its lines joined by LF. */
  payload: Buffer;
  /** Where each line of data starts, in `payload` and in `bytes`. */
  lines: { inPayload: number; inBytes: number }[];
}

/** Reads an event; undefined when it has no data: a comment, an empty line, a bare `event:`. */
export function readEvent(
  bytes: Buffer,
  span: { start: number; end: number; lineCount: number },
): StreamEvent | undefined {
  const { start, end } = span;
  if (span.lineCount !== 1 || !startsWithData(bytes, start)) return readLines(bytes, start, end);
  const from = bytes[start + 5] === SPACE ? start + 6 : start + 5;
  let to = end;
  while (to > from && (bytes[to - 1] === LF || bytes[to - 1] === CR)) to -= 1;
  return {
    bytes,
    start,
    end,
    type: '',
    payload: bytes.subarray(from, to),
    lines: [{ inPayload: 0, inBytes: from }],
  };
}

/** Whether it has a name of its own: official SDKs give `message` to what has none. */
export function isNamed(event: StreamEvent): boolean {
  return event.type !== '' && event.type !== 'message';
}

/** The event with the edits of its payload made. A value may span lines of data; the event stays valid. */
export function editEvent(event: StreamEvent, edits: readonly Edit[]): Buffer {
  const moved: Edit[] = [];
  for (const { start, end, text } of edits) {
    moved.push({ start: inEvent(event, start), end: inEvent(event, end), text });
  }
  return applyEdits(event.bytes.subarray(event.start, event.end), moved);
}

function startsWithData(bytes: Buffer, at: number): boolean {
  return (
    bytes[at] === 0x64 &&
    bytes[at + 1] === 0x61 &&
    bytes[at + 2] === 0x74 &&
    bytes[at + 3] === 0x61 &&
    bytes[at + 4] === COLON
  );
}

function readLines(bytes: Buffer, start: number, end: number): StreamEvent | undefined {
  const values: Buffer[] = [];
  const event: StreamEvent = { bytes, start, end, type: '', payload: bytes, lines: [] };
  let inPayload = 0;
  let at = bytes.subarray(start, start + 3).equals(BYTE_ORDER_MARK) ? start + 3 : start;
  while (at < end) {
    const stop = lineEnd(bytes, at, end);
    const line = bytes.subarray(at, stop);
    const colon = line.indexOf(COLON);
    const name = colon < 0 ? line : line.subarray(0, colon);
    let from = colon < 0 ? stop : at + colon + 1;
    if (from < stop && bytes[from] === SPACE) from += 1;
    if (name.equals(DATA)) {
      values.push(bytes.subarray(from, stop));
      event.lines.push({ inPayload, inBytes: from });
      inPayload += stop - from + 1;
    } else if (name.equals(EVENT)) {
      event.type = bytes.toString('utf8', from, stop);
    }
    at = bytes[stop] === CR && bytes[stop + 1] === LF ? stop + 2 : stop + 1;
  }
  if (values.length === 0) return undefined;
  event.payload = values.length === 1 ? values[0]! : joinedByLf(values);
  return event;
}

/** Where an offset into the payload lies, counted from the start of the event: a line's end is still on that line. */
function inEvent(event: StreamEvent, offset: number): number {
  let index = event.lines.length - 1;
  while (index > 0 && event.lines[index]!.inPayload > offset) index -= 1;
  const line = event.lines[index]!;
  return line.inBytes - event.start + offset - line.inPayload;
}

function lineEnd(bytes: Buffer, from: number, end: number): number {
  let at = from;
  while (at < end && bytes[at] !== LF && bytes[at] !== CR) at += 1;
  return at;
}

function joinedByLf(values: readonly Buffer[]): Buffer {
  const lf = Buffer.from([LF]);
  return Buffer.concat(values.flatMap((value, index) => (index === 0 ? [value] : [lf, value])));
}
