import { LRUCache } from 'lru-cache';
import { SandboxRefusal } from './sandbox.errors.js';
import { count, countOr, flag, oneOf, pair, size, text, textOr } from './script-values.js';

export const USAGE_KINDS = [
  'omit',
  'zero',
  'null',
  'negative',
  'string',
  '1e15',
  'float',
  'empty',
  'array',
  'huge',
  'twice',
  'early',
  'last-content',
  'finish',
  'every',
] as const;
export type UsageKind = (typeof USAGE_KINDS)[number];

const MEGABYTE = 1024 * 1024;

/** Every word of the script grammar and how its value is read. README.md says what each does. */
export const SCRIPT_WORDS = {
  // The answer itself.
  tokens: count,
  letters: count,
  say: text,
  reasoning: count,
  refusal: flag,
  tool: textOr('true'),
  finish: text,
  'finish-with-content': flag,
  'ignore-limit': flag,
  model: text,
  'unknown-fields': flag,
  'big-integers': flag,
  'no-base64': flag,
  // Time, in milliseconds.
  'first-byte-ms': count,
  'first-chunk-ms': count,
  ms: count,
  'slow-close': countOr(2000),
  // Usage.
  usage: oneOf(USAGE_KINDS),
  'usage-equals': pair,
  'usage-total': count,
  'usage-details': flag,
  fixed: pair,
  // Instead of an answer.
  status: count,
  'retry-after': text,
  message: text,
  code: text,
  param: text,
  leak: flag,
  location: text,
  'hang-headers': flag,
  reset: flag,
  'not-json': flag,
  empty: flag,
  gzip: flag,
  'gzip-bomb': size(1024 * MEGABYTE),
  // In the middle of an answer; N counts chunks with output, from 1.
  'hang-body': flag,
  'hang-after': countOr(1),
  'hang-after-finish': flag,
  'ping-after-finish': countOr(1000),
  'reset-after': countOr(1),
  'close-after': countOr(1),
  'error-after': countOr(1),
  'role-only': flag,
  'no-done': flag,
  'bad-json': countOr(1),
  'bad-utf8': countOr(1),
  'big-line': size(64 * MEGABYTE),
  'unknown-events': flag,
  // The bytes on the wire.
  'chunk-tokens': count,
  'chunk-bytes': count,
  split: count,
  crlf: flag,
  'no-space': flag,
  // How often the script applies to the same request.
  times: count,
} as const;

type Words = typeof SCRIPT_WORDS;
export type Script = { readonly [K in keyof Words]?: ReturnType<Words[K]> };

export const NO_SCRIPT: Script = Object.freeze({});
const parsed = new LRUCache<string, Script>({ max: 1000 });

/**
 * Reads `key=value; key=value`. An unknown word or a wrong value is refused with 400, never ignored:
 * a misspelt fault would otherwise be a test that passes because nothing went wrong.
 */
export function parseScript(source: string): Script {
  const known = parsed.get(source);
  if (known) return known;
  const script: Record<string, unknown> = {};
  for (const part of source.split(';')) {
    const word = part.trim();
    if (word === '') continue;
    const equals = word.indexOf('=');
    const key = equals < 0 ? word : word.slice(0, equals).trim();
    const reader = (SCRIPT_WORDS as Record<string, (raw: string | undefined, key: string) => unknown>)[key];
    if (!reader || !Object.hasOwn(SCRIPT_WORDS, key)) {
      throw new SandboxRefusal(400, `The sandbox knows no script word "${key}".`, { code: 'unknown_script' });
    }
    script[key] = reader(equals < 0 ? undefined : word.slice(equals + 1).trim(), key);
  }
  parsed.set(source, script);
  return script;
}

const DIRECTIVE = '[[sandbox:';

/** Where a request may carry a script, the weakest first. */
export interface ScriptSources {
  /** What the whole server was told to do. */
  standing: Script;
  model: string;
  header: string | undefined;
  message: string;
}

/** The script of one request: words of the message win over the header's, those over the model name's. */
export function scriptOf(sources: ScriptSources): Script {
  const { standing, model, header, message } = sources;
  const at = model.lastIndexOf('@');
  const opening = message.lastIndexOf(DIRECTIVE);
  if (at <= 0 && header === undefined && opening < 0) return standing;
  const script = { ...standing };
  if (at > 0) Object.assign(script, parseScript(model.slice(at + 1)));
  if (header !== undefined) Object.assign(script, parseScript(header));
  if (opening >= 0) {
    const closing = message.indexOf(']]', opening);
    Object.assign(
      script,
      parseScript(message.slice(opening + DIRECTIVE.length, closing < 0 ? undefined : closing)),
    );
  }
  return script;
}
