import { afterAll, afterEach, beforeAll, it } from 'vitest';
import type { Dialect } from '../faces/graphql/dialects.ts';
import { type ServedRest, serveRest } from '../faces/rest/rest-harness.ts';
import { eventStream, gate, NEVER, type Script } from '../support/upstream.ts';
import { ALL, type Pair, pairOf, SOME, WITH_GEMINI } from './rest-pairs.ts';
import {
  busy,
  expectTrace,
  fixturesOf,
  headersText,
  type ProviderName,
  refused,
  type Scene,
  type Scripts,
  type Stage,
  startStage,
} from './stage.ts';

/**
 * What REST clients, providers and the ledger get in each situation, as files: `vitest -u` writes them anew. A difference is
 * either a fault or a decision.
 */

let stage: Stage;
let rest: ServedRest | undefined;
beforeAll(async () => {
  stage = await startStage();
});
afterEach(() => rest?.close());
afterAll(() => stage?.close());

type Moment = {
  /** What of the answer has come. */
  readonly saw?: RegExp;
  /** Who has been asked; all that was sent before has come, where `saw` is given too. */
  readonly asked?: 'first' | 'second';
};
type Situation = {
  readonly what: string;
  readonly pairs: readonly Pair[];
  readonly more?: object;
  readonly asksTools?: true;
  /** What each provider that is asked does, in turn. */
  readonly first: (fixtures: Dialect, gates: Gates) => readonly Script[];
  readonly second?: (fixtures: Dialect, gates: Gates) => readonly Script[];
  /** The client leaves then. */
  readonly leaves?: Moment;
  /** Once somebody was asked, or this was seen. */
  readonly next?: Moment & { readonly do: (scene: Scene, open: () => void) => void };
  /** Before anything is asked. */
  readonly before?: (scene: Scene) => void;
  /** Whose call must have been given up by us. */
  readonly givenUp?: readonly ('first' | 'second')[];
};
/** `opened`: by what is done next. */
type Gates = { readonly left: Promise<void>; readonly opened: Promise<void> };

const WORDS = ['Blue', ' and', ' wide.'];
const STREAM = { stream: true };
const streamed = (fixtures: Dialect): Script => eventStream(fixtures.textFrames(WORDS));
const upToText = (fixtures: Dialect): readonly string[] => fixtures.textFrames(WORDS).slice(0, -3);
const silent: Script = { before: NEVER };
const headAlone = eventStream([], { ending: 'hang' });
const routing = (policy: object): object => ({ modelgraph: { routing: policy } });
const drained = (graceMs: number) => (scene: Scene) => {
  void scene.gateway.drain(graceMs);
  scene.clock.advance(graceMs);
};

const drainedInTime = (scene: Scene, open: () => void): void => {
  void scene.gateway.drain(1_000);
  scene.clock.advance(999);
  open();
};
const FIRST_OVER: Situation['next'] = { saw: /"finish_reason":"stop"/, do: (_scene, open) => open() };
const stopped = ({ gateway }: Scene): void => void gateway.drain(0);
/** All of the text, and that it is over; then the rest. */
const lastAfter = (fixtures: Dialect, moment: Promise<void>): Script => {
  const frames = fixtures.textFrames(WORDS);
  const last = frames.findIndex((frame) => FINISHED.test(frame)) + 1;
  return eventStream([...frames.slice(0, last), moment, ...frames.slice(last)]);
};
const FINISHED = /"finish_reason":"stop"|content_block_stop/;
/** Passed on as it comes: the client sees the end before it is there. */
const QUOTED = [pairOf(0, 'openai'), pairOf(1, 'anthropic')];

const SITUATIONS: readonly Situation[] = [
  { what: 'whole', pairs: WITH_GEMINI, first: (fixtures) => [fixtures.text(WORDS)] },
  { what: 'streamed', pairs: WITH_GEMINI, more: STREAM, first: (fixtures) => [streamed(fixtures)] },
  { what: 'tools', pairs: WITH_GEMINI, asksTools: true, first: (fixtures) => [fixtures.tool()] },
  {
    what: 'tools-streamed',
    pairs: WITH_GEMINI,
    asksTools: true,
    more: STREAM,
    first: (fixtures) => [fixtures.toolStream()],
  },
  { what: 'failed', pairs: ALL, first: () => [busy], second: () => [busy] },
  {
    what: 'key-refused',
    pairs: WITH_GEMINI,
    more: STREAM,
    first: (fixtures) => [fixtures.refusedKey('sk-1')],
    second: (fixtures) => [fixtures.refusedKey('sk-1')],
  },
  { what: 'fallback', pairs: ALL, first: () => [busy], second: (fixtures) => [fixtures.text(WORDS)] },
  {
    what: 'fallback-streamed',
    pairs: WITH_GEMINI,
    more: STREAM,
    first: () => [busy],
    second: (fixtures) => [streamed(fixtures)],
  },
  {
    what: 'cut-in-sight',
    pairs: WITH_GEMINI,
    more: STREAM,
    first: (fixtures) => [eventStream(upToText(fixtures), { ending: 'end' })],
  },
  {
    what: 'left',
    pairs: ALL,
    more: STREAM,
    first: (fixtures) => [eventStream(upToText(fixtures), { ending: 'hang' })],
    leaves: { saw: /wide\./ },
    givenUp: ['first'],
  },
  {
    what: 'left-drained',
    pairs: ALL,
    more: { ...STREAM, modelgraph: { onDisconnect: 'DRAIN' } },
    first: (fixtures, { left }) => {
      const frames = fixtures.textFrames(WORDS);
      return [eventStream([...frames.slice(0, -3), left, ...frames.slice(-3)])];
    },
    leaves: { saw: /wide\./ },
  },
  {
    what: 'rate-limited-fallback',
    pairs: SOME,
    first: () => [refused(429, 'rate_limit_error', { 'retry-after': '7' })],
    second: (fixtures) => [fixtures.text(WORDS)],
  },
  {
    what: 'broken-fallback-streamed',
    pairs: SOME,
    more: STREAM,
    first: () => [refused(500, 'api_error')],
    second: (fixtures) => [streamed(fixtures)],
  },
  { what: 'bad-request', pairs: SOME, first: () => [refused(400, 'invalid_request_error')] },
  {
    what: 'cut-before-token',
    pairs: SOME,
    more: STREAM,
    first: (fixtures) => [eventStream(fixtures.textFrames(WORDS).slice(0, 1), { ending: 'end' })],
    second: (fixtures) => [streamed(fixtures)],
  },
  {
    what: 'error-in-sight',
    pairs: SOME,
    more: STREAM,
    first: (fixtures) => [
      eventStream([
        ...upToText(fixtures),
        fixtures.name === 'openai'
          ? 'data: {"error":{"message":"The engine has died.","type":"server_error","code":null}}\n\n'
          : 'event: error\ndata: {"type":"error","error":{"type":"api_error","message":"The engine has died."}}\n\n',
      ]),
    ],
  },
  {
    what: 'race-streamed',
    pairs: SOME,
    more: { ...STREAM, ...routing({ strategy: 'RACE' }) },
    first: () => [silent],
    second: (fixtures) => [streamed(fixtures)],
    givenUp: ['first'],
  },
  {
    what: 'race-left',
    pairs: SOME,
    more: routing({ strategy: 'RACE' }),
    first: () => [silent],
    second: () => [silent],
    leaves: { asked: 'second' },
    givenUp: ['first', 'second'],
  },
  {
    what: 'hedge-streamed',
    pairs: SOME,
    more: { ...STREAM, ...routing({ strategy: 'HEDGE', hedge: { afterMs: 100 } }) },
    first: () => [silent],
    second: (fixtures) => [streamed(fixtures)],
    next: { asked: 'first', do: ({ clock }) => clock.advance(100) },
    givenUp: ['first'],
  },
  {
    what: 'late-fallback',
    pairs: SOME,
    more: { ...STREAM, modelgraph: { timeouts: { firstTokenMs: 1_000 } } },
    first: () => [silent],
    second: (fixtures) => [streamed(fixtures)],
    next: { asked: 'first', do: ({ clock }) => clock.advance(1_050) },
    givenUp: ['first'],
  },
  {
    what: 'left-before-head',
    pairs: SOME,
    more: STREAM,
    first: () => [silent],
    leaves: { asked: 'first' },
    givenUp: ['first'],
  },
  {
    what: 'left-before-token',
    pairs: SOME,
    more: STREAM,
    first: () => [headAlone],
    leaves: { asked: 'first' },
    givenUp: ['first'],
  },
  {
    what: 'left-whole',
    pairs: SOME,
    first: () => [silent],
    leaves: { asked: 'first' },
    givenUp: ['first'],
  },
  {
    what: 'drained-in-sight',
    pairs: SOME,
    more: STREAM,
    first: (fixtures) => [eventStream(upToText(fixtures), { ending: 'hang' })],
    next: { saw: /wide\./, do: drained(1_000) },
    givenUp: ['first'],
  },
  {
    what: 'drained-before-head',
    pairs: SOME,
    first: () => [silent],
    next: { asked: 'first', do: drained(1_000) },
    givenUp: ['first'],
  },
  {
    what: 'two-choices',
    pairs: [pairOf(0, 'openai'), pairOf(0, 'anthropic')],
    more: { n: 2 },
    first: (fixtures) =>
      fixtures.name === 'openai' ? [fixtures.text(WORDS)] : [fixtures.text(WORDS), fixtures.text(WORDS)],
  },
  {
    what: 'two-choices-streamed',
    pairs: [pairOf(0, 'openai'), pairOf(0, 'anthropic')],
    more: { ...STREAM, n: 2 },
    first: (fixtures, { opened }) =>
      fixtures.name === 'openai'
        ? [streamed(fixtures)]
        : [streamed(fixtures), { ...streamed(fixtures), before: opened }],
    next: FIRST_OVER,
  },
  {
    what: 'two-choices-streamed-one-fails',
    pairs: [pairOf(0, 'anthropic')],
    more: { ...STREAM, n: 2 },
    first: (fixtures, { opened }) => [streamed(fixtures), { ...busy, before: opened }],
    second: () => [busy],
    next: FIRST_OVER,
  },
  {
    what: 'left-after-last',
    pairs: QUOTED,
    more: STREAM,
    first: (fixtures) => [lastAfter(fixtures, NEVER)],
    leaves: { saw: FINISHED },
    givenUp: ['first'],
  },
  {
    what: 'left-after-last-drained',
    pairs: QUOTED,
    more: { ...STREAM, modelgraph: { onDisconnect: 'DRAIN' } },
    first: (fixtures, { left }) => [lastAfter(fixtures, left)],
    leaves: { saw: FINISHED },
  },
  {
    what: 'drained-before-head-streamed',
    pairs: SOME,
    more: STREAM,
    first: () => [silent],
    next: { asked: 'first', do: drained(1_000) },
    givenUp: ['first'],
  },
  {
    what: 'drained-in-time',
    pairs: SOME,
    first: (fixtures, { opened }) => [{ ...fixtures.text(WORDS), before: opened }],
    next: { asked: 'first', do: drainedInTime },
  },
  {
    what: 'drained-in-time-streamed',
    pairs: SOME,
    more: STREAM,
    first: (fixtures, { opened }) => {
      const frames = fixtures.textFrames(WORDS);
      return [eventStream([...frames.slice(0, -3), opened, ...frames.slice(-3)])];
    },
    next: { saw: /wide\./, do: drainedInTime },
  },
  { what: 'stopped', pairs: SOME, first: () => [], before: stopped },
  { what: 'stopped-streamed', pairs: SOME, more: STREAM, first: () => [], before: stopped },
];

const cases = SITUATIONS.flatMap((situation) =>
  situation.pairs.map((pair) => ({
    ...pair,
    situation,
    name: `${pair.face.face}-${pair.order[0]}-${situation.what}`,
  })),
);

it.each(cases)('$name', async ({ name, face, order, situation }) => {
  const { leaves, next, givenUp = [] } = situation;
  const left = gate();
  const opened = gate();
  const gates = { left: left.opened, opened: opened.opened };
  const [first, second] = order;
  const scripts: Scripts = {
    [first]: situation.first(fixturesOf(first), gates),
    [second]: situation.second?.(fixturesOf(second), gates) ?? [],
  };
  const scene = stage.begin(order, scripts);
  const { gateway, clock, catalogue } = scene;
  situation.before?.(scene);
  rest = await serveRest({ gateway, clock, catalogue });
  const nameOf = (which: 'first' | 'second'): ProviderName => (which === 'first' ? first : second);
  const client = new AbortController();
  const body = {
    ...face.body,
    ...situation.more,
    ...(situation.asksTools === true && { tools: face.tools }),
  };
  const moments = [
    ...(leaves === undefined ? [] : [{ ...leaves, do: () => client.abort() }]),
    ...(next === undefined ? [] : [next]),
  ];
  const answering = rest.post(face.path, body, { signal: client.signal });
  const afterAsking = moments.map(async ({ asked, do: act }) => {
    if (asked === undefined) return;
    await scene.asked(nameOf('first'));
    await scene.asked(nameOf(asked));
    act(scene, opened.open);
  });
  let head = '';
  let said = '';
  try {
    const answer = await answering;
    head = `${answer.status}\n${headersText(answer.headers)}`;
    for await (const piece of answer.body ?? []) {
      said += Buffer.from(piece).toString();
      for (const { saw, do: act } of moments) if (saw?.test(said) === true) act(scene, opened.open);
    }
  } catch (error) {
    if (!client.signal.aborted) throw error;
    said = '<left>';
  }
  await Promise.all(afterAsking);
  left.open();
  for (const which of givenUp) await stage.upstream.closedByClient(await scene.asked(nameOf(which)));
  const rows = await scene.rowsText();
  await expectTrace(stage, name, [
    `POST ${face.path}\n${JSON.stringify(body)}`,
    scene.providersText(),
    ...givenUp.map((which) => `given up: the call to ${nameOf(which)}`),
    `answer: ${head === '' ? said : `${head}\n\n${said}`}`,
    `ledger:\n${rows}`,
  ]);
});
