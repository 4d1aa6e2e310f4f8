import { BlockList, isIP } from 'node:net';
import { domainToASCII } from 'node:url';

/** Hosts that are called straight. */
export type NoProxy = {
  matches(url: URL): boolean;
};

type Target = { readonly host: string; readonly port: number };
type Rule = (target: Target) => boolean;

const bare = (host: string): string =>
  host
    .replace(/^\[(.*)\]$/, '$1')
    .replace(/(.)\.$/, '$1')
    .toLowerCase();

const familyOf = (address: string): 'ipv4' | 'ipv6' => (isIP(address) === 6 ? 'ipv6' : 'ipv4');

const targetOf = ({ hostname, port, protocol }: URL): Target => ({
  host: bare(hostname),
  port: port === '' ? (protocol === 'https:' ? 443 : 80) : Number(port),
});

const isIn = (list: BlockList, host: string): boolean => isIP(host) !== 0 && list.check(host, familyOf(host));

const networkRule = (address: string, bits: number): Rule | undefined => {
  const family = familyOf(address);
  if (bits > (family === 'ipv6' ? 128 : 32)) return undefined;
  const list = new BlockList();
  list.addSubnet(address, bits, family);
  return ({ host }) => isIn(list, host);
};

const hostRule = (written: string): Rule | undefined => {
  const host = bare(written);
  if (host === '*') return () => true;
  const network = /^(.+)\/(\d{1,3})$/.exec(host);
  if (network !== null) {
    const [, written = '', bits = ''] = network;
    const address = bare(written);
    return isIP(address) === 0 ? undefined : networkRule(address, Number(bits));
  }
  if (isIP(host) !== 0) return networkRule(host, familyOf(host) === 'ipv6' ? 128 : 32);
  return host.includes('*') ? patternRule(host) : nameRule(host);
};

/** As URLs have it, which know no other letters than those of ASCII. */
const inAscii = (name: string): string => (/^[!-~]+$/.test(name) ? name : domainToASCII(name));

/** With one star: `*.corp` is what lies below it, `10.*` what begins so. */
const patternRule = (pattern: string): Rule | undefined => {
  const [start = '', end = '', ...others] = pattern.split('*');
  if (others.length > 0 || !/^[^\s/:@]+$/.test(`${start}${end}`)) return undefined;
  const ending = end.startsWith('.') ? `.${inAscii(end.slice(1))}` : end;
  return ({ host }) =>
    host.length > start.length + ending.length && host.startsWith(start) && host.endsWith(ending);
};

/** `.corp` and `corp` are the same: itself, and what lies below it. */
const nameRule = (host: string): Rule | undefined => {
  if (!/^\.?[^\s/:@]+$/.test(host)) return undefined;
  const name = inAscii(host.replace(/^\./, ''));
  if (name === '') return undefined;
  return (target) => target.host === name || target.host.endsWith(`.${name}`);
};

/** Undefined where it is no host, name or network. */
const ruleOf = (entry: string): Rule | undefined => {
  // A URL is none of the usual forms, and what people write.
  const text = entry.replace(/^[a-z]+:\/\/([^/]*)\/?$/i, '$1');
  const withPort = /^(\[[^\]]+\]|[^:]+):(\d{1,5})$/.exec(text);
  if (withPort === null) return hostRule(text);
  const [, host = '', port = ''] = withPort;
  const rule = hostRule(host);
  return rule && ((target) => target.port === Number(port) && rule(target));
};

/** Whether an entry of a list of hosts says anything. */
export const isNoProxyEntry = (entry: string): boolean => ruleOf(entry) !== undefined;

/** The entries of NO_PROXY. */
export const splitNoProxy = (text: string): readonly string[] =>
  text.split(/[\s,;]+/).filter((entry) => entry !== '');

/**
 * As curl and undici read NO_PROXY: hosts with all below them, addresses, networks (`10.0.0.0/8`), each with a port or
 * without, and `*`. Names are not resolved. What is none of these is passed over, as other programs do.
 */
export const noProxy = (entries: readonly string[]): NoProxy => {
  const rules = entries.flatMap((entry) => ruleOf(entry) ?? []);
  return {
    matches(url) {
      const target = targetOf(url);
      return rules.some((rule) => rule(target));
    },
  };
};

/** Addresses that are private, and names that are not given out for the public internet. */
const INSIDE = noProxy([
  ...['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', '100.64.0.0/10', 'fc00::/7'],
  ...['local', 'internal', 'lan', 'corp', 'home', 'intranet'],
]);

/** Whether an address looks like one of the operator's own network. */
export const isInside = (url: URL): boolean => INSIDE.matches(url) || /^[\w-]+$/.test(url.hostname);

/** What no other machine can reach for us: this machine, and what is on its own cable, as clouds' metadata servers are. */
const HERE = noProxy(['localhost', '127.0.0.0/8', '::1', '0.0.0.0', '::', '169.254.0.0/16', 'fe80::/10']);

export const isOnThisMachine = (url: URL): boolean => HERE.matches(url);
