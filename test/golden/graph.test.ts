import { once } from 'node:events';
import { afterAll, afterEach, beforeAll, it } from 'vitest';
import { WebSocket } from 'ws';
import type { ServedRest } from '../faces/rest/rest-harness.ts';
import { eventStream, gate, NEVER, type Script } from '../support/upstream.ts';
import { serveBoth } from './served-graph.ts';
import {
  busy,
  expectTrace,
  fixturesOf,
  headersText,
  type ProviderName,
  type Stage,
  startStage,
} from './stage.ts';

/** What clients of the graph get of completions on each transport, and what follows when they leave. */

let stage: Stage;
let served: ServedRest | undefined;
beforeAll(async () => {
  stage = await startStage();
});
afterEach(() => served?.close());
afterAll(() => stage?.close());

const ROW = /* GraphQL */ `
  fragment Row on Completion {
    id status text finishReason usage { input cacheRead output }
    cost { __typename ... on PricedCost { total { amount currency } } ... on UnpricedCost { reason atLeast { amount } } }
    attempts { index offeringId cause status error { code message } }
    toolCalls { name arguments } route { requested candidates strategy } timings { totalMs ttftMs }
  }
`;
const COMPLETE = /* GraphQL */ `
  mutation ($input: CompletionInput!) {
    complete(input: $input) {
      __typename
      ... on Completion { ...Row }
      ... on Error { message }
      ... on UpstreamError { code retry offeringId attempts { offeringId error { code } } }
    }
  }
  ${ROW}
`;
const WATCH = /* GraphQL */ `
  subscription ($input: CompletionInput!) {
    completion(input: $input) {
      __typename
      ... on CompletionStarted { completionId createdAt route { requested candidates } }
      ... on AttemptStarted { index offeringId cause }
      ... on AttemptFailed { willRetry attempt { offeringId error { code } } }
      ... on AttemptCancelled { attempt { offeringId status } }
      ... on TextDelta { text }
      ... on ToolCallStarted { index toolCallId name }
      ... on ToolCallDelta { index argumentsDelta }
      ... on ToolCallEnded { index toolCallId name arguments }
      ... on UsageUpdated { usageSoFar { input cacheRead output } }
      ... on CompletionFinished { finishReason completion { ...Row } }
      ... on CompletionFailed { error { __typename ... on Error { message } } failedCompletion { ...Row } }
    }
  }
  ${ROW}
`;

const WORDS = ['Blue', ' and', ' wide.'];
const frames = fixturesOf('openai').textFrames(WORDS);
const INPUT = { model: 'lab/talker', messages: [{ user: { text: 'What colour is the sky?' } }] };
const order: readonly ProviderName[] = ['openai', 'anthropic'];

/** What a client does, and what it tells as it gets it. */
type Client = {
  readonly rest: ServedRest;
  readonly query: string;
  readonly input: object;
  /** The client leaves when it is aborted. */
  readonly signal: AbortSignal;
  readonly saw: (text: string) => void;
};

const postGraph =
  (path: string, accept: string) =>
  async ({ rest, query, input, signal, saw }: Client): Promise<string> => {
    const answer = await rest.post(path, { query, variables: { input } }, { headers: { accept }, signal });
    let said = '';
    for await (const piece of answer.body ?? []) {
      said += Buffer.from(piece).toString();
      saw(said);
    }
    return `${answer.status}\n${headersText(answer.headers)}\n\n${said}`;
  };
/** `leave`: what a client that leaves does. */
const overSocket =
  (leave: (socket: WebSocket) => void) =>
  async ({ rest, query, input, signal, saw }: Client): Promise<string> => {
    const socket = new WebSocket(`${rest.url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws');
    await once(socket, 'open');
    const told: string[] = [];
    const { promise: over, resolve } = Promise.withResolvers<void>();
    socket.on('message', (data) => {
      const text = String(data);
      told.push(text);
      saw(told.join('\n'));
      const { type } = JSON.parse(text);
      if (type === 'connection_ack')
        socket.send(JSON.stringify({ id: '1', type: 'subscribe', payload: { query, variables: { input } } }));
      if (type === 'complete' || type === 'error') resolve();
    });
    signal.addEventListener('abort', () => {
      leave(socket);
      resolve();
    });
    socket.send(JSON.stringify({ type: 'connection_init', payload: { authorization: 'Bearer mg_test' } }));
    await over;
    if (!signal.aborted) socket.close();
    return told.join('\n');
  };
const lost = (socket: WebSocket): void => socket.terminate();
const unsubscribe = (socket: WebSocket): void => socket.send(JSON.stringify({ id: '1', type: 'complete' }));

const WAYS = [
  { way: 'mutation', query: COMPLETE, ask: postGraph('/graphql', 'application/json') },
  { way: 'sse', query: WATCH, ask: postGraph('/graphql/stream', 'text/event-stream') },
  { way: 'websocket', query: WATCH, ask: overSocket(lost) },
  { way: 'unsubscribing', query: WATCH, ask: overSocket(unsubscribe) },
] as const;
type Situation = {
  readonly what: string;
  readonly more?: object;
  readonly openai: (left: Promise<void>) => readonly Script[];
  readonly anthropic?: readonly Script[];
  readonly isGivenUp?: true;
  /** The client leaves once the provider has been asked, or this has been seen; which mutations do not. */
  readonly leaves?: 'ASKED' | RegExp;
};
const hanging = (sent: readonly string[]): Script => eventStream(sent, { ending: 'hang' });
const silent: Script = { before: NEVER };
const APART = { coalesceMs: 0 };
const DRAINED = { ...APART, onDisconnect: 'DRAIN' };

const SITUATIONS: readonly Situation[] = [
  { what: 'coalesced', openai: () => [eventStream(frames)] },
  { what: 'apart', more: APART, openai: () => [eventStream(frames)] },
  {
    what: 'fallback',
    openai: () => [busy],
    anthropic: [eventStream(fixturesOf('anthropic').textFrames(WORDS))],
  },
  { what: 'failed', openai: () => [busy], anthropic: [busy] },
  {
    what: 'error-in-sight',
    openai: () => [
      eventStream([
        ...frames.slice(0, -3),
        'data: {"error":{"message":"The engine has died.","type":"server_error","code":null}}\n\n',
      ]),
    ],
    anthropic: [eventStream(fixturesOf('anthropic').textFrames(WORDS))],
  },
  {
    what: 'race',
    more: { routing: { strategy: 'RACE' } },
    openai: () => [silent],
    anthropic: [eventStream(fixturesOf('anthropic').textFrames(WORDS))],
    isGivenUp: true,
  },
  { what: 'left-before-head', leaves: 'ASKED', openai: () => [silent], isGivenUp: true },
  { what: 'left-before-token', leaves: 'ASKED', openai: () => [hanging([])], isGivenUp: true },
  {
    what: 'left-before-head-drained',
    more: DRAINED,
    leaves: 'ASKED',
    openai: (left) => [{ ...eventStream(frames), before: left }],
  },
  {
    what: 'left-in-sight',
    more: APART,
    leaves: /wide\./,
    openai: () => [hanging(frames.slice(0, -3))],
    isGivenUp: true,
  },
  {
    what: 'left-in-sight-drained',
    more: DRAINED,
    leaves: /wide\./,
    openai: (left) => [eventStream([...frames.slice(0, -3), left, ...frames.slice(-3)])],
  },
  {
    what: 'left-after-last',
    more: APART,
    leaves: /usageSoFar/,
    openai: () => [hanging(frames.slice(0, -1))],
    isGivenUp: true,
  },
  {
    what: 'left-after-last-drained',
    more: DRAINED,
    leaves: /usageSoFar/,
    openai: (left) => [eventStream([...frames.slice(0, -1), left, ...frames.slice(-1)])],
  },
];

const situationsOf = (way: (typeof WAYS)[number]['way']): readonly Situation[] =>
  SITUATIONS.filter(({ leaves }) => {
    if (way === 'mutation') return leaves === undefined || leaves === 'ASKED';
    return way !== 'unsubscribing' || leaves !== undefined;
  });

const cases = WAYS.flatMap((way) =>
  situationsOf(way.way).map((situation) => ({ ...way, situation, name: `${way.way}-${situation.what}` })),
);

it.each(cases)('$name', async ({ name, way, query, ask, situation }) => {
  const { what, more, leaves, anthropic = [], isGivenUp } = situation;
  // A mutation shows nothing before its end: a broken answer is made good elsewhere.
  const isUnasked = what === 'error-in-sight' && way !== 'mutation';
  const left = gate();
  const scene = stage.begin(order, {
    openai: situation.openai(left.opened),
    anthropic: isUnasked ? [] : anthropic,
  });
  const input = { ...INPUT, ...more };
  served = await serveBoth(scene);
  const client = new AbortController();
  const leaving = async (): Promise<void> => {
    await scene.asked('openai');
    client.abort();
  };
  const asking = ask({
    rest: served,
    query,
    input,
    signal: client.signal,
    saw: (text) => void (leaves instanceof RegExp && leaves.test(text) && client.abort()),
  });
  const [answer] = await Promise.all([
    asking.catch((error: unknown) => {
      if (!client.signal.aborted) throw error;
    }),
    leaves === 'ASKED' ? leaving() : undefined,
  ]);
  left.open();
  if (isGivenUp === true) await stage.upstream.closedByClient(await scene.asked('openai'));
  const rows = await scene.rowsText();
  await expectTrace(stage, `graph-${name}`, [
    JSON.stringify(input),
    scene.providersText(),
    ...(leaves !== undefined && isGivenUp === true ? ['given up: the call to openai'] : []),
    `answer: ${client.signal.aborted ? '<left>' : answer}`,
    `ledger:\n${rows}`,
  ]);
});
