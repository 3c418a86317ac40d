/**
 * Finds where the fields of a JSON object lie in its bytes, so that a value can be replaced without rebuilding the rest.
 * It trusts that the bytes are valid JSON; on anything else it still ends within the range and never throws, but what
 * it lists means nothing.
 */

/** Offsets into the scanned buffer. Ends are exclusive; `keyStart` is the opening quote of the key. */
export interface ScannedField {
  /** The key, unescaped. */
  name: string;
  keyStart: number;
  valueStart: number;
  valueEnd: number;
}

export interface ScannedObject {
  /** In the order of the bytes, repeated keys included; none when the value is not an object. */
  fields: ScannedField[];
  /** How many fields there are, also beyond the 1,000 that are listed. */
  fieldCount: number;
  /** Nesting of objects and arrays; `{}` is 1, a bare string 0. */
  maxDepth: number;
  /** Offset of the opening brace or bracket. */
  open: number;
  /** Offset of the closing brace or bracket. */
  close: number;
}

/** More fields than any real request or answer has; a body full of empty keys must not cost memory per key. */
const MAX_LISTED_FIELDS = 1000;
/** A short string or run of numbers is cheaper to walk than to hand to the native search. */
const WALKED_BYTES = 32;

/** Keys that requests, answers and chunks nearly always have. */
const KNOWN_KEYS_BY_LENGTH: (string[] | undefined)[] = [];
for (const key of [
  ...[
    'id',
    'object',
    'created',
    'model',
    'choices',
    'usage',
    'system_fingerprint',
    'service_tier',
    'credits',
  ],
  ...[
    'prompt_tokens',
    'completion_tokens',
    'total_tokens',
    'prompt_tokens_details',
    'completion_tokens_details',
  ],
  ...[
    'messages',
    'max_tokens',
    'max_completion_tokens',
    'n',
    'stream',
    'stream_options',
    'include_usage',
    'user',
  ],
  ...[
    'temperature',
    'top_p',
    'stop',
    'seed',
    'tools',
    'tool_choice',
    'presence_penalty',
    'frequency_penalty',
  ],
]) {
  KNOWN_KEYS_BY_LENGTH[key.length] ??= [];
  KNOWN_KEYS_BY_LENGTH[key.length]!.push(key);
}

const QUOTE = 0x22;
const COMMA = 0x2c;
const COLON = 0x3a;
const BACKSLASH = 0x5c;
const OPEN_BRACKET = 0x5b;
const CLOSE_BRACKET = 0x5d;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;

/** Scans the value at `start`, which may lie inside a larger body: a field's `valueStart` opens a nested object. */
export function scanObject(json: Buffer, start = 0, end = json.length): ScannedObject {
  const open = skipSpace(json, start, end);
  const scan: ScannedObject = { fields: [], fieldCount: 0, maxDepth: 0, open, close: end };
  const isObject = json[open] === OPEN_BRACE;
  let depth = 0;
  let at = open;
  let keyStart = -1;
  let keyEnd = -1;
  let valueStart = -1;
  // No bracket before it is searched from again, so that brackets without an end cost no more than their bytes.
  let searchedTo = 0;
  while (at < end) {
    const byte = json[at]!;
    if (byte === QUOTE) {
      const after = stringEnd(json, at, end);
      if (depth === 1 && valueStart < 0) {
        keyStart = at;
        keyEnd = after;
      }
      at = after;
      continue;
    }
    if (byte === OPEN_BRACE || byte === OPEN_BRACKET) {
      depth += 1;
      if (depth > scan.maxDepth) scan.maxDepth = depth;
      if (byte === OPEN_BRACKET && at >= searchedTo && startsNumber(json[at + 1]!)) {
        const close = json.indexOf(CLOSE_BRACKET, at);
        searchedTo = close < 0 || close > end ? end : close;
        if (isFlat(json, at + 1, searchedTo)) at = searchedTo - 1;
      }
    } else if (byte === CLOSE_BRACE || byte === CLOSE_BRACKET) {
      depth -= 1;
      if (depth === 0) {
        if (isObject && valueStart >= 0) list(scan, json, keyStart, keyEnd, valueStart, at);
        scan.close = at;
        return scan;
      }
    } else if (depth === 1 && isObject) {
      if (byte === COLON) {
        valueStart = skipSpace(json, at + 1, end);
        at = valueStart;
        continue;
      }
      if (byte === COMMA && valueStart >= 0) {
        list(scan, json, keyStart, keyEnd, valueStart, at);
        valueStart = -1;
      }
    }
    at += 1;
  }
  return scan;
}

/** The last field of that name: the one every JSON parser keeps when a key is repeated. */
export function lastField(scan: ScannedObject, name: string): ScannedField | undefined {
  for (let index = scan.fields.length - 1; index >= 0; index -= 1) {
    const field = scan.fields[index]!;
    if (field.name === name) return field;
  }
  return undefined;
}

function list(
  scan: ScannedObject,
  json: Buffer,
  keyStart: number,
  keyEnd: number,
  valueStart: number,
  separator: number,
): void {
  scan.fieldCount += 1;
  if (scan.fieldCount > MAX_LISTED_FIELDS) return;
  let valueEnd = separator;
  while (valueEnd > valueStart && isSpace(json[valueEnd - 1]!)) valueEnd -= 1;
  scan.fields.push({ name: keyName(json, keyStart, keyEnd), keyStart, valueStart, valueEnd });
}

/** A key we know costs no new string; the others are decoded. */
function keyName(json: Buffer, keyStart: number, keyEnd: number): string {
  const start = keyStart + 1;
  const length = keyEnd - start - 1;
  const known = KNOWN_KEYS_BY_LENGTH[length];
  if (known !== undefined) {
    for (const key of known) {
      let index = 0;
      while (index < length && json[start + index] === key.charCodeAt(index)) index += 1;
      if (index === length) return key;
    }
  }
  return decodedKey(json, keyStart, keyEnd);
}

function decodedKey(json: Buffer, keyStart: number, keyEnd: number): string {
  const quoted = json.toString('utf8', keyStart, keyEnd);
  try {
    return JSON.parse(quoted) as string;
  } catch {
    // Only bytes that are not JSON get here, and their parse refuses them; the scan must merely end.
    return quoted;
  }
}

/** The offset after the closing quote of the string that opens at `open`. */
export function stringEnd(json: Buffer, open: number, end: number): number {
  let at = open + 1;
  while (at < end) {
    const walkTo = Math.min(at + WALKED_BYTES, end);
    while (at < walkTo) {
      const byte = json[at]!;
      if (byte === QUOTE) return at + 1;
      at += byte === BACKSLASH ? 2 : 1;
    }
    const quote = json.indexOf(QUOTE, at);
    if (quote < 0 || quote >= end) return end;
    let slashes = 0;
    while (quote - slashes > at && json[quote - slashes - 1] === BACKSLASH) slashes += 1;
    if (slashes % 2 === 0) return quote + 1;
    at = quote + 1;
  }
  return end;
}

/** Whether there are many bytes and none that opens anything: then they are numbers, and none needs to be looked at. */
function isFlat(json: Buffer, from: number, to: number): boolean {
  if (to - from <= WALKED_BYTES) return false;
  const inside = json.subarray(from, to);
  return inside.indexOf(QUOTE) < 0 && inside.indexOf(OPEN_BRACKET) < 0 && inside.indexOf(OPEN_BRACE) < 0;
}

/** A digit or a minus sign. */
function startsNumber(byte: number): boolean {
  return (byte >= 0x30 && byte <= 0x39) || byte === 0x2d;
}

/** Where the next byte that is no white space is. */
export function skipSpace(json: Buffer, from: number, end: number): number {
  let at = from;
  while (at < end && isSpace(json[at]!)) at += 1;
  return at;
}

function isSpace(byte: number): boolean {
  return byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09;
}
