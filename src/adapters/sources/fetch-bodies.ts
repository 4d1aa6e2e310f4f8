import { createHash } from 'node:crypto';
import { PassThrough, pipeline, type Readable } from 'node:stream';
import { createBrotliDecompress, createGunzip } from 'node:zlib';
import { type Dispatcher, request } from 'undici';
import type { SourceProblemCode } from '../../domain/source-problem.ts';
import type { CatalogueSource, SourceRequest } from '../../ports/catalogue-source.ts';
import type { SourceAccess } from '../../ports/source-reader.ts';
import { proxyErrorIn } from '../proxy-error.ts';
import type { NamedBody } from './reading-messages.ts';

const MAX_REDIRECTS = 3;
const REDIRECTS: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);

export type FetchLimits = {
  /** Of all bodies of a source, unpacked. */
  readonly maxBytes: number;
  readonly headersTimeoutMs: number;
  /** For all requests of a source. */
  readonly totalTimeoutMs: number;
};

/** Why there is nothing to read, for a person. Quotes no secret. */
export class FetchProblem extends Error {
  readonly code: SourceProblemCode;
  readonly retryAfterMs: number | undefined;
  constructor(code: SourceProblemCode, message: string, retryAfterMs?: number) {
    super(message);
    this.code = code;
    this.retryAfterMs = retryAfterMs;
  }
}

export type Fetched =
  | { readonly kind: 'UNCHANGED' }
  | {
      readonly kind: 'BODIES';
      readonly bodies: readonly NamedBody[];
      readonly bodyHash: string;
      /** Of the first body, as far as stated. */
      readonly contentType: string | undefined;
      /** Only where the source is one request. */
      readonly etag?: string;
      readonly lastModified?: string;
      /** Which of its files are not there, for a person. */
      readonly incomplete?: string;
    };

/** A file that is not there. Others of the source may do without. */
const GONE: ReadonlySet<number> = new Set([404, 410]);
/** Most pages of a list, the first included: a list that never ends is not followed. */
const MAX_PAGES = 40;
/** Most files that are named in a message. */
const MOST_NAMED = 5;

const missing = (files: readonly string[]): string => {
  const more = files.length - MOST_NAMED;
  const named = files.slice(0, MOST_NAMED).join(', ');
  return `It was read without what is not there: ${named}${more > 0 ? ` and ${more} more` : ''}.`;
};

const headerOf = ({ headers }: Dispatcher.ResponseData, name: string): string | undefined => {
  const value = headers[name];
  return typeof value === 'string' ? value : value?.[0];
};

/** Seconds or a date; at most a day is believed. */
const retryAfterOf = (answer: Dispatcher.ResponseData): number | undefined => {
  const value = headerOf(answer, 'retry-after');
  if (value === undefined) return undefined;
  const ms = /^\d{1,9}$/.test(value) ? Number(value) * 1_000 : Date.parse(value) - Date.now();
  return Number.isFinite(ms) && ms > 0 ? Math.min(ms, 86_400_000) : undefined;
};

const decoded = (answer: Dispatcher.ResponseData, host: string): Readable => {
  const encoding = headerOf(answer, 'content-encoding')?.toLowerCase() ?? 'identity';
  const unpacker =
    encoding === 'gzip' || encoding === 'x-gzip'
      ? createGunzip()
      : encoding === 'br'
        ? createBrotliDecompress()
        : encoding === 'identity' || encoding === ''
          ? new PassThrough()
          : undefined;
  if (unpacker === undefined)
    throw new FetchProblem('UNREADABLE', `${host} sends a compression that was not asked for.`);
  // Whoever reads sees the error.
  return pipeline(answer.body, unpacker, () => {});
};

const readBody = async (
  body: Readable,
  room: number,
  limit: number,
  onBytes: (bytes: Uint8Array) => void,
): Promise<Uint8Array> => {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of body) {
    if (!(chunk instanceof Uint8Array)) continue;
    length += chunk.byteLength;
    if (length > room)
      throw new FetchProblem('TOO_LARGE', `It is larger than ${limit} bytes: the rest was not read.`);
    onBytes(chunk);
    chunks.push(chunk);
  }
  // Memory of its own, which can be handed to another thread.
  const whole = new Uint8Array(length);
  let at = 0;
  for (const chunk of chunks) {
    whole.set(chunk, at);
    at += chunk.byteLength;
  }
  return whole;
};

/** What came in place of an answer, in words without addresses of ours or quotes. */
const brokenOff = (error: unknown, host: string): FetchProblem => {
  const proxy = proxyErrorIn(error);
  if (proxy !== undefined) return new FetchProblem('UNREACHABLE', proxy.message);
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  if (code.startsWith('Z_') || code.startsWith('ERR_BROTLI') || code.startsWith('ERR__ERROR_FORMAT'))
    return new FetchProblem('UNREADABLE', `What ${host} sends is compressed wrongly or cut off.`);
  return new FetchProblem(
    'UNREACHABLE',
    `${host} cannot be reached or broke off${/^[A-Z_]{3,40}$/.test(code) ? ` (${code})` : ''}: check the network and the source's baseUrl.`,
  );
};

/**
 * Asks each address of a source in turn; files that are not there are left out, but not all of them. Redirects are followed three times, to https or to the same host only; a
 * credential goes to the configured origin alone. Throws FetchProblem.
 */
export const fetchBodies = async (
  source: CatalogueSource,
  { baseUrl = source.baseUrl, apiKey, known }: SourceAccess,
  dispatcher: Dispatcher,
  { maxBytes, headersTimeoutMs, totalTimeoutMs }: FetchLimits,
  stop: AbortSignal,
): Promise<Fetched> => {
  // An unchanged first page says nothing of the others.
  const single = source.requests.length === 1 && source.following === undefined;
  const deadline = AbortSignal.timeout(totalTimeoutMs);
  const ended = AbortSignal.any([stop, deadline]);

  const get = async (url: URL, origin: string): Promise<Dispatcher.ResponseData> => {
    const slow = new AbortController();
    const timer = setTimeout(() => slow.abort(), headersTimeoutMs);
    try {
      return await request(url, {
        dispatcher,
        signal: AbortSignal.any([ended, slow.signal]),
        headers: {
          accept: '*/*',
          'accept-encoding': 'gzip, br',
          'user-agent': 'modelgraph',
          ...(single && known.etag !== undefined && { 'if-none-match': known.etag }),
          ...(single && known.lastModified !== undefined && { 'if-modified-since': known.lastModified }),
          ...(apiKey !== undefined && url.origin === origin && keyHeader(source, apiKey.reveal())),
        },
      });
    } catch (error) {
      if (slow.signal.aborted && !ended.aborted)
        throw new FetchProblem(
          'TIMEOUT',
          `${url.host} did not begin to answer within ${headersTimeoutMs} ms.`,
        );
      throw error;
    } finally {
      clearTimeout(timer);
    }
  };

  const hash = createHash('sha256');
  const bodies: NamedBody[] = [];
  const gone: string[] = [];
  let absent = 0;
  let room = maxBytes;
  let host = '';

  const fetchOne = async ({
    name,
    path,
    optional = false,
  }: SourceRequest): Promise<Dispatcher.ResponseData | 'NOT_MODIFIED' | 'GONE'> => {
    const first = URL.parse(`${baseUrl.replace(/\/+$/, '')}${path}`);
    if (first === null) throw new FetchProblem('UNREACHABLE', 'Its baseUrl is no address: check it.');
    let url = first;
    for (let redirects = 0; redirects <= MAX_REDIRECTS; redirects += 1) {
      host = url.host;
      const answer = await get(url, first.origin);
      try {
        const { statusCode } = answer;
        const location = headerOf(answer, 'location');
        if (REDIRECTS.has(statusCode) && location !== undefined) {
          const next = URL.parse(location, url.href);
          if (next === null || (next.protocol !== 'https:' && next.host !== url.host))
            throw new FetchProblem('UNREACHABLE', `${host} leads to an address that is not followed.`);
          if (next.protocol !== 'https:' && next.protocol !== url.protocol)
            throw new FetchProblem('UNREACHABLE', `${host} leads away from https, which is not followed.`);
          url = next;
          continue;
        }
        if (statusCode === 304 && single && (known.etag ?? known.lastModified) !== undefined)
          return 'NOT_MODIFIED';
        if (GONE.has(statusCode) && absent + 1 < source.requests.length) {
          absent += 1;
          if (!optional) gone.push(`${path} (status ${statusCode})`);
          return 'GONE';
        }
        if (statusCode < 200 || statusCode > 299)
          throw new FetchProblem(
            'HTTP_STATUS',
            `${host} answers with status ${statusCode}.`,
            retryAfterOf(answer),
          );
        hash.update(`${name}\0`);
        const bytes = await readBody(decoded(answer, host), room, maxBytes, (chunk) => hash.update(chunk));
        room -= bytes.byteLength;
        bodies.push({ name, bytes });
        return answer;
      } finally {
        answer.body.on('error', () => {});
        answer.body.destroy();
      }
    }
    throw new FetchProblem('UNREACHABLE', `${host} leads on more than ${MAX_REDIRECTS} times.`);
  };

  /** Whether there was more than is read. */
  const followPages = async (): Promise<boolean> => {
    for (let page = 2; ; page += 1) {
      const last = bodies.at(-1);
      const next =
        last === undefined ? undefined : source.following?.(new TextDecoder().decode(last.bytes), page);
      if (next === undefined) return false;
      if (page > MAX_PAGES) return true;
      await fetchOne(next);
    }
  };

  try {
    let first: Dispatcher.ResponseData | undefined;
    for (const asked of source.requests) {
      const answer = await fetchOne(asked);
      if (answer === 'NOT_MODIFIED') return { kind: 'UNCHANGED' };
      if (answer !== 'GONE') first ??= answer;
    }
    const isCut = await followPages();
    const bodyHash = hash.digest('hex');
    const etag = single && first !== undefined ? headerOf(first, 'etag') : undefined;
    const lastModified = single && first !== undefined ? headerOf(first, 'last-modified') : undefined;
    return {
      kind: 'BODIES',
      bodies,
      bodyHash,
      contentType: first === undefined ? undefined : headerOf(first, 'content-type'),
      ...(etag !== undefined && { etag }),
      ...(lastModified !== undefined && { lastModified }),
      ...(gone.length > 0
        ? { incomplete: missing(gone) }
        : isCut && { incomplete: `It has more than ${MAX_PAGES} pages: the others were not read.` }),
    };
  } catch (error) {
    if (error instanceof FetchProblem) throw error;
    if (stop.aborted) throw new FetchProblem('UNREACHABLE', 'It was not read: the server is stopping.');
    if (deadline.aborted)
      throw new FetchProblem('TIMEOUT', `${host} did not answer in full within ${totalTimeoutMs} ms.`);
    throw brokenOff(error, host);
  }
};

const keyHeader = (source: CatalogueSource, key: string): { readonly [name: string]: string } =>
  source.key?.header === undefined ? { authorization: `Bearer ${key}` } : { [source.key.header]: key };
