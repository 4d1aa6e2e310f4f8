import { expect } from 'vitest';
import { createDispatcher } from '../../src/adapters/providers/dispatcher.ts';
import { createHttpProvider } from '../../src/adapters/providers/http-provider.ts';
import type { Catalogue } from '../../src/catalogue/catalogue.ts';
import { asProviderId } from '../../src/domain/ids.ts';
import { Secret } from '../../src/domain/secret.ts';
import { NO_ROUTES, type RouteBook } from '../../src/gateway/routing/policy/route-book.ts';
import type { Provider } from '../../src/ports/provider.ts';
import { createAnthropicCodec } from '../../src/wire/anthropic/codec.ts';
import { createGeminiCodec } from '../../src/wire/gemini/codec.ts';
import { createOpenAiCodec } from '../../src/wire/openai/codec.ts';
import type { OperationCodecs } from '../../src/wire/operation-codec.ts';
import { DIALECTS, type Dialect } from '../faces/graphql/dialects.ts';
import { catalogueOf, createHarness, type Harness, settled } from '../gateway/harness.ts';
import { createFakeClock } from '../support/fake-clock.ts';
import { recordedLog } from '../support/recorded-log.ts';
import { type Script, startUpstream, type Upstream, type UpstreamRequest } from '../support/upstream.ts';

/** Providers are named after the dialects that they speak. */
const CODECS = {
  openai: createOpenAiCodec({}),
  anthropic: createAnthropicCodec(),
  gemini: createGeminiCodec(),
};
export type ProviderName = keyof typeof CODECS;

export const fixturesOf = (name: ProviderName): Dialect => {
  const found = DIALECTS.find((each) => each.name === name);
  if (found === undefined) throw new Error(`no fixtures of ${name}`);
  return found;
};

/** What each provider does with its requests, in turn. */
export type Scripts = { readonly [Name in ProviderName]?: readonly Script[] };

export type Scene = Harness & {
  readonly catalogue: Catalogue;
  /** Number of request `n` to that provider among all that the upstream has, once it has come. */
  asked(provider: ProviderName, n?: number): Promise<number>;
  /** What was sent to providers, in the order of the providers, and whether each script was used. */
  providersText(): string;
  /** What was recorded, once all is over. */
  rowsText(): Promise<string>;
};

export type SceneOptions = {
  readonly operations?: { readonly [Name in ProviderName]?: OperationCodecs };
  /** Who takes no money for the model. */
  readonly free?: readonly ProviderName[];
  /** Saved routes. */
  readonly book?: RouteBook;
  /** What providers call the model. */
  readonly providerModelId?: string;
};

/** One upstream that plays all providers, and gateways over it. */
export type Stage = {
  readonly upstream: Upstream;
  /** A new gateway over these providers, in their order. */
  begin(order: readonly ProviderName[], scripts: Scripts, options?: SceneOptions): Scene;
  /** Ids and times in the order in which they appear; what a machine's speed decides is left out. */
  normalised(text: string): string;
  close(): Promise<void>;
};

/** A whole answer of a provider that has no room. */
export const busy: Script = {
  status: 503,
  headers: { 'content-type': 'application/json' },
  body: '{"error":{"type":"overloaded_error","message":"busy"}}',
};

/** A whole answer of a provider that says no. */
export const refused = (
  status: number,
  type: string,
  headers: { readonly [name: string]: string } = {},
): Script => ({
  status,
  headers: { 'content-type': 'application/json', ...headers },
  body: JSON.stringify({ type: 'error', error: { type, message: `It said ${status}.` } }),
});

const HIDDEN = new Set(['host', 'connection', 'date', 'keep-alive', 'transfer-encoding', 'content-length']);
export const headersText = (headers: Iterable<readonly [string, unknown]>): string =>
  [...headers]
    .filter(([name]) => !HIDDEN.has(name))
    .map(([name, value]) => `${name}: ${value}`)
    .toSorted()
    .join('\n');

/** Bytes that are no text, as `\xNN`. */
export const textOf = (bytes: Uint8Array): string =>
  Buffer.from(bytes)
    .toString('latin1')
    .replaceAll('\r\n', '\n')
    .replaceAll(/[^\n -~]/g, (byte) => `\\x${Buffer.from(byte, 'latin1').toString('hex')}`);

const providerIn = ({ path }: UpstreamRequest): string => path.split('/')[1] ?? '';

/** As JSON; counts of 0 are left out. */
export const countsText = (value: unknown): string =>
  JSON.stringify(value, (_name, each: unknown) => (each === 0 ? undefined : each));

export const startStage = async (): Promise<Stage> => {
  const upstream = await startUpstream();
  const dispatcher = createDispatcher();

  const providerOf = (name: ProviderName, operations: OperationCodecs | undefined): Provider =>
    createHttpProvider({
      settings: {
        id: asProviderId(name),
        dialect: name,
        baseUrl: `${upstream.url}/${name}`,
        apiKey: new Secret('sk-1'),
      },
      codecFor: () => CODECS[name],
      ...(operations !== undefined && { operations }),
      dispatcher,
      clock: createFakeClock(),
      log: recordedLog(),
    });

  return {
    upstream,
    begin(order, scripts, { operations = {}, book = NO_ROUTES, ...offered } = {}) {
      const catalogue = catalogueOf(order, offered);
      const harness = createHarness(
        order.map((name) => providerOf(name, operations[name])),
        { catalogue, book },
      );
      const { gateway, ledger, store } = harness;
      const from = upstream.requests.length;
      const queues = new Map<string, Script[]>(order.map((name) => [name, [...(scripts[name] ?? [])]]));
      upstream.respond(
        (request) => queues.get(providerIn(request))?.shift() ?? { status: 599, body: 'nothing is scripted' },
      );
      const requestsOf = (name: ProviderName) =>
        upstream.requests.slice(from).filter((request) => providerIn(request) === name);
      return {
        ...harness,
        catalogue,
        async asked(provider, n = 0) {
          await expect.poll(() => requestsOf(provider).length, { interval: 5 }).toBeGreaterThan(n);
          const request = requestsOf(provider)[n];
          return request === undefined ? -1 : upstream.requests.indexOf(request);
        },
        providersText() {
          expect([...queues.values()].flat()).toEqual([]);
          return order
            .flatMap(requestsOf)
            .map(
              ({ method, path, headers, bytes }) =>
                `provider: ${method} ${path}\n${headersText(Object.entries(headers))}\n\n${
                  headers['content-type']?.startsWith('multipart/')
                    ? textOf(bytes)
                    : Buffer.from(bytes).toString()
                }`,
            )
            .join('\n\n----\n');
        },
        async rowsText() {
          await expect.poll(() => gateway.active, { interval: 5 }).toBe(0);
          await settled();
          await ledger.flush();
          return store.written
            .map((row) =>
              Object.entries(row)
                .map(([name, value]) => `${name}: ${countsText(value)}`)
                .toSorted()
                .join('\n'),
            )
            .join('\n\n');
        },
      };
    },
    normalised(text) {
      const seen = new Map<string, string>();
      const boundaries = [...text.matchAll(/boundary=("?)([^"\s;]+)\1/g)].map(
        ([, , boundary = '']) => boundary,
      );
      return boundaries
        .reduce((shown, boundary) => shown.replaceAll(boundary, '<boundary>'), text)
        .replaceAll(upstream.url, 'http://upstream')
        .replaceAll(/\b(cmp|op|msg|resp|req|chatcmpl|call|rs|fc)_[0-9a-zA-Z-]{8,}\b/g, (id, kind: string) => {
          const known = seen.get(id) ?? `${kind}_<${seen.size + 1}>`;
          seen.set(id, known);
          return known;
        })
        .replaceAll(/^(x-modelgraph-overhead-ms): .*$/gm, '$1: <ms>')
        .replaceAll(/"(created|created_at|completed_at)":\d+/g, '"$1":<time>');
    },
    async close() {
      await dispatcher.destroy();
      await upstream.close();
    },
  };
};

/** Compares with a file beside the tests; `vitest -u` writes it anew. */
export const expectTrace = async (stage: Stage, name: string, parts: readonly string[]): Promise<void> =>
  expect(stage.normalised(`${parts.join('\n\n----\n')}\n`)).toMatchFileSnapshot(`traces/${name}.txt`);
