import type { LookupFunction } from 'node:net';
import { Inject, Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { type Dispatcher, Pool } from 'undici';
import { AddressRules, type UpstreamAddress } from './address-rules.js';
import { UPSTREAMS_SETTINGS, type UpstreamsSettings } from './upstreams.settings.js';

/** More than one process may have in flight; past it requests queue for a connection. */
const CONNECTIONS_PER_ORIGIN = 4096;
/** An upstream's answer headers; more is an attack or a mistake. */
const MAX_HEADER_BYTES = 32 * 1024;

/** One pool of connections for each origin, shared by all upstreams there. */
@Injectable()
export class UpstreamPools implements OnApplicationShutdown {
  private readonly trusted = new Map<string, Pool>();
  private readonly guarded = new Map<string, Pool>();

  constructor(
    @Inject(UPSTREAMS_SETTINGS) private readonly settings: UpstreamsSettings,
    private readonly rules: AddressRules,
  ) {}

  /** For an address the operator set outside the browser: it may be anywhere. */
  forTrusted(address: UpstreamAddress): Dispatcher {
    return this.pool(this.trusted, address.origin, {});
  }

  /** For an address from the console: its name is checked at each connection. */
  forGuarded(address: UpstreamAddress): Dispatcher {
    return this.pool(this.guarded, address.origin, { lookup: this.rules.guardedLookup });
  }

  /** The process has stopped answering by now; what is still running is cut. */
  async onApplicationShutdown(): Promise<void> {
    const pools = [...this.trusted.values(), ...this.guarded.values()];
    this.trusted.clear();
    this.guarded.clear();
    await Promise.all(pools.map((pool) => pool.destroy()));
  }

  private pool(pools: Map<string, Pool>, origin: string, connect: { lookup?: LookupFunction }): Pool {
    const existing = pools.get(origin);
    if (existing) return existing;
    const pool = new Pool(origin, {
      connections: CONNECTIONS_PER_ORIGIN,
      pipelining: 1,
      allowH2: false,
      maxHeaderSize: MAX_HEADER_BYTES,
      connect: { ...connect, timeout: this.settings.connectSeconds * 1000 },
    });
    pools.set(origin, pool);
    return pool;
  }
}
