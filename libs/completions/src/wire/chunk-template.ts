import { applyEdits, type Edit } from './edits.js';
import { stringEnd } from './field-scanner.js';
import { deltaOutput, type StreamKind } from './output-text.js';
import { isObject } from './request-body.js';
import type { StreamEvent } from './stream-event.js';

/** Bytes around a string of JSON: with it they make up a whole event. */
interface Shape {
  /** Up to and with the opening quote. */
  head: Buffer;
  /** From the closing quote on. */
  tail: Buffer;
  choice: number;
  /** The same for the client, where it differs. */
  clientHead: Buffer;
  clientTail: Buffer;
  isEdited: boolean;
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COLON = 0x3a;
const SPACE = 0x20;
/** Where the output of a chunk stands, nearly always alone. */
const OUTPUT_KEYS = ['"content"', '"text"', '"reasoning_content"', '"reasoning"', '"arguments"'];
/** Streams whose chunks have little in common are not worth the learning: after so many times it has to pay. */
const FREE_LESSONS = 3;
const WORTH_MATCHES = 4;

/**
 * What the chunks of a stream have in common. Most of a stream is one chunk again and again with another text in it: a
 * chunk whose bytes, but for those of that one string, have all been read before says what the one before said. So only
 * the string is read, which is a third of the cost of reading the chunk as JSON.
 */
export class ChunkTemplate {
  private shape: Shape | undefined;
  private lessons = 0;
  private matches = 0;

  constructor(private readonly kind: StreamKind) {}

  /** The choice that the text of `read` belongs to. */
  get choice(): number {
    return this.shape!.choice;
  }

  /** The output of this event, never empty, when it is as the one learnt but for it; else it has to be read as JSON. */
  read(bytes: Buffer, start: number, end: number): string | undefined {
    const { shape } = this;
    if (shape === undefined) return undefined;
    const { head, tail } = shape;
    const [from, to] = [start + head.length, end - tail.length];
    if (from >= to || !isAt(head, bytes, start) || !isAt(tail, bytes, to)) return undefined;
    const text = stringBetween(bytes, from, to);
    if (text !== undefined) this.matches += 1;
    return text;
  }

  /** What the client gets of an event that was just read; undefined when that is the event itself. */
  forClient(bytes: Buffer, start: number, end: number): Buffer | undefined {
    const { head, tail, clientHead, clientTail, isEdited } = this.shape!;
    if (!isEdited) return undefined;
    return Buffer.concat([clientHead, bytes.subarray(start + head.length, end - tail.length), clientTail]);
  }

  /**
   * Takes a chunk with this one output and nothing else to be noticed; `edits` are what is changed of its payload for
   * the client.
   */
  learn(event: StreamEvent, output: { choice: number; text: string; edits: readonly Edit[] }): void {
    if (this.lessons >= FREE_LESSONS && this.matches < this.lessons * WORTH_MATCHES) return;
    this.lessons += 1;
    this.shape = undefined;
    if (event.lines.length !== 1 || event.type !== '') return;
    const { payload } = event;
    const place = this.placeOf(payload, output.text);
    if (place === undefined) return;
    const before = event.lines[0]!.inBytes - event.start;
    // Copies: the bytes are the network's, and much larger.
    const head = Buffer.from(event.bytes.subarray(event.start, event.start + before + place.start));
    const tail = Buffer.from(event.bytes.subarray(event.start + before + place.end, event.end));
    const inHead = output.edits.filter(({ end }) => end <= place.start);
    const inTail = output.edits.filter(({ start }) => start >= place.end);
    if (inHead.length + inTail.length !== output.edits.length) return;
    this.shape = {
      head,
      tail,
      choice: output.choice,
      clientHead: applyEdits(head, moved(inHead, before)),
      clientTail: applyEdits(tail, moved(inTail, -place.end)),
      isEdited: output.edits.length > 0,
    };
  }

  /**
   * Where the output's string lies between its quotes. That it is this string is proved: with another in its place, the
   * whole output is that other.
   */
  private placeOf(payload: Buffer, text: string): { start: number; end: number } | undefined {
    const other = `${text}.`;
    for (const key of OUTPUT_KEYS) {
      const place = placeBehind(payload, key);
      if (place === undefined) continue;
      const probe = `${payload.toString('utf8', 0, place.start)}${JSON.stringify(other).slice(1, -1)}${payload.toString('utf8', place.end)}`;
      if (this.outputOf(probe) === other) return place;
    }
    return undefined;
  }

  private outputOf(json: string): string | undefined {
    const choices: unknown = (JSON.parse(json) as { choices?: unknown }).choices;
    const [choice] = Array.isArray(choices) ? (choices as unknown[]) : [];
    return isObject(choice) ? deltaOutput(choice, this.kind) : undefined;
  }
}

/** The inside of the first string that is the value of such a key. */
function placeBehind(payload: Buffer, key: string): { start: number; end: number } | undefined {
  const found = payload.indexOf(key);
  if (found < 0) return undefined;
  let at = found + key.length;
  while (payload[at] === SPACE) at += 1;
  if (payload[at] !== COLON) return undefined;
  at += 1;
  while (payload[at] === SPACE) at += 1;
  if (payload[at] !== QUOTE) return undefined;
  return { start: at + 1, end: stringEnd(payload, at, payload.length) - 1 };
}

function isAt(wanted: Buffer, bytes: Buffer, at: number): boolean {
  return wanted.compare(bytes, at, at + wanted.length) === 0;
}

/** What stands between two quotes, if that is one string of JSON and not empty. */
function stringBetween(bytes: Buffer, from: number, to: number): string | undefined {
  for (let at = from; at < to; at += 1) {
    const byte = bytes[at]!;
    if (byte === QUOTE || byte === BACKSLASH || byte < SPACE) return parsed(bytes, from, to);
  }
  return bytes.toString('utf8', from, to);
}

function parsed(bytes: Buffer, from: number, to: number): string | undefined {
  try {
    // Never empty: there are bytes, and no escape stands for nothing.
    return JSON.parse(`"${bytes.toString('utf8', from, to)}"`) as string;
  } catch {
    return undefined;
  }
}

function moved(edits: readonly Edit[], by: number): Edit[] {
  return edits.map(({ start, end, text }) => ({ start: start + by, end: end + by, text }));
}
