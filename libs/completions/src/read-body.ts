import type { IncomingMessage } from 'node:http';
import { type Deadlines, DomainError } from '#common';
import { requestTooLarge } from './completions.errors.js';
import { MAX_BODY_BYTES } from './wire/request-body.js';

/**
 * The whole request body. Rejects with `request_too_large`, with `request_timeout` when it is not complete within
 * `seconds`, with `unsupported_value` when it is encoded, and with `undefined` when the client left.
 */
export function readBody(
  request: IncomingMessage,
  limits: { seconds: number; deadlines: Deadlines },
): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const declared = Number(request.headers['content-length'] ?? 0);
    const encoding = request.headers['content-encoding'];
    if (encoding !== undefined && encoding !== 'identity') {
      reject(new DomainError('unsupported_value', 'Send the request body without Content-Encoding.'));
      return;
    }
    if (declared > MAX_BODY_BYTES) {
      reject(requestTooLarge(MAX_BODY_BYTES));
      return;
    }
    const chunks: Buffer[] = [];
    let length = 0;
    const deadline = limits.deadlines.begin(() => {
      fail(new DomainError('request_timeout', `The request body did not arrive within ${limits.seconds} s.`));
    });
    // The listeners stay: to take them off costs more than to have them look whether it is over.
    let over = false;
    const stop = () => {
      over = true;
      limits.deadlines.end(deadline);
    };
    const fail = (error: DomainError | undefined) => {
      if (over) return;
      stop();
      request.pause();
      reject(error);
    };
    const onData = (chunk: Buffer) => {
      if (over) return;
      length += chunk.length;
      if (length > MAX_BODY_BYTES) fail(requestTooLarge(MAX_BODY_BYTES));
      else chunks.push(chunk);
    };
    const onEnd = () => {
      if (over) return;
      stop();
      resolve(chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks, length));
    };
    const onClose = () => fail(undefined);
    request.on('data', onData).on('end', onEnd).on('close', onClose).on('error', onClose);
  });
}
