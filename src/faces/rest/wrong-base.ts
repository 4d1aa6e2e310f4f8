import { type Asked, BASE, isPlainName, type Meant, type Reader, writeCall } from './asked-address.ts';
import { isAnthropicClient } from './models.ts';
import type { RestRoute } from './rest-route.ts';

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

/**
 * What the client should have as its base URL: most add to it all that follows `/v1`, but those of Anthropic and those
 * that were seen to add `/v1` themselves.
 */
const baseUrlFor = (reader: Reader, prefix: readonly string[], address: string): string => {
  const addsBase =
    prefix.at(-1) === BASE && (reader === 'ANTHROPIC' || prefix.filter((name) => name === BASE).length > 1);
  return addsBase ? address : `${address}/${BASE}`;
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
    const base = baseUrlFor(reader, prefix, address);
    const deployment = prefix[prefix.indexOf('deployments') + 1];
    if (prefix.includes('deployments') && deployment !== undefined) {
      const name = asked.names[prefix.indexOf('deployments') + 1] ?? '';
      const model = isPlainName(name) ? ` and the model "${name}"` : ' and the deployment as the model';
      return {
        reader,
        message: `Azure's addresses are not served. Use OpenAI's own client with the base URL ${base}${model}. ${right}.`,
      };
    }
    const why =
      prefix.filter((name) => name === BASE).length > 1
        ? `/${BASE} is there twice`
        : `paths of REST begin with /${BASE}`;
    return {
      reader,
      message: `There is nothing at ${shown}: ${why}. Set the client's base URL to ${base}. ${right}.`,
    };
  }
  return undefined;
};
