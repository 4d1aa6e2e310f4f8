import { type Asked, BASE, isPlainName, type Meant, type Reader, writeCall } from './asked-address.ts';
import { isAnthropicClient } from './models.ts';
import type { RestRoute } from './rest-face.ts';

export type Target = {
  readonly route: RestRoute;
  readonly names: readonly string[];
  readonly isOpen: boolean;
};

/** The longest first, so that `/chat/completions` is not taken for `/completions`. */
export const targetsOf = (routes: readonly RestRoute[]): readonly Target[] =>
  routes
    .map((route): Target => {
      const names = route.path.split('/').slice(2);
      const isOpen = names.at(-1) === '*';
      return { route, names: isOpen ? names.slice(0, -1) : names, isOpen };
    })
    .toSorted((one, other) => other.names.length - one.names.length);

/** The names before those of the target, in the address that was asked for; undefined if it is another target. */
const prefixBefore = ({ names, isOpen }: Target, { lower }: Asked): readonly string[] | undefined => {
  const holdsAt = (at: number): boolean =>
    at >= 0 && names.every((name, index) => lower[at + index] === name);
  if (!isOpen) {
    const at = lower.length - names.length;
    return holdsAt(at) ? lower.slice(0, at) : undefined;
  }
  const at = lower.findIndex((_, index) => holdsAt(index));
  return at >= 0 && lower.length > at + names.length ? lower.slice(0, at) : undefined;
};

export const readerFor = ({ family }: RestRoute, asked: Asked): Reader => {
  if (family === 'EITHER') return isAnthropicClient(asked) ? 'ANTHROPIC' : 'OPENAI';
  return family;
};

const basesIn = (prefix: readonly string[]): number => prefix.filter((name) => name === BASE).length;

/**
 * Whether the client adds `/v1` to its base URL: Anthropic's own do; OpenAI's own and Vercel's do not; of others it is known by
 * a second `/v1`.
 */
const addsBase = (reader: Reader, prefix: readonly string[], { headers }: Asked): boolean => {
  if (prefix.at(-1) !== BASE || /\bai-sdk\//.test(headers['user-agent'] ?? '')) return false;
  if (reader === 'ANTHROPIC') return true;
  return headers['x-stainless-lang'] === undefined && basesIn(prefix) > 1;
};

/** Names in the path of the address that clients have, which a proxy in front should have removed. */
const proxyPrefix = ({ address, lower }: Asked): string | undefined => {
  const { pathname } = new URL(address);
  const names = pathname.toLowerCase().split('/').slice(1);
  return pathname !== '/' && names.every((name, index) => lower[index] === name) ? pathname : undefined;
};

const whyWrong = (prefix: readonly string[]): string => {
  if (basesIn(prefix) > 1) return `/${BASE} is there twice`;
  return prefix[0] === BASE
    ? `the client's base URL has more than /${BASE} in it`
    : `paths of REST begin with /${BASE}`;
};

/** An address that ends as one of ours does: the base URL is another than it should be. */
export const findWrongBase = (targets: readonly Target[], asked: Asked): Meant | undefined => {
  for (const target of targets) {
    const prefix = prefixBefore(target, asked);
    if (prefix === undefined) continue;
    const { route } = target;
    const { address, shown } = asked;
    const reader = readerFor(route, asked);
    const path = route.path.replace(/\*$/, '{id}');
    const right = `The address is ${writeCall(route.method, path, address)}`;
    if (prefix.length === 1 && prefix[0] === BASE)
      return { reader, message: `There is nothing at ${shown}: paths are in lower case. ${right}.` };
    const ofProxy = proxyPrefix(asked);
    if (ofProxy !== undefined && prefix.at(-1) === BASE && basesIn(prefix) === 1)
      return {
        reader,
        message: `There is nothing at ${shown}: the proxy in front of this server should remove ${ofProxy} from the path (MODELGRAPH_PUBLIC_URL). ${right}.`,
      };
    const base = addsBase(reader, prefix, asked) ? address : `${address}/${BASE}`;
    const deployment = prefix[prefix.indexOf('deployments') + 1];
    if (prefix.includes('deployments') && deployment !== undefined) {
      const name = asked.names[prefix.indexOf('deployments') + 1] ?? '';
      const model = isPlainName(name) ? ` and the model "${name}"` : ' and the deployment as the model';
      return {
        reader,
        message: `Azure's addresses are not served. Use OpenAI's own client with the base URL ${base}${model}. ${right}.`,
      };
    }
    return {
      reader,
      message: `There is nothing at ${shown}: ${whyWrong(prefix)}. Set the client's base URL to ${base}. ${right}.`,
    };
  }
  return undefined;
};
