import { applyEdits, type Edit, insertEdit } from './edits.js';
import type { BodyPositions } from './request-body.js';

/** Under which names an upstream is told the output limit: a setting of the upstream. */
export type LimitNames = 'both' | 'max_tokens' | 'max_completion_tokens';

export interface RequestSplice {
  /** The route's name for the model. */
  model: string;
  /** Output tokens of one choice, as far as the hold covers them; undefined where nothing is written. */
  maxOutputTokens: number | undefined;
  limitNames: LimitNames;
  /** Whether to ask for usage at the end of the stream; for streams only. */
  askUsage: boolean;
}

/**
 * The caller's own bytes with the model's name, the output limit and the wish for usage put in, and nothing else
 * changed. The limit goes under the name the caller used and under `max_tokens` too, unless the upstream's setting
 * names one: then a limit under the other name is renamed, or null where both were sent, since some upstreams refuse
 * the name they do not know. What was absent is inserted after the model.
 */
export function spliceRequest(
  request: { bytes: Buffer; positions: BodyPositions },
  splice: RequestSplice,
): Buffer {
  const edits: Edit[] = [];
  const inserted = limitEdits(request.positions, splice, edits);
  const model = request.positions.fields.model!;
  const usage = splice.askUsage ? usageEdit(request.positions, edits) : '';
  insertEdit(edits, {
    start: model.valueStart,
    end: model.valueEnd,
    text: JSON.stringify(splice.model) + inserted + usage,
  });
  return applyEdits(request.bytes, edits);
}

/** Adds the edits of limits that are there and returns the text of what must be inserted. */
function limitEdits({ fields }: BodyPositions, splice: RequestSplice, edits: Edit[]): string {
  if (splice.maxOutputTokens === undefined) return '';
  const limit = String(splice.maxOutputTokens);
  const { max_tokens: old, max_completion_tokens: recent } = fields;
  if (splice.limitNames === 'both') {
    if (recent) insertEdit(edits, { start: recent.valueStart, end: recent.valueEnd, text: limit });
    if (!old) return `,"max_tokens":${limit}`;
    insertEdit(edits, { start: old.valueStart, end: old.valueEnd, text: limit });
    return '';
  }
  const [wanted, other] = splice.limitNames === 'max_tokens' ? [old, recent] : [recent, old];
  if (wanted) {
    insertEdit(edits, { start: wanted.valueStart, end: wanted.valueEnd, text: limit });
    if (other) insertEdit(edits, { start: other.valueStart, end: other.valueEnd, text: 'null' });
    return '';
  }
  const named = `"${splice.limitNames}":${limit}`;
  if (!other) return `,${named}`;
  insertEdit(edits, { start: other.keyStart, end: other.valueEnd, text: named });
  return '';
}

/** Adds the edit that asks for usage where `stream_options` is there, else returns the text to insert. */
function usageEdit({ fields, streamOptions, includeUsage }: BodyPositions, edits: Edit[]): string {
  const whole = fields.stream_options;
  if (!whole) return ',"stream_options":{"include_usage":true}';
  if (includeUsage) {
    insertEdit(edits, { start: includeUsage.valueStart, end: includeUsage.valueEnd, text: 'true' });
  } else if (streamOptions) {
    const start = streamOptions.open + 1;
    const comma = streamOptions.fieldCount > 0 ? ',' : '';
    insertEdit(edits, { start, end: start, text: `"include_usage":true${comma}` });
  } else {
    insertEdit(edits, { start: whole.valueStart, end: whole.valueEnd, text: '{"include_usage":true}' });
  }
  return '';
}
