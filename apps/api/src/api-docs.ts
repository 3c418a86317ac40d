import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { gunzip, gzip } from 'node:zlib';
import type { OpenAPIObject } from '@nestjs/swagger';
import type { Request, RequestHandler, Response } from 'express';

const UI_FOLDER = dirname(createRequire(import.meta.url).resolve('swagger-ui-dist/package.json'));
/** Styles stand at elements there, and one icon is an address of its own; nothing is of another host. */
const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
const PAGE = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Dashboard API</title>
<link rel="stylesheet" href="/api/docs/swagger-ui.css">
</head>
<body>
<div id="docs"></div>
<noscript>This page needs script. The document itself: <a href="/api/docs/openapi.json">openapi.json</a></noscript>
<script src="/api/docs/swagger-ui-bundle.js"></script>
<script src="/api/docs/start.js"></script>
</body>
</html>
`;
/** Without a validator: it would be asked at another host. */
const START = `SwaggerUIBundle({ url: '/api/docs/openapi.json', dom_id: '#docs', deepLinking: true, validatorUrl: null });
`;

interface Piece {
  type: string;
  content: () => string | Promise<string>;
}

const JAVASCRIPT = 'text/javascript; charset=utf-8';
const uiFile = (name: string) => () => readFile(join(UI_FOLDER, name), 'utf8');

/**
 * The reference of the API behind the dashboard, all of it from our own disk: for whoever builds on it, and to try it
 * in one's own session. `documentOf` is asked once, when somebody first looks.
 */
export function apiDocs(documentOf: () => OpenAPIObject): RequestHandler {
  const pieces: Record<string, Piece> = {
    '/': { type: 'text/html; charset=utf-8', content: () => PAGE },
    '/start.js': { type: JAVASCRIPT, content: () => START },
    '/swagger-ui-bundle.js': { type: JAVASCRIPT, content: uiFile('swagger-ui-bundle.js') },
    '/swagger-ui.css': { type: 'text/css; charset=utf-8', content: uiFile('swagger-ui.css') },
    '/openapi.json': {
      type: 'application/json; charset=utf-8',
      content: () => JSON.stringify(documentOf()),
    },
  };
  const packed = new Map<string, Promise<Buffer>>();
  return (request, response, next) => {
    const piece = Object.hasOwn(pieces, request.path) ? pieces[request.path] : undefined;
    if (!piece || (request.method !== 'GET' && request.method !== 'HEAD')) return next();
    const body = packed.get(request.path) ?? pack(piece);
    packed.set(request.path, body);
    body.then(
      (bytes) => send(request, response, { type: piece.type, bytes }).catch(next),
      (error: unknown) => {
        packed.delete(request.path);
        next(error);
      },
    );
  };
}

/** Packed once: the script is 1.5 MB as it comes. */
async function pack({ content }: Piece): Promise<Buffer> {
  return promisify(gzip)(await content());
}

async function send(
  request: Request,
  response: Response,
  { bytes, type }: { bytes: Buffer; type: string },
): Promise<void> {
  const isPacked = /\bgzip\b/.test(request.headers['accept-encoding'] ?? '');
  const body = isPacked ? bytes : await promisify(gunzip)(bytes);
  response.setHeader('content-type', type);
  response.setHeader('content-security-policy', POLICY);
  response.setHeader('referrer-policy', 'same-origin');
  response.setHeader('cache-control', 'public, max-age=300');
  response.setHeader('vary', 'accept-encoding');
  if (isPacked) response.setHeader('content-encoding', 'gzip');
  response.setHeader('content-length', body.length);
  response.end(request.method === 'HEAD' ? undefined : body);
}
