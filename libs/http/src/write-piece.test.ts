import { createServer, get, type Server, type ServerResponse } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { writePiece } from './write-piece.js';

const HEAD_END = '\r\n\r\n';

describe('A body in pieces', () => {
  let server: Server;
  let serve: (response: ServerResponse) => void;
  const sockets: Socket[] = [];

  beforeAll(async () => {
    server = createServer((_request, response) => serve(response));
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  });

  afterAll(async () => {
    for (const socket of sockets) socket.destroy();
    server.closeAllConnections();
    await new Promise((done) => server.close(done));
  });

  function port(): number {
    return (server.address() as AddressInfo).port;
  }

  /** Everything that comes for these requests, until the connection or the waiting ends. */
  function bytesFor(requests: string, isWhole: (received: string) => boolean): Promise<string> {
    return new Promise((done, fail) => {
      const socket = connect(port(), '127.0.0.1', () => socket.write(requests));
      sockets.push(socket);
      let received = '';
      socket.setEncoding('latin1');
      socket.on('data', (bytes: string) => {
        received += bytes;
        if (isWhole(received)) done(received);
      });
      socket.on('end', () => done(received));
      socket.on('error', fail);
    });
  }

  it('has the size of each piece before it and nothing behind the last', async () => {
    serve = (response) => {
      response.writeHead(200, ['content-type', 'text/event-stream']);
      writePiece(response, Buffer.from('a'.repeat(26)));
      writePiece(response, Buffer.alloc(0));
      writePiece(response, Buffer.from('é'));
      response.end(Buffer.from('the end'));
    };
    const received = await bytesFor('GET / HTTP/1.1\r\nhost: x\r\n\r\n', (text) =>
      text.endsWith('0\r\n\r\n'),
    );
    const [head, ...rest] = received.split(HEAD_END);
    expect(head).toMatch(/^HTTP\/1\.1 200 OK\r\n/);
    expect(head!.toLowerCase()).toContain('transfer-encoding: chunked');
    expect(rest.join(HEAD_END)).toBe(
      `1a\r\n${'a'.repeat(26)}\r\n2\r\n\u00c3\u00a9\r\n7\r\nthe end\r\n0\r\n\r\n`,
    );
  });

  it('leaves its connection ready for the next request', async () => {
    let served = 0;
    serve = (response) => {
      served += 1;
      response.writeHead(200, []);
      writePiece(response, Buffer.from(`answer ${served}`));
      response.end(Buffer.from('!'));
    };
    const request = 'GET / HTTP/1.1\r\nhost: x\r\n\r\n';
    const received = await bytesFor(request + request, (text) => text.split('0\r\n\r\n').length === 3);
    expect(received.match(/answer \d/g)).toEqual(['answer 1', 'answer 2']);
  });

  it('comes bare to a client of HTTP/1.0, whose connection closes behind it', async () => {
    serve = (response) => {
      response.writeHead(200, []);
      writePiece(response, Buffer.from('one '));
      response.end(Buffer.from('two'));
    };
    const received = await bytesFor('GET / HTTP/1.0\r\n\r\n', () => false);
    expect(received.slice(received.indexOf(HEAD_END))).toBe(`${HEAD_END}one two`);
    expect(received.toLowerCase()).not.toContain('transfer-encoding');
  });

  it('is read by others as what was written, however large its pieces', async () => {
    const pieces = Array.from({ length: 20 }, (_, i) => Buffer.alloc(i * i * 997, i));
    serve = (response) => {
      response.writeHead(200, []);
      for (const piece of pieces) writePiece(response, piece);
      response.end(Buffer.from('.'));
    };
    const received = await new Promise<Buffer>((done, fail) => {
      get({ port: port(), host: '127.0.0.1' }, (response) => {
        const parts: Buffer[] = [];
        response.on('data', (part: Buffer) => parts.push(part));
        response.on('end', () => done(Buffer.concat(parts)));
        response.on('error', fail);
      });
    });
    expect(received.equals(Buffer.concat([...pieces, Buffer.from('.')]))).toBe(true);
  });

  it('says when its client does not keep up, and when it has', async () => {
    const open: boolean[] = [];
    let drained!: () => void;
    const drain = new Promise<void>((done) => {
      drained = done;
    });
    serve = (response) => {
      response.writeHead(200, []);
      open.push(writePiece(response, Buffer.from('a')));
      while (open.at(-1) && open.length < 10_000) open.push(writePiece(response, Buffer.alloc(2 * 1024)));
      open.push(writePiece(response, Buffer.alloc(0)));
      response.once('drain', () => {
        open.push(writePiece(response, Buffer.alloc(0)));
        response.end(Buffer.alloc(0));
        drained();
      });
    };
    const whole = bytesFor('GET / HTTP/1.1\r\nhost: x\r\n\r\n', (text) => text.endsWith('\r\n0\r\n\r\n'));
    await drain;
    expect(open[0]).toBe(true);
    expect(open.slice(-3)).toEqual([false, false, true]);
    expect((await whole).length).toBeGreaterThan(64 * 1024);
  });

  it('is one write a small piece, and no copy of a large one', async () => {
    const large = Buffer.alloc(64 * 1024, 'l');
    let forSmall: unknown[] = [];
    let forLarge: unknown[] = [];
    serve = (response) => {
      response.writeHead(200, []);
      writePiece(response, Buffer.from('first'));
      setImmediate(() => {
        forSmall = writesOf(response.socket!, () => writePiece(response, Buffer.from('second')));
        forLarge = writesOf(response.socket!, () => writePiece(response, large));
        response.end();
      });
    };
    await bytesFor('GET / HTTP/1.1\r\nhost: x\r\n\r\n', (text) => text.endsWith('0\r\n\r\n'));
    expect(forSmall.map(String)).toEqual(['6\r\nsecond\r\n']);
    expect(forLarge).toContain(large);
  });
});

/** What is written to the socket meanwhile. */
function writesOf(socket: Socket, work: () => void): unknown[] {
  const written: unknown[] = [];
  const write = socket.write.bind(socket);
  socket.write = ((...given: Parameters<typeof write>) => {
    written.push(given[0]);
    return write(...given);
  }) as typeof socket.write;
  work();
  socket.write = write;
  return written;
}
