import type { ServerResponse } from 'node:http';

const CR = 0x0d;
const LF = 0x0a;
/** To copy a larger piece costs more memory than it saves work. */
const MOST_COPIED_BYTES = 4 * 1024;

/**
 * Writes a piece of a body whose length nobody knows yet: like `response.write`, behind `writeHead`, and false as there
 * when the client has much to take in already. In chunked coding (RFC 9112, 7.1) Node makes four writes of a piece (size,
 * line end, piece, line end), which costs a small one more than reading it does; framed here it is one.
 */
export function writePiece(response: ServerResponse, piece: Buffer): boolean {
  // A client of HTTP/1.0 gets it bare. A chunk of no bytes would be the last one, which Node knows.
  const isFramed = response.chunkedEncoding && piece.length > 0 && piece.length <= MOST_COPIED_BYTES;
  if (!isFramed) return response.write(piece);
  response.chunkedEncoding = false;
  const isOpen = response.write(frame(piece));
  response.chunkedEncoding = true;
  return isOpen;
}

function frame(piece: Buffer): Buffer {
  const size = piece.length.toString(16);
  const framed = Buffer.allocUnsafe(size.length + piece.length + 4);
  let at = framed.write(size, 'latin1');
  framed[at++] = CR;
  framed[at++] = LF;
  at += piece.copy(framed, at);
  framed[at++] = CR;
  framed[at] = LF;
  return framed;
}
