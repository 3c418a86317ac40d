/** A model server that thinks for no time: reads the whole request, answers the same completion. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { ANSWER } from './answer.ts';

const body = Buffer.from(ANSWER);
const headers = { 'content-type': 'application/json', 'content-length': body.length };

const server = createServer({ noDelay: true, keepAliveTimeout: 75_000 }, (request, response) => {
  request.on('data', () => undefined);
  request.on('end', () => {
    response.writeHead(200, headers);
    response.end(body);
  });
});
server.listen(0, '127.0.0.1', () => process.send!({ port: (server.address() as AddressInfo).port }));
process.on('disconnect', () => process.exit(0));
