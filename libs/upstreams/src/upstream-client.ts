import { Inject, Injectable } from '@nestjs/common';
import { RouteCall, type RouteHandlers, type RouteRequest } from './route-call.js';
import {
  type Attempt,
  UpstreamAttempt,
  type UpstreamHandlers,
  type UpstreamRequest,
} from './upstream-attempt.js';
import { UpstreamHealth } from './upstream-health.js';
import type { UpstreamTarget } from './upstream-target.js';
import { UPSTREAMS_SETTINGS, type UpstreamsSettings } from './upstreams.settings.js';

/**
 * Sends requests to upstreams. Of headers only content-type, accept, accept-encoding, content-length and our own
 * authorization go up. Times out as the settings say: to connect, to the first byte of the body, between bytes.
 */
@Injectable()
export class UpstreamClient {
  private readonly firstByteMs: number;
  private readonly idleMs: number;

  constructor(
    @Inject(UPSTREAMS_SETTINGS) settings: UpstreamsSettings,
    private readonly health: UpstreamHealth,
  ) {
    this.firstByteMs = settings.firstByteSeconds * 1000;
    this.idleMs = settings.idleSeconds * 1000;
  }

  /** Sends a request along a route: see `RouteCall`. `targets` is not empty. Never throws. */
  call(targets: readonly UpstreamTarget[], request: RouteRequest, handlers: RouteHandlers): RouteCall {
    const call = new RouteCall({ client: this, health: this.health }, targets, request, handlers);
    call.start();
    return call;
  }

  /** Never throws and never rejects: whatever goes wrong is told to `onError`. */
  send(target: UpstreamTarget, request: UpstreamRequest, handlers: UpstreamHandlers): Attempt {
    const headers = [
      'content-type',
      'application/json',
      'accept',
      request.accept,
      'accept-encoding',
      'identity',
    ];
    if (target.authorization !== null) headers.push('authorization', target.authorization);
    const attempt = new UpstreamAttempt(handlers, this.idleMs);
    target.dispatcher.dispatch(
      {
        origin: target.origin,
        path: target.pathPrefix + request.path,
        method: 'POST',
        headers,
        body: Array.isArray(request.body) ? Buffer.concat(request.body) : request.body,
        headersTimeout: this.firstByteMs,
        // Servers that send headers before they have read the prompt get the longer time for their first byte;
        // the attempt itself watches the time between bytes.
        bodyTimeout: Math.max(this.firstByteMs, this.idleMs),
      },
      attempt,
    );
    return attempt;
  }
}
