import { randomBytes } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { Logger } from '@nestjs/common';
import compression from 'compression';
import { createProxyServer, type ProxyServer } from 'http-proxy-3';

const UNAVAILABLE = 'The dashboard is starting or not running. The API answers on the same address.\n';

/** Passes pages to Next.js on loopback: sets who asked, and the nonce that a page's scripts need. */
export class DashboardProxy {
  private readonly logger = new Logger(DashboardProxy.name);
  private readonly proxy: ProxyServer;
  /** Pages are eight times smaller compressed; Next itself is told not to. */
  private readonly compress = compression();

  constructor(private readonly options: { target: string; publicUrl: string }) {
    this.proxy = createProxyServer({ target: options.target, xfwd: false });
    this.proxy.on('error', (error, _request, response) => {
      this.logger.warn(`dashboard: ${error.message}`);
      if (response && 'writeHead' in response && !response.headersSent) {
        response.writeHead(503, { 'content-type': 'text/plain; charset=utf-8', 'retry-after': '2' });
        response.end(UNAVAILABLE);
      } else response?.destroy();
    });
  }

  page(request: IncomingMessage, response: ServerResponse): void {
    const nonce = randomBytes(16).toString('base64');
    const policy = contentSecurityPolicy(nonce);
    this.setForwarded(request);
    request.headers['x-nonce'] = nonce;
    // So that a page that needs a session can say where to return to after signing in.
    request.headers['x-page-path'] = request.url ?? '/';
    request.headers['content-security-policy'] = policy;
    response.setHeader('content-security-policy', policy);
    response.setHeader('x-content-type-options', 'nosniff');
    response.setHeader('referrer-policy', 'same-origin');
    response.setHeader('x-frame-options', 'DENY');
    this.compress(request as never, response as never, () => this.proxy.web(request, response));
  }

  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    this.setForwarded(request);
    this.proxy.ws(request, socket as never, head);
  }

  close(): void {
    this.proxy.close();
  }

  /** Whatever a client says of itself in these headers is replaced, never added to. */
  private setForwarded(request: IncomingMessage): void {
    const { protocol } = new URL(this.options.publicUrl);
    request.headers['x-forwarded-for'] = request.socket.remoteAddress ?? '';
    request.headers['x-forwarded-proto'] = protocol.slice(0, -1);
    request.headers['x-forwarded-host'] = request.headers.host ?? '';
    delete request.headers['forwarded'];
  }
}

/** Nothing from another host; scripts only with the page's own nonce. */
function contentSecurityPolicy(nonce: string): string {
  return [
    "default-src 'self'",
    `script-src 'self' 'nonce-${nonce}' 'strict-dynamic'`,
    "style-src 'self' 'unsafe-inline'",
    "img-src 'self' data: blob:",
    "font-src 'self'",
    "connect-src 'self'",
    "object-src 'none'",
    "base-uri 'self'",
    "form-action 'self'",
    "frame-ancestors 'none'",
  ].join('; ');
}
