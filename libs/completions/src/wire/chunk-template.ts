import { applyEdits, type Edit } from './edits.js';
import { skipSpace, stringEnd } from './field-scanner.js';
import { deltaOutput, type StreamKind } from './output-text.js';
import type { ChoiceText } from './output-texts.js';
import { isObject } from './request-body.js';
import type { StreamEvent } from './stream-event.js';

/** Bytes around a string of JSON: with it they make up a whole event. */
interface Frame {
  /** Up to and with the opening quote. */
  head: Buffer;
  /** From the closing quote on. */
  tail: Buffer;
}

interface Shape extends Frame {
  choice: number;
  /** What the client gets around the string, where that is not the upstream's own. */
  forClient: Frame | undefined;
}

/** What a chunk says that is known but for its text. */
export interface KnownChunk {
  output: ChoiceText;
  /** The event for the client, where it is not the upstream's own. */
  spliced: Buffer | undefined;
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
/** Many times what a token comes in: what is kept for each open stream, and parsed again to learn it, stays small. */
const MOST_LEARNT_BYTES = 4 * 1024;

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

  /** This event, when it is as the one learnt but for a text that is not empty; else it has to be read as JSON. */
  read(bytes: Buffer, start: number, end: number): KnownChunk | undefined {
    const { shape } = this;
    if (shape === undefined) return undefined;
    const { head, tail, choice, forClient } = shape;
    const [from, to] = [start + head.length, end - tail.length];
    if (from >= to || !isAt(head, bytes, start) || !isAt(tail, bytes, to)) return undefined;
    const text = stringBetween(bytes, from, to);
    if (text === undefined) return undefined;
    this.matches += 1;
    const spliced = forClient && Buffer.concat([forClient.head, bytes.subarray(from, to), forClient.tail]);
    return { output: { choice, text }, spliced };
  }

  /**
   * Takes a chunk with this one output and nothing else to be noticed; `edits` are what is changed of its payload for
   * the client.
   */
  learn(event: StreamEvent, output: ChoiceText & { edits: readonly Edit[] }): void {
    if (this.lessons >= FREE_LESSONS && this.matches < this.lessons * WORTH_MATCHES) return;
    this.lessons += 1;
    this.shape = undefined;
    if (event.lines.length !== 1 || event.type !== '' || event.end - event.start > MOST_LEARNT_BYTES) return;
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
      forClient:
        output.edits.length === 0
          ? undefined
          : {
              head: applyEdits(head, moved(inHead, before)),
              tail: applyEdits(tail, moved(inTail, -place.end)),
            },
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
  let at = skipSpace(payload, found + key.length, payload.length);
  if (payload[at] !== COLON) return undefined;
  at = skipSpace(payload, at + 1, payload.length);
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
