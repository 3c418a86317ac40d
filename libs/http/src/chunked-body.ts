import type { OutgoingHttpHeader, ServerResponse } from 'node:http';

const CR = 0x0d;
const LF = 0x0a;
/** The chunk of no bytes that ends the body, behind the one before it. */
const LAST_CHUNK = Buffer.from('0\r\n\r\n');
const NOTHING = Buffer.alloc(0);

/**
 * A body whose length nobody knows yet, in chunked coding (RFC 9112, 7.1), a single write to the socket for each piece.
 * Node makes four of it (size, line end, piece, line end), which costs a relayed piece more than reading it does.
 * Whoever uses it ends the response by `end` alone.
 */
export class ChunkedBody {
  /** Whether the pieces are to be framed: a client of HTTP/1.0 gets them bare, until its connection closes. */
  private framed = false;

  constructor(private readonly response: ServerResponse) {}

  /** The head, which leaves with the first piece. Node decides what it says of the coding. */
  begin(status: number, headers: OutgoingHttpHeader[]): void {
    this.response.writeHead(status, headers);
    this.framed = this.response.chunkedEncoding;
    this.response.chunkedEncoding = false;
  }

  /** False, as a stream's `write` is, when the client has much to take in already: wait for `drain`. */
  write(piece: Buffer): boolean {
    // A chunk of no bytes would be the last one.
    if (piece.length === 0) return !this.response.writableNeedDrain;
    return this.response.write(this.framed ? frame(piece, NOTHING) : piece);
  }

  /** The last piece, and the end. */
  end(piece: Buffer): void {
    if (!this.framed) this.response.end(piece);
    else this.response.end(piece.length === 0 ? LAST_CHUNK : frame(piece, LAST_CHUNK));
  }
}

function frame(piece: Buffer, behind: Buffer): Buffer {
  const size = piece.length.toString(16);
  const framed = Buffer.allocUnsafe(size.length + piece.length + behind.length + 4);
  let at = framed.write(size, 'latin1');
  framed[at++] = CR;
  framed[at++] = LF;
  at += piece.copy(framed, at);
  framed[at++] = CR;
  framed[at++] = LF;
  behind.copy(framed, at);
  return framed;
}
