const LF = 0x0a;
const CR = 0x0d;

/** Where the last byte left us: at the start of a line that has no bytes yet, */
const LINE_START = 0;
/** in a line, */
const IN_LINE = 1;
/** behind a CR that ended a line (a LF right after it belongs to it), */
const AFTER_CR = 2;
/** or behind a CR that ended an empty line, and with it the event, but for a LF that may still follow. */
const AFTER_BLANK_CR = 3;

/**
 * Finds where server-sent events end, over any boundaries of network chunks. Lines end in LF, CRLF or CR; an event ends
 * after an empty line. A CR that is the last byte so far is undecided, so the place of an end depends on the bytes
 * alone and never on how they were cut.
 */
export class EventBoundary {
  /** Non-empty lines of the event so far. */
  lineCount = 0;
  private at: number = LINE_START;
  private chunkHasCr = false;

  /** To be called once for each network chunk: in most streams there is no CR at all, and lines are found natively. */
  enter(chunk: Buffer): void {
    this.chunkHasCr = chunk.indexOf(CR) >= 0;
  }

  /** To be called when an event has been taken. */
  startEvent(): void {
    this.lineCount = 0;
  }

  /** The offset after the event that goes on at `from`, or -1 when its end is not in this chunk. */
  find(chunk: Buffer, from: number): number {
    let index = from;
    while (index < chunk.length) {
      if (this.at === IN_LINE) {
        index = this.endLine(chunk, index);
        if (index < 0) return -1;
        continue;
      }
      const byte = chunk[index];
      if (this.at === AFTER_BLANK_CR) {
        this.at = LINE_START;
        return byte === LF ? index + 1 : index;
      }
      if (byte === LF) {
        index += 1;
        if (this.at === LINE_START) return index;
        this.at = LINE_START;
      } else if (byte === CR) {
        this.at = AFTER_BLANK_CR;
        index += 1;
      } else {
        this.at = IN_LINE;
        this.lineCount += 1;
      }
    }
    return -1;
  }

  /** The offset after the line's terminator, or -1 when the line goes on behind this chunk. */
  private endLine(chunk: Buffer, from: number): number {
    if (!this.chunkHasCr) {
      const lf = chunk.indexOf(LF, from);
      if (lf >= 0) this.at = LINE_START;
      return lf < 0 ? -1 : lf + 1;
    }
    for (let index = from; index < chunk.length; index += 1) {
      const byte = chunk[index]!;
      if (byte !== LF && byte !== CR) continue;
      this.at = byte === LF ? LINE_START : AFTER_CR;
      return index + 1;
    }
    return -1;
  }
}
