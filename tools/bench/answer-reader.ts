const HEAD_END = Buffer.from('\r\n\r\n');
const LAST_CHUNK = Buffer.from('0\r\n\r\n');
/** What is kept of a stream: its end, where usage and `[DONE]` are. */
const TAIL_BYTES = 2_048;

/** One answer on a connection, told from the next by its length or its last chunk. Just enough HTTP for that. */
export class AnswerReader {
  private received: Buffer | undefined;
  /** Of head and body together; -1 while unknown; Infinity for a chunked one. */
  private length = -1;
  status = 0;
  private requestId: string | undefined;

  /** Takes bytes; true when the answer is whole. */
  push(chunk: Buffer): boolean {
    this.received = this.received === undefined ? chunk : Buffer.concat([this.received, chunk]);
    if (this.length < 0 && !this.readHead(this.received)) return false;
    if (this.length !== Number.POSITIVE_INFINITY) return this.received.length >= this.length;
    if (this.received.length > TAIL_BYTES) this.received = this.received.subarray(-TAIL_BYTES);
    return this.received.subarray(-LAST_CHUNK.length).equals(LAST_CHUNK);
  }

  /** The whole answer, or the end of a stream; makes ready for the next. */
  take(): { bytes: Buffer; status: number; requestId: string | undefined } {
    const taken = { bytes: this.received!, status: this.status, requestId: this.requestId };
    this.received = undefined;
    this.length = -1;
    return taken;
  }

  private readHead(received: Buffer): boolean {
    const end = received.indexOf(HEAD_END);
    if (end < 0) return false;
    const head = received.toString('latin1', 0, end);
    this.status = Number(head.slice(9, 12));
    this.requestId = /\r\nx-request-id: *(\S+)/i.exec(head)?.[1];
    const length = /\r\ncontent-length: *(\d+)/i.exec(head)?.[1];
    if (length !== undefined) this.length = end + HEAD_END.length + Number(length);
    else if (/\r\ntransfer-encoding: *chunked/i.test(head)) this.length = Number.POSITIVE_INFINITY;
    else throw new Error(`an answer without a length:\n${head}`);
    return true;
  }
}
