import { BlockList, isIP } from 'node:net';

/** IPv4 networks that are not the public Internet (IANA special-purpose registry, multicast, reserved). */
const PRIVATE_V4 = [
  '0.0.0.0/8',
  '10.0.0.0/8',
  '100.64.0.0/10',
  '127.0.0.0/8',
  '169.254.0.0/16',
  '172.16.0.0/12',
  '192.0.0.0/24',
  '192.0.2.0/24',
  '192.88.99.0/24',
  '192.168.0.0/16',
  '198.18.0.0/15',
  '198.51.100.0/24',
  '203.0.113.0/24',
  '224.0.0.0/4',
  '240.0.0.0/4',
];
/** Of IPv6 only global unicast is public; inside it these are special, or carry an IPv4 address. */
const GLOBAL_V6 = '2000::/3';
const SPECIAL_V6 = ['2001::/23', '2001:db8::/32', '2002::/16', '3fff::/20'];

function listOf(networks: string[]): BlockList {
  const list = new BlockList();
  for (const network of networks) {
    const [address = '', bits] = network.split('/');
    const version = isIP(address);
    const longest = version === 4 ? 32 : 128;
    const prefix = bits === undefined ? longest : Number(bits);
    if (version === 0 || !Number.isInteger(prefix) || prefix < 0 || prefix > longest) {
      throw new Error(`"${network}" is not an IP address or network`);
    }
    list.addSubnet(address, prefix, version === 4 ? 'ipv4' : 'ipv6');
  }
  return list;
}

const privateV4 = listOf(PRIVATE_V4);
const globalV6 = listOf([GLOBAL_V6]);
const specialV6 = listOf(SPECIAL_V6);

/** Whether an IP address is on the public Internet; anything not known to be is not. */
export function isPublicAddress(address: string): boolean {
  const version = isIP(address);
  if (version === 4) return !privateV4.check(address, 'ipv4');
  if (version === 6) return globalV6.check(address, 'ipv6') && !specialV6.check(address, 'ipv6');
  return false;
}

/** What `ALLOWED_PRIVATE_UPSTREAMS` names: addresses, networks and host names. Throws on an entry that is none. */
export class AllowedPrivate {
  private readonly networks: BlockList;
  private readonly hosts: Set<string>;

  constructor(entries: string[]) {
    const addresses = entries.filter((entry) => isIP(entry.split('/')[0] ?? '') !== 0);
    const names = entries.filter((entry) => !addresses.includes(entry));
    for (const name of names) {
      if (!/^[a-zA-Z0-9]([a-zA-Z0-9.-]*[a-zA-Z0-9])?$/.test(name)) {
        throw new Error(`"${name}" is not an IP address, network or host name`);
      }
    }
    this.networks = listOf(addresses);
    this.hosts = new Set(names.map((name) => name.toLowerCase()));
  }

  host(name: string): boolean {
    return this.hosts.has(name.toLowerCase());
  }

  address(address: string): boolean {
    const version = isIP(address);
    return version !== 0 && this.networks.check(address, version === 4 ? 'ipv4' : 'ipv6');
  }
}
