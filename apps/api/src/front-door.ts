import type { RequestListener } from 'node:http';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { AUTH_PREFIX, type AuthEndpoint } from '#accounts';
import { DomainError, newId } from '#common';
import { type CompletionsEndpoint, ENDPOINT_OF_PATH, type Endpoint } from '#completions';
import { FROM_ANYWHERE, sendError, setHeaders } from '#http';
import type { DashboardProxy } from './dashboard-proxy.js';

/** Larger than any header of ours; an upstream's cookies do not pass here. */
const MAX_HEADER_BYTES = 32 * 1024;
/** Longer than the idle time of the load balancers in front of us, so that they close first. */
const KEEP_ALIVE_MS = 75_000;
/** How often slow requests are looked for while their limit passes: it is at most this part of itself late. */
const LOOKS_A_LIMIT = 30;

/** The paths served in front of Express. `/api/v1` is the same as `/v1`, a slash at the end is no difference. */
export const METERED_PATHS: ReadonlyMap<string, Endpoint> = new Map(
  [...ENDPOINT_OF_PATH].flatMap(([path, endpoint]) => [
    [`/v1${path}`, endpoint],
    [`/api/v1${path}`, endpoint],
  ]),
);

/** Called by programs from anywhere, with a key. */
const PROGRAM_PATHS = /^\/(v1|api\/v1|api\/billing)(\/|$)/;
/** Those of them that are only read. */
const READ_PATHS = /^\/(api\/)?v1\/(models(\/.+)?|usage|requests\/[^/]+)$|^\/api\/billing\/subscription$/;

/** What depends on who asks: no cache on the way may keep it. */
const PERSONAL_PATHS = /^\/api\/(auth|operator|dashboard(?!\/public(\/|$)))(\/|$)/;

type Destination = Endpoint | 'api' | 'auth' | 'page';

/**
 * The one public port: what is metered straight to the request path, the rest of the API to Nest, everything
 * else to the dashboard.
 */
export function createFrontDoor(rooms: {
  completions: CompletionsEndpoint;
  auth: AuthEndpoint;
  api: RequestListener;
  dashboard: DashboardProxy | undefined;
  /** For a request's headers to arrive, and as long again for its body. */
  headersSeconds: number;
  /** Whether the process is about to end: connections are then given back with their answer. */
  isLeaving: () => boolean;
}): Server {
  const headersTimeout = rooms.headersSeconds * 1000;
  const server = createServer(
    {
      maxHeaderSize: MAX_HEADER_BYTES,
      keepAliveTimeout: KEEP_ALIVE_MS,
      noDelay: true,
      headersTimeout,
      // The metered paths watch their bodies themselves, and are sooner; what is behind them has only this.
      requestTimeout: 2 * headersTimeout,
      // Node looks every 30 s by default, and a limit would be that much late.
      connectionsCheckingInterval: Math.ceil(headersTimeout / LOOKS_A_LIMIT),
    },
    (request, response) => {
      const destination = destinationOf(request);
      if (rooms.isLeaving()) response.setHeader('connection', 'close');
      // Without a dashboard every page is the API's, which says 404 in its own shape.
      if (destination === 'page' && rooms.dashboard) rooms.dashboard.page(request, response);
      else if (destination === 'auth') auth(rooms.auth, request, response);
      else if (destination === 'page' || destination === 'api') api(rooms.api, request, response);
      else metered(rooms.completions, { endpoint: destination, request, response });
    },
  );
  server.on('upgrade', (request, socket, head) => {
    if (rooms.dashboard && destinationOf(request) === 'page') rooms.dashboard.upgrade(request, socket, head);
    else socket.destroy();
  });
  return server;
}

function pathOf(url: string): string {
  const query = url.indexOf('?');
  const path = query < 0 ? url : url.slice(0, query);
  return path.length > 1 && path.endsWith('/') ? path.slice(0, -1) : path;
}

function destinationOf(request: IncomingMessage): Destination {
  const path = pathOf(request.url ?? '/');
  const endpoint = METERED_PATHS.get(path);
  if (endpoint !== undefined) return endpoint;
  if (path.startsWith(`${AUTH_PREFIX}/`)) return 'auth';
  if (/^\/(v1|api)(\/|$)/.test(path) || path === '/healthz' || path === '/readyz' || path === '/unsubscribe')
    return 'api';
  return 'page';
}

function metered(
  completions: CompletionsEndpoint,
  { endpoint, request, response }: { endpoint: Endpoint; request: IncomingMessage; response: ServerResponse },
): void {
  if (request.method === 'POST') {
    // It sets every header itself: one set here would send Node the long way round for all of them.
    completions.serve(endpoint, request, response);
    return;
  }
  setHeaders(response, FROM_ANYWHERE);
  if (request.method === 'OPTIONS') {
    answerOptions(request, response, 'POST, OPTIONS');
  } else {
    response.setHeader('x-request-id', newId('request'));
    response.setHeader('allow', 'POST, OPTIONS');
    sendError(response, new DomainError('method_not_allowed', 'Use POST here.'));
  }
}

/** Sign-in, before anything reads the body. */
function auth(endpoint: AuthEndpoint, request: IncomingMessage, response: ServerResponse): void {
  response.setHeader('x-request-id', newId('request'));
  response.setHeader('x-content-type-options', 'nosniff');
  response.setHeader('cache-control', 'no-store');
  endpoint.serve(request, response);
}

/** What every answer of the API carries, whoever writes it; methods and preflights of what programs call. */
function api(listener: RequestListener, request: IncomingMessage, response: ServerResponse): void {
  const path = pathOf(request.url ?? '/');
  response.setHeader('x-request-id', newId('request'));
  response.setHeader('x-content-type-options', 'nosniff');
  if (PERSONAL_PATHS.test(path)) response.setHeader('cache-control', 'no-store');
  if (!PROGRAM_PATHS.test(path)) {
    listener(request, response);
    return;
  }
  setHeaders(response, FROM_ANYWHERE);
  if (request.method === 'OPTIONS') {
    answerOptions(request, response, 'GET, HEAD, OPTIONS');
  } else if (READ_PATHS.test(path) && request.method !== 'GET' && request.method !== 'HEAD') {
    response.setHeader('allow', 'GET, HEAD, OPTIONS');
    sendError(response, new DomainError('method_not_allowed', 'Use GET here.'));
  } else {
    listener(request, response);
  }
}

/** The answer to a browser's preflight. Keys travel in a header, never in a cookie: no credentials. */
function answerOptions(request: IncomingMessage, response: ServerResponse, methods: string): void {
  response.writeHead(204, {
    allow: methods,
    'access-control-allow-methods': methods,
    'access-control-allow-headers':
      request.headers['access-control-request-headers'] ?? 'authorization, content-type, x-api-key',
    'access-control-max-age': '86400',
  });
  response.end();
}
