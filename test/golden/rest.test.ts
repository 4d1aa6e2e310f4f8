import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { createDispatcher } from '../../src/adapters/providers/dispatcher.ts';
import { createHttpProvider } from '../../src/adapters/providers/http-provider.ts';
import { asProviderId } from '../../src/domain/ids.ts';
import { Secret } from '../../src/domain/secret.ts';
import type { Provider } from '../../src/ports/provider.ts';
import { createAnthropicCodec } from '../../src/wire/anthropic/codec.ts';
import type { UpstreamCodec } from '../../src/wire/codec.ts';
import { createOpenAiCodec } from '../../src/wire/openai/codec.ts';
import { DIALECTS } from '../faces/graphql/dialects.ts';
import { type ServedRest, serveRest } from '../faces/rest/rest-harness.ts';
import { catalogueOf, createHarness, type Harness, settled } from '../gateway/harness.ts';
import { createFakeClock } from '../support/fake-clock.ts';
import { recordedLog } from '../support/recorded-log.ts';
import { eventStream, gate, type Script, startUpstream, type Upstream } from '../support/upstream.ts';

/**
 * What REST clients, providers and the ledger get in each situation, as files: `vitest -u` writes them anew. A difference is
 * either a fault or a decision.
 */

const CODECS: readonly (readonly [string, UpstreamCodec])[] = [
  ['openai', createOpenAiCodec({})],
  ['anthropic', createAnthropicCodec()],
];

let upstream: Upstream;
const dispatcher = createDispatcher();
let rest: ServedRest | undefined;
beforeAll(async () => {
  upstream = await startUpstream();
});
afterEach(() => rest?.close());
afterAll(async () => {
  await dispatcher.destroy();
  await upstream.close();
});

const providerOf = ([id, codec]: (typeof CODECS)[number]): Provider =>
  createHttpProvider({
    settings: {
      id: asProviderId(id),
      dialect: id === 'openai' ? 'openai' : 'anthropic',
      baseUrl: `${upstream.url}/${id}`,
      apiKey: new Secret('sk-1'),
    },
    codecFor: () => codec,
    dispatcher,
    clock: createFakeClock(),
    log: recordedLog(),
  });

/** Ids and times in the order in which they appear; what a machine's speed decides is left out. */
const normalised = (text: string): string => {
  const seen = new Map<string, string>();
  return text
    .replaceAll(upstream.url, 'http://upstream')
    .replaceAll(/\b(cmp|msg|resp|req|chatcmpl|call|rs|fc)_[0-9a-zA-Z-]{8,}\b/g, (id, kind: string) => {
      const known = seen.get(id) ?? `${kind}_<${seen.size + 1}>`;
      seen.set(id, known);
      return known;
    })
    .replaceAll(/^(x-modelgraph-overhead-ms): .*$/gm, '$1: <ms>')
    .replaceAll(/"(created|created_at|completed_at)":\d+/g, '"$1":<time>');
};

const HIDDEN = new Set(['host', 'connection', 'date', 'keep-alive', 'transfer-encoding', 'content-length']);
const headersText = (headers: Iterable<readonly [string, unknown]>): string =>
  [...headers]
    .filter(([name]) => !HIDDEN.has(name))
    .map(([name, value]) => `${name}: ${value}`)
    .toSorted()
    .join('\n');

const MESSAGE = { model: 'lab/talker', max_tokens: 50, temperature: 0.5 };
const FACES = [
  {
    face: 'chat',
    path: '/v1/chat/completions',
    body: { ...MESSAGE, messages: [{ role: 'user', content: 'What colour is the sky?' }] },
    tools: [{ type: 'function', function: { name: 'get_weather', parameters: { type: 'object' } } }],
  },
  {
    face: 'messages',
    path: '/v1/messages',
    body: { ...MESSAGE, messages: [{ role: 'user', content: 'What colour is the sky?' }] },
    tools: [{ name: 'get_weather', input_schema: { type: 'object' } }],
  },
  {
    face: 'responses',
    path: '/v1/responses',
    body: { model: 'lab/talker', max_output_tokens: 50, temperature: 0.5, input: 'What colour is the sky?' },
    tools: [{ type: 'function', name: 'get_weather', parameters: { type: 'object' } }],
  },
] as const;

type Situation = {
  readonly what: string;
  readonly more?: object;
  readonly asksTools?: true;
  /** What each provider that is asked does, in turn. */
  readonly scripts: (first: Fixtures, second: Fixtures, left: Promise<void>) => readonly Script[];
  /** The client leaves once this has come, which is all that the provider has sent by then. */
  readonly leavesAfter?: RegExp;
};
type Fixtures = (typeof DIALECTS)[number];

const WORDS = ['Blue', ' and', ' wide.'];
const busy: Script = {
  status: 503,
  headers: { 'content-type': 'application/json' },
  body: '{"error":{"type":"overloaded_error","message":"busy"}}',
};
const SITUATIONS: readonly Situation[] = [
  { what: 'whole', scripts: (first) => [first.text(WORDS)] },
  { what: 'streamed', more: { stream: true }, scripts: (first) => [eventStream(first.textFrames(WORDS))] },
  { what: 'tools', asksTools: true, scripts: (first) => [first.tool()] },
  {
    what: 'tools-streamed',
    asksTools: true,
    more: { stream: true },
    scripts: (first) => [first.toolStream()],
  },
  { what: 'failed', scripts: () => [busy, busy] },
  {
    what: 'key-refused',
    more: { stream: true },
    scripts: (first, second) => [first, second].map((each) => each.refusedKey('sk-1')),
  },
  { what: 'fallback', scripts: (_first, second) => [busy, second.text(WORDS)] },
  {
    what: 'fallback-streamed',
    more: { stream: true },
    scripts: (_first, second) => [busy, eventStream(second.textFrames(WORDS))],
  },
  {
    what: 'cut-in-sight',
    more: { stream: true },
    scripts: (first) => [eventStream(first.textFrames(WORDS).slice(0, -3), { ending: 'end' })],
  },
  {
    what: 'left',
    more: { stream: true },
    scripts: (first) => [eventStream(first.textFrames(WORDS).slice(0, -3), { ending: 'hang' })],
    leavesAfter: /wide\./,
  },
  {
    what: 'left-drained',
    more: { stream: true, modelgraph: { onDisconnect: 'DRAIN' } },
    scripts: (first, _second, left) => {
      const frames = first.textFrames(WORDS);
      return [eventStream([...frames.slice(0, -3), left, ...frames.slice(-3)])];
    },
    leavesAfter: /wide\./,
  },
];

/** Reads an answer to its end, or until the client leaves. */
const read = async (
  answer: Response,
  leavesAfter: RegExp | undefined,
  leave: () => void,
): Promise<string> => {
  if (leavesAfter === undefined) return answer.text();
  let text = '';
  for await (const piece of answer.body ?? []) {
    text += Buffer.from(piece).toString();
    if (leavesAfter.test(text)) break;
  }
  leave();
  return '<left>';
};

/** A line for each member of a row; counts of 0 are left out. */
const rowsOf = async ({ gateway, ledger, store }: Harness): Promise<string> => {
  await expect.poll(() => gateway.active).toBe(0);
  await settled();
  await ledger.flush();
  const isCounted = (_name: string, value: unknown): unknown => (value === 0 ? undefined : value);
  return store.written
    .map((row) =>
      Object.entries(row)
        .map(([name, value]) => `${name}: ${JSON.stringify(value, isCounted)}`)
        .toSorted()
        .join('\n'),
    )
    .join('\n\n');
};

const cases = FACES.flatMap((face) =>
  CODECS.flatMap((_, place) => SITUATIONS.map((situation) => ({ face, place, situation }))),
).map((each) => ({
  ...each,
  name: `${each.face.face}-${CODECS[each.place]?.[0]}-${each.situation.what}`,
}));

it.each(cases)('$name', async ({ name, face, place, situation }) => {
  const order = place === 0 ? CODECS : CODECS.toReversed();
  const [first, second] = order.map(([id]) => DIALECTS.find((each) => each.name === id));
  if (first === undefined || second === undefined) throw new Error('no fixtures');
  const providers = order.map(providerOf);
  const catalogue = catalogueOf(order.map(([id]) => id));
  const harness = createHarness(providers, { catalogue });
  rest = await serveRest({ gateway: harness.gateway, clock: harness.clock, catalogue });
  const from = upstream.requests.length;
  const left = gate();
  const scripts = situation.scripts(first, second, left.opened);
  upstream.enqueue(...scripts);
  const client = new AbortController();
  const body = {
    ...face.body,
    ...situation.more,
    ...(situation.asksTools === true && { tools: face.tools }),
  };
  const answer = await rest.post(face.path, body, { signal: client.signal });
  const said = await read(answer, situation.leavesAfter, () => client.abort());
  left.open();
  const rows = await rowsOf(harness);
  const asked = upstream.requests.slice(from);
  expect(asked).toHaveLength(scripts.length);
  const trace = [
    `POST ${face.path}\n${JSON.stringify(body)}`,
    ...asked.map(
      ({ path, headers, bytes }) =>
        `provider: POST ${path}\n${headersText(Object.entries(headers))}\n\n${Buffer.from(bytes).toString()}`,
    ),
    `answer: ${answer.status}\n${headersText(answer.headers)}\n\n${said}`,
    `ledger:\n${rows}`,
  ];
  await expect(normalised(`${trace.join('\n\n----\n')}\n`)).toMatchFileSnapshot(`traces/${name}.txt`);
});
