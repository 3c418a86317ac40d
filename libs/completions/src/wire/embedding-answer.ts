import { type AnswerUsage, answerEdits } from './answer-edits.js';
import { applyEdits, type Edit } from './edits.js';
import { lastField, type ScannedField, scanObject } from './field-scanner.js';
import type { PlainAnswer } from './output-text.js';
import { isObject } from './request-body.js';

const COMMA = 0x2c;
const OPEN_BRACKET = 0x5b;
const CLOSE_BRACKET = 0x5d;
const OPEN_BRACE = 0x7b;
const FLOAT_BYTES = 4;
/** How long encoding may keep the process from its other requests before it lets them in. */
const SLICE_MILLISECONDS = 2;

/** What encoding needs from outside, so that a test can see its pauses. */
export interface EncodingTools {
  nowMilliseconds: () => number;
  pause: () => Promise<void>;
}

const TOOLS: EncodingTools = {
  nowMilliseconds: () => performance.now(),
  pause: () => new Promise((resolve) => setImmediate(resolve)),
};

/**
 * Reads an answer of vectors; undefined when it is not a JSON object. The vectors themselves are not parsed: a batch of
 * them is megabytes of numbers, and nothing is counted in them.
 */
export function readEmbeddingAnswer(body: Buffer): PlainAnswer | undefined {
  const data = vectorList(body);
  let value: unknown;
  try {
    value = JSON.parse(data ? withoutList(body, data) : body.toString('utf8'));
  } catch {
    return undefined;
  }
  if (!isObject(value)) return undefined;
  const vectors = data !== undefined && !isEmptyList(body, data);
  return {
    usage: value['usage'],
    error: value['error'],
    model: value['model'],
    resultCount: vectors ? 1 : 0,
    hasOutput: false,
    hasFinishReason: false,
    texts: [],
  };
}

/**
 * The upstream's own bytes with usage and model spliced as in any answer, and each vector that came as numbers as the
 * base64 of little-endian 32-bit floats. A vector that is base64 already, or holds anything but numbers, is left alone.
 */
export async function spliceBase64(
  body: Buffer,
  splice: { requestedModel: string; usage: AnswerUsage },
  tools: EncodingTools = TOOLS,
): Promise<Buffer> {
  const edits = answerEdits(body, splice);
  const data = vectorList(body);
  if (data) for (const edit of await vectorEdits(body, data, tools)) edits.push(edit);
  edits.sort((one, other) => one.start - other.start);
  return applyEdits(body, edits);
}

async function vectorEdits(body: Buffer, data: ScannedField, tools: EncodingTools): Promise<Edit[]> {
  const edits: Edit[] = [];
  let sliceEnd = tools.nowMilliseconds() + SLICE_MILLISECONDS;
  let at = data.valueStart + 1;
  while (at < data.valueEnd - 1) {
    if (body[at] !== OPEN_BRACE) {
      if (body[at] !== COMMA && !isSpace(body[at]!)) break;
      at += 1;
      continue;
    }
    const entry = scanObject(body, at, data.valueEnd);
    const vector = lastField(entry, 'embedding');
    const text = vector && base64Of(body, vector);
    if (vector && text !== undefined) {
      edits.push({ start: vector.valueStart, end: vector.valueEnd, text });
    }
    at = entry.close + 1;
    if (tools.nowMilliseconds() < sliceEnd) continue;
    await tools.pause();
    sliceEnd = tools.nowMilliseconds() + SLICE_MILLISECONDS;
  }
  return edits;
}

/** The vector as a JSON string of base64, or undefined when it is no array of numbers. */
function base64Of(body: Buffer, { valueStart, valueEnd }: ScannedField): string | undefined {
  if (body[valueStart] !== OPEN_BRACKET) return undefined;
  let values: unknown;
  try {
    values = JSON.parse(body.toString('latin1', valueStart, valueEnd));
  } catch {
    return undefined;
  }
  if (!Array.isArray(values)) return undefined;
  const floats = new DataView(new ArrayBuffer(values.length * FLOAT_BYTES));
  for (let index = 0; index < values.length; index += 1) {
    const value: unknown = values[index];
    if (typeof value !== 'number') return undefined;
    floats.setFloat32(index * FLOAT_BYTES, value, true);
  }
  return `"${Buffer.from(floats.buffer).toString('base64')}"`;
}

/** The list of vectors, when there is one. */
function vectorList(body: Buffer): ScannedField | undefined {
  const data = lastField(scanObject(body), 'data');
  return data && body[data.valueStart] === OPEN_BRACKET ? data : undefined;
}

function withoutList(body: Buffer, data: ScannedField): string {
  return `${body.toString('utf8', 0, data.valueStart)}[]${body.toString('utf8', data.valueEnd)}`;
}

function isEmptyList(body: Buffer, data: ScannedField): boolean {
  let at = data.valueStart + 1;
  while (isSpace(body[at]!)) at += 1;
  return body[at] === CLOSE_BRACKET;
}

function isSpace(byte: number): boolean {
  return byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09;
}
