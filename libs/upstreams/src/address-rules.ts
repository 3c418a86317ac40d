import type { LookupAddress } from 'node:dns';
import { lookup } from 'node:dns/promises';
import { isIP, type LookupFunction } from 'node:net';
import { AllowedPrivate, isPublicAddress } from './private-networks.js';
import { AddressRefusedError } from './upstreams.errors.js';

/** An upstream's address, taken apart. */
export interface UpstreamAddress {
  origin: string;
  /** Without a trailing slash; empty at the root. */
  pathPrefix: string;
  /** A name or an IP address, without brackets. */
  host: string;
}

type Resolve = (host: string) => Promise<LookupAddress[]>;

/** Takes an address apart. Throws AddressRefusedError on what no upstream may have, wherever it is set. */
export function parseAddress(text: string): UpstreamAddress {
  let url: URL;
  try {
    url = new URL(text.trim());
  } catch {
    throw new AddressRefusedError('The address is not a URL. It looks like https://models.example.com/v1.');
  }
  if (url.protocol !== 'http:' && url.protocol !== 'https:') {
    throw new AddressRefusedError('The address must begin with http:// or https://.');
  }
  if (url.username !== '' || url.password !== '') {
    throw new AddressRefusedError('Leave name and password out of the address; give the key by itself.');
  }
  if (url.hash !== '' || url.search !== '' || text.includes('#') || text.includes('?')) {
    throw new AddressRefusedError('The address may not have a query or a fragment.');
  }
  return {
    origin: url.origin,
    pathPrefix: url.pathname.replace(/\/+$/, ''),
    host: url.hostname.replace(/^\[|\]$/g, ''),
  };
}

/**
 * Keeps what people add in a browser away from the inside of the operator's network: loopback, private, link-local
 * and metadata addresses are refused when an upstream is added and, since a name may point elsewhere tomorrow,
 * again at each connection.
 */
export class AddressRules {
  private readonly allowed: AllowedPrivate;

  constructor(
    allowedPrivateUpstreams: string[],
    private readonly resolve: Resolve = (host) => lookup(host, { all: true }),
  ) {
    this.allowed = new AllowedPrivate(allowedPrivateUpstreams);
  }

  /** Throws AddressRefusedError when the host is, or resolves to, an address that is not public or allowed. */
  async requirePublic(address: UpstreamAddress): Promise<void> {
    if (this.allowed.host(address.host)) return;
    const addresses = isIP(address.host)
      ? [{ address: address.host }]
      : await this.resolve(address.host).catch(() => []);
    if (addresses.length === 0) throw new AddressRefusedError('The host name of this address is not known.');
    if (!addresses.every((one) => this.mayConnect(one.address))) {
      throw new AddressRefusedError(
        'This address is inside a private network. Add it at the command line, or name it in ALLOWED_PRIVATE_UPSTREAMS.',
      );
    }
  }

  /** A name lookup that answers only with addresses one may connect to, so that no name is checked and then moved. */
  readonly guardedLookup: LookupFunction = (hostname, options, callback) => {
    this.resolve(hostname).then(
      (addresses) => {
        const anywhere = this.allowed.host(hostname);
        const open = addresses.filter(({ address }) => anywhere || this.mayConnect(address));
        const [first] = open;
        if (!first) callback(new Error('the name has no address one may connect to'), '');
        else if (options.all) callback(null, open);
        else callback(null, first.address, first.family);
      },
      (error: Error) => callback(error, ''),
    );
  };

  /** Whether the address, when it is a literal one that no lookup will see, may be connected to. */
  mayUse(address: UpstreamAddress): boolean {
    return !isIP(address.host) || this.mayConnect(address.host);
  }

  private mayConnect(address: string): boolean {
    return isPublicAddress(address) || this.allowed.address(address);
  }
}
