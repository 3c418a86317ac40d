import { isUtf8 } from 'node:buffer';
import {
  duplicateField,
  invalidJson,
  invalidValue,
  missingField,
  requestTooLarge,
  unsupportedLimit,
} from '../completions.errors.js';
import { type ScannedField, type ScannedObject, scanObject } from './field-scanner.js';

/** The largest body we read, in bytes. */
export const MAX_BODY_BYTES = 20 * 1024 * 1024;
/** Deeper than any tool schema; a parser that recurses dies of less than what fits in 20 MB. */
const MAX_DEPTH = 100;
/** OpenAI documents about forty fields. */
const MAX_FIELDS = 256;
const MAX_MODEL_CHARACTERS = 256;

/**
 * What the price of a request depends on. Servers written in Go match keys without regard to case and keep the last,
 * so these must be there once and in this spelling: else we would price one value and the upstream would serve another.
 */
const METER_FIELDS = [
  'model',
  'messages',
  'prompt',
  'input',
  'max_tokens',
  'max_completion_tokens',
  'n',
  'best_of',
  'stream',
  'stream_options',
] as const;

export type MeterField = (typeof METER_FIELDS)[number];

/** Where the values we replace lie in the body. A field that is null is listed: its value is there to be replaced. */
export interface BodyPositions {
  fields: { [name in MeterField]?: ScannedField };
  /** The fields inside `stream_options`, when that is an object. */
  streamOptions: ScannedObject | undefined;
  includeUsage: ScannedField | undefined;
}

/** A body that is sound as far as every `/v1` POST shares its rules. */
export interface RequestBody {
  bytes: Buffer;
  /** The parsed body, to be read and never to be sent: numbers beyond 2^53 are already wrong here. */
  fields: Readonly<Record<string, unknown>>;
  model: string;
  positions: BodyPositions;
}

/**
 * Names under which some servers take an output limit that overrules `max_tokens`: llama.cpp's server the first, Text
 * Generation Inference the second. Passed on, they would let a request use more than its hold covers.
 */
const OTHER_LIMITS = ['n_predict', 'max_new_tokens'] as const;

const METER_FIELD_SET: ReadonlySet<string> = new Set(METER_FIELDS);
const INCLUDE_USAGE_SET: ReadonlySet<string> = new Set(['include_usage']);
const LONGEST_METER_FIELD = Math.max(...METER_FIELDS.map((name) => name.length));

/**
 * Reads a body up to its model, in this order: size, UTF-8, depth, JSON, an object, once-only fields, model. What an
 * endpoint has of its own is checked after the model is known, because an unknown model is told before a bad value.
 * Throws a DomainError: request_too_large, invalid_json, invalid_value, duplicate_field or missing_field.
 */
export function readRequestBody(bytes: Buffer): RequestBody {
  if (bytes.length > MAX_BODY_BYTES) throw requestTooLarge(MAX_BODY_BYTES);
  const scan = scanObject(bytes);
  // Before the parse: twenty million open brackets would cost it most of a gigabyte.
  if (scan.maxDepth > MAX_DEPTH) {
    throw invalidValue(undefined, `The request body is nested more than ${MAX_DEPTH} levels deep.`);
  }
  const fields = parseObject(bytes);
  if (scan.fieldCount > MAX_FIELDS) {
    throw invalidValue(undefined, `The request body has more than ${MAX_FIELDS} fields.`);
  }
  const positions = locate(bytes, scan, fields);
  for (const name of OTHER_LIMITS) {
    if (fields[name] !== undefined && fields[name] !== null) throw unsupportedLimit(name);
  }
  return { bytes, fields, model: readModel(fields['model']), positions };
}

function parseObject(bytes: Buffer): Record<string, unknown> {
  if (bytes.length === 0) throw invalidJson('The request body is empty; send a JSON object.');
  if (!isUtf8(bytes)) throw invalidJson('The request body is not valid UTF-8.');
  if (bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf) {
    throw invalidJson('The request body starts with a byte order mark; send the JSON without it.');
  }
  let value: unknown;
  try {
    value = JSON.parse(bytes.toString('utf8'));
  } catch {
    throw invalidJson('The request body is not valid JSON.');
  }
  if (!isObject(value)) throw invalidJson('The request body must be a JSON object.');
  return value;
}

function locate(bytes: Buffer, scan: ScannedObject, fields: Record<string, unknown>): BodyPositions {
  const positions: BodyPositions = { fields: {}, streamOptions: undefined, includeUsage: undefined };
  for (const field of scan.fields) {
    const name = meterFieldFor(field.name, METER_FIELD_SET) as MeterField | undefined;
    if (name === undefined) continue;
    if (name !== field.name || positions.fields[name] !== undefined) throw duplicateField(name);
    positions.fields[name] = field;
  }
  const options = positions.fields.stream_options;
  if (options !== undefined && isObject(fields['stream_options'])) {
    const inner = scanObject(bytes, options.valueStart, options.valueEnd);
    // Beyond those that are listed a second include_usage would be the one that counts.
    if (inner.fieldCount > MAX_FIELDS) {
      throw invalidValue('stream_options', `stream_options has more than ${MAX_FIELDS} fields.`);
    }
    for (const field of inner.fields) {
      if (meterFieldFor(field.name, INCLUDE_USAGE_SET) === undefined) continue;
      if (field.name !== 'include_usage' || positions.includeUsage !== undefined) {
        throw duplicateField('stream_options.include_usage');
      }
      positions.includeUsage = field;
    }
    positions.streamOptions = inner;
  }
  return positions;
}

/** The field of `names` that a case-insensitive server would take this key for. */
function meterFieldFor(key: string, names: ReadonlySet<string>): string | undefined {
  if (names.has(key)) return key;
  if (key.length > LONGEST_METER_FIELD) return undefined;
  const folded = foldCase(key);
  return names.has(folded) ? folded : undefined;
}

/**
 * Unicode simple case folding as far as it can end in ASCII: besides A to Z only U+017F (long s) and U+212A (Kelvin)
 * do, by CaseFolding.txt, status C and S. `toLowerCase` does the Kelvin sign and leaves the long s.
 */
function foldCase(key: string): string {
  return key.toLowerCase().replaceAll('\u017f', 's');
}

function readModel(model: unknown): string {
  if (model === undefined || model === null) throw missingField('model');
  if (typeof model !== 'string' || model.length === 0) {
    throw invalidValue('model', '"model" must be the id of a model, a non-empty string.');
  }
  if (model.length > MAX_MODEL_CHARACTERS) {
    throw invalidValue('model', `"model" must be at most ${MAX_MODEL_CHARACTERS} characters long.`);
  }
  // Such an id can be in no catalog, and PostgreSQL refuses it as text where others would look it up.
  if (hasControlCharacter(model) || !model.isWellFormed()) {
    throw invalidValue('model', '"model" contains characters that no model id has.');
  }
  return model;
}

function hasControlCharacter(text: string): boolean {
  for (let index = 0; index < text.length; index += 1) {
    const unit = text.charCodeAt(index);
    if (unit < 0x20 || unit === 0x7f) return true;
  }
  return false;
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
