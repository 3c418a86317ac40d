/** A model server that thinks for no time: reads the whole request, answers the same completion; or the same stream. */
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { ANSWER, STREAM_CHUNK, STREAM_CHUNK_MS, STREAM_CHUNKS, STREAM_END } from './answer.ts';

const STREAM_MARK = Buffer.from('"stream":true');
const body = Buffer.from(ANSWER);
const headers = { 'content-type': 'application/json', 'content-length': body.length };
const chunk = Buffer.from(STREAM_CHUNK);

/** Streams in the order they began: one timer hands all of them their next chunk. */
const streams = new Map<ServerResponse, number>();

setInterval(() => {
  for (const [response, sent] of streams) {
    if (response.destroyed || sent === STREAM_CHUNKS) {
      streams.delete(response);
      response.end(STREAM_END);
    } else {
      streams.set(response, sent + 1);
      response.write(chunk);
    }
  }
}, STREAM_CHUNK_MS);

const server = createServer({ noDelay: true, keepAliveTimeout: 75_000 }, (request, response) => {
  let isStream = false;
  request.on('data', (part: Buffer) => {
    isStream ||= part.includes(STREAM_MARK);
  });
  request.on('end', () => {
    if (isStream) {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      streams.set(response, 0);
      return;
    }
    response.writeHead(200, headers);
    response.end(body);
  });
});
server.listen(0, '127.0.0.1', () => process.send!({ port: (server.address() as AddressInfo).port }));
process.on('disconnect', () => process.exit(0));
