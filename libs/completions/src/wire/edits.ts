/** One replacement in a run of bytes: `[start, end)` becomes `text`. An insertion has start = end. */
export interface Edit {
  start: number;
  end: number;
  text: string;
}

/** UTF-8 needs at most three bytes for one UTF-16 unit. */
const MAX_BYTES_PER_UNIT = 3;

/** The bytes with the edits made and everything else copied as it is. Edits are in order and do not overlap. */
export function applyEdits(bytes: Buffer, edits: readonly Edit[]): Buffer {
  if (edits.length === 0) return bytes;
  let room = bytes.length;
  for (const edit of edits) room += edit.text.length * MAX_BYTES_PER_UNIT;
  const out = Buffer.allocUnsafe(room);
  let read = 0;
  let written = 0;
  for (const edit of edits) {
    written += bytes.copy(out, written, read, edit.start);
    written += out.write(edit.text, written, 'utf8');
    read = edit.end;
  }
  written += bytes.copy(out, written, read);
  return out.subarray(0, written);
}

/** Puts an edit where it belongs; there are never more than a handful. */
export function insertEdit(edits: Edit[], edit: Edit): void {
  edits.push(edit);
  for (let at = edits.length - 1; at > 0 && edits[at - 1]!.start > edit.start; at -= 1) {
    edits[at] = edits[at - 1]!;
    edits[at - 1] = edit;
  }
}
