import { applyEdits, type Edit, insertEdit } from './edits.js';
import { lastField, type ScannedField, type ScannedObject, scanObject } from './field-scanner.js';

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const OPEN_BRACE = 0x7b;

/**
 * What an answer says about its cost: the upstream's own usage with our credits, or an object that is all ours, without
 * completion tokens where nothing is written.
 */
export type AnswerUsage =
  | { kind: 'reported'; credits: number }
  | { kind: 'ours'; promptTokens: number; completionTokens: number | undefined; credits: number };

/** What of a plain answer is spliced, whatever it answers: `model` and `usage`. */
export function answerEdits(json: Buffer, splice: { requestedModel: string; usage: AnswerUsage }): Edit[] {
  const scan = scanObject(json);
  const edits = modelEdits(json, scan, splice.requestedModel);
  addUsageEdits(json, scan, splice.usage, edits);
  return edits;
}

/** Edits that make every `model` of the object the id that was asked for. */
export function modelEdits(json: Buffer, scan: ScannedObject, requestedModel: string): Edit[] {
  const edits: Edit[] = [];
  for (const field of scan.fields) {
    if (field.name !== 'model' || isText(json, field, requestedModel)) continue;
    edits.push({ start: field.valueStart, end: field.valueEnd, text: JSON.stringify(requestedModel) });
  }
  return edits;
}

/** Adds the edits that put usage with credits into an answer or a chunk whose own usage is the one that counts. */
export function addUsageEdits(json: Buffer, scan: ScannedObject, usage: AnswerUsage, edits: Edit[]): void {
  const field = lastField(scan, 'usage');
  if (usage.kind === 'reported' && field && isBrace(json, field)) {
    for (const edit of creditEdits(json, field, usage.credits)) insertEdit(edits, edit);
    return;
  }
  const text = usage.kind === 'ours' ? ourUsage(usage) : `{"credits":${usage.credits}}`;
  insertEdit(edits, setUsage(scan, text));
}

/** The edit that makes `text` the usage of the object: in place of the one there is, else as its last field. */
export function setUsage(scan: ScannedObject, text: string): Edit {
  const field = lastField(scan, 'usage');
  if (field) return { start: field.valueStart, end: field.valueEnd, text };
  const last = scan.fields.at(-1);
  const start = last ? last.valueEnd : scan.open + 1;
  return { start, end: start, text: `${last ? ',' : ''}"usage":${text}` };
}

/** The usage object to send where it is not edited in place: the upstream's, taken out of `source`, or ours. */
export function usageText(source: Buffer | undefined, usage: AnswerUsage): string {
  if (usage.kind === 'ours') return ourUsage(usage);
  const field = source && lastField(scanObject(source), 'usage');
  if (!field || !isBrace(source, field)) return `{"credits":${usage.credits}}`;
  const edits = creditEdits(source, field, usage.credits);
  for (const edit of edits) {
    edit.start -= field.valueStart;
    edit.end -= field.valueStart;
  }
  return applyEdits(source.subarray(field.valueStart, field.valueEnd), edits).toString('utf8');
}

function ourUsage(usage: AnswerUsage & { kind: 'ours' }): string {
  const { promptTokens, completionTokens, credits } = usage;
  const completion = completionTokens === undefined ? '' : `"completion_tokens":${completionTokens},`;
  const total = promptTokens + (completionTokens ?? 0);
  return `{"prompt_tokens":${promptTokens},${completion}"total_tokens":${total},"credits":${credits}}`;
}

/** Credits at the end of a usage object, or in place of what the upstream calls so. */
function creditEdits(json: Buffer, usage: ScannedField, credits: number): Edit[] {
  const inner = scanObject(json, usage.valueStart, usage.valueEnd);
  const text = String(credits);
  const edits: Edit[] = [];
  for (const field of inner.fields) {
    if (field.name === 'credits') edits.push({ start: field.valueStart, end: field.valueEnd, text });
  }
  if (edits.length > 0) return edits;
  const last = inner.fields.at(-1);
  const start = last ? last.valueEnd : inner.open + 1;
  return [{ start, end: start, text: `${last ? ',' : ''}"credits":${text}` }];
}

function isBrace(json: Buffer, field: ScannedField): boolean {
  return json[field.valueStart] === OPEN_BRACE;
}

/** Whether the value is that string. Bytes are compared until one could be an escape or beyond ASCII. */
function isText(json: Buffer, { valueStart, valueEnd }: ScannedField, text: string): boolean {
  if (json[valueStart] !== QUOTE) return false;
  for (let index = 0; index < text.length; index += 1) {
    const byte = json[valueStart + 1 + index]!;
    if (byte === BACKSLASH || byte >= 0x80)
      return JSON.parse(json.toString('utf8', valueStart, valueEnd)) === text;
    if (byte !== text.charCodeAt(index)) return false;
  }
  return json[valueStart + 1 + text.length] === QUOTE;
}
