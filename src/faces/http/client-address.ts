import type { IncomingMessage } from 'node:http';
import { BlockList, isIP, isIPv6 } from 'node:net';

/** Addresses and networks (`10.0.0.0/8`) of proxies whose word on who calls is taken. */
export type TrustedProxies = { has(address: string): boolean };

/** How an IPv6 socket shows an IPv4 address. */
const MAPPED = /^::ffff:(?=\d+\.)/i;

const bare = (address: string): string => address.replace(MAPPED, '');

/** Undefined where one of them is neither an address nor a network. */
export const trustedProxies = (entries: readonly string[]): TrustedProxies | undefined => {
  const list = new BlockList();
  for (const entry of entries) {
    const [address = '', bits, ...more] = entry.split('/');
    const version = isIP(address);
    if (version === 0 || more.length > 0) return undefined;
    const family = version === 6 ? 'ipv6' : 'ipv4';
    if (bits === undefined) list.addAddress(address, family);
    else if (!/^\d{1,3}$/.test(bits) || Number(bits) > (version === 6 ? 128 : 32)) return undefined;
    else list.addSubnet(address, Number(bits), family);
  }
  const isEmpty = entries.length === 0;
  return {
    has: (address) =>
      !isEmpty && isIP(address) !== 0 && list.check(bare(address), isIPv6(bare(address)) ? 'ipv6' : 'ipv4'),
  };
};

/** `[::1]:80`, `10.0.0.1:80` and the address alone are what proxies write. */
const withoutPort = (text: string): string => {
  const bracketed = /^\[([^\]]+)\](?::\d+)?$/.exec(text)?.[1];
  if (bracketed !== undefined) return bracketed;
  return /^[\d.]+:\d+$/.test(text) ? text.slice(0, text.indexOf(':')) : text;
};

/**
 * The client's address. What X-Forwarded-For says is read from its end, where the nearest proxy writes, as long as who wrote
 * is trusted: what stands further to the left is the client's own word.
 */
export const clientAddress = (
  { headers, socket }: Pick<IncomingMessage, 'headers' | 'socket'>,
  trusted: TrustedProxies,
): string => {
  let address = bare(socket.remoteAddress ?? '');
  const { 'x-forwarded-for': forwarded } = headers;
  if (forwarded === undefined || !trusted.has(address)) return address;
  const hops = (Array.isArray(forwarded) ? forwarded.join(',') : forwarded).split(',');
  for (let hop = hops.pop(); hop !== undefined; hop = hops.pop()) {
    const named = bare(withoutPort(hop.trim()));
    if (isIP(named) === 0) return address;
    address = named;
    if (!trusted.has(address)) return address;
  }
  return address;
};

/** What one client can have many of: an IPv6 network of 64 bits counts as one address. */
export const addressGroup = (address: string): string => {
  if (!isIPv6(address)) return address;
  const [head = '', tail] = (address.split('%', 1)[0] ?? '').split('::');
  const first = head === '' ? [] : head.split(':');
  const last = tail === undefined || tail === '' ? [] : tail.split(':');
  const zeros = tail === undefined ? 0 : Math.max(0, 8 - first.length - last.length);
  const whole = [...first, ...Array.from({ length: zeros }, () => '0'), ...last];
  return `${whole
    .slice(0, 4)
    .map((part) => Number.parseInt(part, 16).toString(16))
    .join(':')}::/64`;
};
