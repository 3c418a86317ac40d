import type { IncomingMessage } from 'node:http';

/** An IPv4 address that came through an IPv6 socket, as people write it. */
const plain = (address: string) => address.trim().replace(/^::ffff:/i, '');

/**
 * Who asks: the peer of the connection, or, when that is a proxy we were told to trust, the last address in
 * `x-forwarded-for` that is none. Whatever a client writes there itself stands before that one and is not believed.
 */
export function clientAddress(request: IncomingMessage, trustedProxies: readonly string[]): string {
  let address = plain(request.socket.remoteAddress ?? 'unknown');
  const forwarded = request.headers['x-forwarded-for'];
  const hops = (Array.isArray(forwarded) ? forwarded.join(',') : (forwarded ?? '')).split(',').map(plain);
  while (trustedProxies.includes(address)) {
    const hop = hops.pop();
    if (!hop) break;
    address = hop;
  }
  return address;
}
