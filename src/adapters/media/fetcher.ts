import { isIP } from 'node:net';
import { Agent, buildConnector, type Dispatcher, request } from 'undici';
import type { ProviderId } from '../../domain/ids.ts';
import type { ProxyServer } from '../../domain/proxy.ts';
import type { Log } from '../../ports/log.ts';
import type { FetchedMedia, FetchLimits, MediaFetcher } from '../../ports/media.ts';
import { CONNECT_TIMEOUT_MS } from '../network-problem.ts';
import { connectThrough, targetOf } from '../proxy-dispatcher.ts';
import { proxyErrorIn } from '../proxy-error.ts';
import { allowedAddress, guardedLookup, type ResolveName, resolveBySystem } from './guarded-lookup.ts';
import { isPublicAddress } from './public-address.ts';

export type MediaFetcherOptions = {
  /** The proxy that an address is fetched through, which may be that of the provider that gave it; undefined, or absent: straight. */
  readonly proxyOf?: (url: URL, from: ProviderId | undefined) => ProxyServer | undefined;
  /** Where an operator sees what callers are not told. */
  readonly log?: Pick<Log, 'warn'>;
  // What tests put in place of the internet.
  /** Which addresses may be connected to; by default the public ones. */
  readonly isAllowed?: (address: string) => boolean;
  /** By default those on which the web is served: others are no place for media, and ports are not to be scanned from here. */
  readonly isAllowedPort?: (port: number) => boolean;
  readonly resolve?: ResolveName;
};

const WEB_PORTS: ReadonlySet<number> = new Set([80, 443, 8080, 8443]);
const MAX_REDIRECTS = 3;
const REDIRECTS: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);
const LONGEST_URL = 8_192;

/** Why there is nothing, for a person. */
class Refused extends Error {}

/** One text for all of these: a caller is not told what there is inside our network. */
const NOBODY_THERE = 'could not be fetched: no public server answers at this address.';

const PROXY_FAILED =
  'could not be fetched: the proxy on the way refused it or failed. Send its bytes instead, or try again later.';

const portOf = ({ port, protocol }: URL): number =>
  port === '' ? (protocol === 'https:' ? 443 : 80) : Number(port);

const hostOf = ({ hostname }: URL): string => (hostname.startsWith('[') ? hostname.slice(1, -1) : hostname);

const headerOf = (
  { headers }: Pick<Dispatcher.ResponseData, 'headers'>,
  name: string,
): string | undefined => {
  const value = headers[name];
  return typeof value === 'string' ? value : value?.[0];
};

/** The type without its parameters, in lower case; empty where there is none. */
const mediaTypeIn = (contentType: string | undefined): string => {
  const type = (contentType ?? '').split(';', 1)[0]?.trim().toLowerCase() ?? '';
  return /^[\w.+-]+\/[\w.+-]+$/.test(type) ? type : '';
};

const fileNameIn = ({ pathname }: URL): string | undefined => {
  const last = pathname.split('/').at(-1) ?? '';
  return /^[\w.-]{1,100}\.\w{1,10}$/.test(last) ? last : undefined;
};

/** Reads no more than is allowed, whatever the server says of its length. */
const readBody = async (body: AsyncIterable<Uint8Array>, maxBytes: number): Promise<Uint8Array> => {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of body) {
    length += chunk.byteLength;
    if (length > maxBytes) throw new Refused(`is larger than ${maxBytes} bytes.`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks, length);
};

/**
 * Fetches over connections of its own: nothing of ours goes along, neither a credential nor a cookie, and none is used
 * twice, so that every fetch has its name resolved and checked. Redirects are followed three times, each checked like the
 * first address. Compressed bodies are refused: what they grow to is not stated.
 *
 * Behind a proxy the same holds: names are resolved here, and the proxy is asked for a tunnel to the address that was
 * checked, never to the name, which may mean another address there. What cannot be resolved here is not fetched.
 */
export const createMediaFetcher = (options: MediaFetcherOptions = {}): MediaFetcher => {
  const {
    isAllowed = isPublicAddress,
    isAllowedPort = (port: number) => WEB_PORTS.has(port),
    resolve = resolveBySystem,
    proxyOf,
    log,
  } = options;
  const direct = buildConnector({
    allowH2: false,
    lookup: guardedLookup(resolve, isAllowed),
    timeout: CONNECT_TIMEOUT_MS,
  });

  const connectFor =
    (from: ProviderId | undefined): buildConnector.connector =>
    (target, callback) => {
      const { host, port } = targetOf(target);
      const proxy = proxyOf?.(
        new URL(`${target.protocol}//${isIP(host) === 6 ? `[${host}]` : host}:${port}`),
        from,
      );
      if (proxy === undefined) return direct(target, callback);
      allowedAddress(host, resolve, isAllowed).then(
        (address) => connectThrough(proxy, target, callback, { host: address, port }),
        (error: Error) => callback(error, null),
      );
    };
  /** By who gave the address: the callers, or a provider. */
  const agents = new Map<ProviderId | undefined, Agent>();
  const agentFor = (from: ProviderId | undefined): Agent => {
    const known = agents.get(from);
    if (known !== undefined) return known;
    const agent = new Agent({
      allowH2: false,
      // No keep-alive.
      pipelining: 0,
      connect: connectFor(from),
      // One limit holds for the whole fetch.
      headersTimeout: 0,
      bodyTimeout: 0,
    });
    agents.set(from, agent);
    return agent;
  };

  /** What may be connected to, as far as the address itself says it. */
  const checked = (text: string, base?: URL): URL => {
    const url = text.length > LONGEST_URL ? null : URL.parse(text, base?.href);
    if (url === null) throw new Refused('is no address that can be fetched.');
    if (url.protocol !== 'http:' && url.protocol !== 'https:')
      throw new Refused('takes an address of http or https.');
    if (url.username !== '' || url.password !== '')
      throw new Refused('takes an address without a user name and a password.');
    if (!isAllowedPort(portOf(url)))
      throw new Refused(`takes an address with one of the ports ${[...WEB_PORTS].join(', ')}.`);
    const host = hostOf(url);
    // A socket resolves no literal address: nobody else would check it. URL has made one spelling of all.
    if (isIP(host) !== 0 && !isAllowed(host)) throw new Refused(NOBODY_THERE);
    return url;
  };

  const get = async (
    url: URL,
    from: ProviderId | undefined,
    signal: AbortSignal,
  ): Promise<Dispatcher.ResponseData> => {
    try {
      return await request(url, {
        dispatcher: agentFor(from),
        signal,
        headers: { accept: '*/*', 'accept-encoding': 'identity', 'user-agent': 'modelgraph' },
      });
    } catch (error) {
      if (signal.aborted) throw error;
      const proxy = proxyErrorIn(error);
      if (proxy === undefined) throw new Refused(NOBODY_THERE);
      log?.warn('Media could not be fetched through the proxy.', { reason: proxy.message });
      throw new Refused(PROXY_FAILED);
    }
  };

  const discard = (answer: Dispatcher.ResponseData): void => {
    answer.body.on('error', () => {});
    answer.body.destroy();
  };

  const read = async (url: URL, answer: Dispatcher.ResponseData, maxBytes: number): Promise<FetchedMedia> => {
    const { statusCode, body } = answer;
    if (statusCode !== 200)
      throw new Refused(`could not be fetched: its server answers with status ${statusCode}.`);
    const encoding = headerOf(answer, 'content-encoding')?.toLowerCase() ?? 'identity';
    if (encoding !== 'identity' && encoding !== '')
      throw new Refused('could not be fetched: its server sends it compressed, although asked not to.');
    if (Number(headerOf(answer, 'content-length') ?? 0) > maxBytes)
      throw new Refused(`is larger than ${maxBytes} bytes.`);
    const bytes = await readBody(body, maxBytes);
    if (bytes.byteLength === 0) throw new Refused('is empty.');
    const name = fileNameIn(url);
    const mediaType = mediaTypeIn(headerOf(answer, 'content-type'));
    return {
      kind: 'FETCHED',
      media: {
        mediaType: mediaType === '' ? 'application/octet-stream' : mediaType,
        bytes,
        ...(name !== undefined && { name }),
      },
    };
  };

  const follow = async (
    text: string,
    { maxBytes, from }: Pick<FetchLimits, 'maxBytes' | 'from'>,
    signal: AbortSignal,
  ): Promise<FetchedMedia> => {
    let url = checked(text);
    for (let redirects = 0; redirects <= MAX_REDIRECTS; redirects += 1) {
      const answer = await get(url, from, signal);
      try {
        const location = headerOf(answer, 'location');
        if (!REDIRECTS.has(answer.statusCode) || location === undefined)
          return await read(url, answer, maxBytes);
        url = checked(location, url);
      } finally {
        discard(answer);
      }
    }
    throw new Refused(`could not be fetched: it leads on more than ${MAX_REDIRECTS} times.`);
  };

  return {
    async fetch(url: string, limits: FetchLimits, signal: AbortSignal) {
      const { timeoutMs } = limits;
      const deadline = AbortSignal.timeout(timeoutMs);
      try {
        return await follow(url, limits, AbortSignal.any([signal, deadline]));
      } catch (error) {
        if (error instanceof Refused) return { kind: 'REFUSED', problem: error.message };
        if (signal.aborted) return { kind: 'REFUSED', problem: 'was not fetched: the request was ended.' };
        if (deadline.aborted)
          return { kind: 'REFUSED', problem: `could not be fetched within ${timeoutMs} ms.` };
        return { kind: 'REFUSED', problem: 'could not be fetched: its server broke off.' };
      }
    },
  };
};
