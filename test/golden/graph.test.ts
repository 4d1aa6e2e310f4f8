import { once } from 'node:events';
import { afterAll, afterEach, beforeAll, describe, it } from 'vitest';
import { WebSocket } from 'ws';
import { createMemoryState } from '../../src/adapters/state/memory.ts';
import { createCatalogueReader } from '../../src/catalogue/catalogue-reader.ts';
import { createGraphFace, type GraphFace } from '../../src/faces/graphql/graph-face.ts';
import { buildSubgraphSchema } from '../../src/faces/graphql/schema.ts';
import { DEFAULT_TIMEOUTS } from '../../src/gateway/completion-command.ts';
import { createMediaShelf } from '../../src/gateway/media-shelf.ts';
import { openAiEmbeddings } from '../../src/wire/operations/openai/embeddings.ts';
import { openAiImages } from '../../src/wire/operations/openai/images.ts';
import { openAiModeration } from '../../src/wire/operations/openai/moderation.ts';
import { openAiSpeech } from '../../src/wire/operations/openai/speech.ts';
import { openAiTranscription } from '../../src/wire/operations/openai/transcription.ts';
import { commonRerank } from '../../src/wire/operations/rerank.ts';
import { documentOf, OPERATION_CASES } from '../faces/graphql/operation-cases.ts';
import { keys, type ServedRest, serveRest } from '../faces/rest/rest-harness.ts';
import { noReplay, noRoutes } from '../support/no-routes.ts';
import { eventStream, NEVER, type Script } from '../support/upstream.ts';
import {
  busy,
  expectTrace,
  fixturesOf,
  headersText,
  type ProviderName,
  type Scene,
  type Stage,
  startStage,
} from './stage.ts';

/** What clients of the graph get on each transport, and what operations besides completions do there and over REST. */

let stage: Stage;
const schema = buildSubgraphSchema();
let served: ServedRest | undefined;
let graph: GraphFace | undefined;
beforeAll(async () => {
  stage = await startStage();
});
afterEach(async () => {
  await graph?.close();
  await served?.close();
});
afterAll(() => stage?.close());

const never = (): never => {
  throw new Error('not used here');
};
const history = { findMany: never, list: never };

const serve = async (scene: Scene): Promise<ServedRest> => {
  const { gateway, clock, catalogue } = scene;
  graph = createGraphFace(
    {
      catalogue: createCatalogueReader(() => catalogue),
      sources: { health: () => [], refresh: never },
      gateway,
      routes: noRoutes(),
      replay: noReplay,
      estimator: { estimate: never },
      priceHistory: { pricesAt: never, historyOf: never, changes: never, watch: never },
      keys,
      history,
      operationHistory: history,
      shelf: createMediaShelf(createMemoryState(), clock, () => 'http://shelf'),
      now: clock.now,
      timeouts: DEFAULT_TIMEOUTS,
    },
    { introspection: true, maxRequestBytes: 1_000_000, onFailure: never },
    schema,
  );
  served = await serveRest({ gateway, clock, catalogue, before: [graph] });
  return served;
};

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

const postGraph =
  (path: string, accept: string) => async (rest: ServedRest, query: string, input: object) => {
    const answer = await rest.post(path, { query, variables: { input } }, { headers: { accept } });
    return `${answer.status}\n${headersText(answer.headers)}\n\n${await answer.text()}`;
  };
const overSocket = async (rest: ServedRest, query: string, input: object): Promise<string> => {
  const socket = new WebSocket(`${rest.url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws');
  await once(socket, 'open');
  const told: string[] = [];
  const over = new Promise<void>((resolve) => {
    socket.on('message', (data) => {
      const text = String(data);
      told.push(text);
      const { type } = JSON.parse(text);
      if (type === 'connection_ack')
        socket.send(JSON.stringify({ id: '1', type: 'subscribe', payload: { query, variables: { input } } }));
      if (type === 'complete' || type === 'error') resolve();
    });
  });
  socket.send(JSON.stringify({ type: 'connection_init', payload: { authorization: 'Bearer mg_test' } }));
  await over;
  socket.close();
  return told.join('\n');
};

const WAYS = [
  { way: 'mutation', query: COMPLETE, ask: postGraph('/graphql', 'application/json') },
  { way: 'sse', query: WATCH, ask: postGraph('/graphql/stream', 'text/event-stream') },
  { way: 'websocket', query: WATCH, ask: overSocket },
];
type Situation = {
  readonly what: string;
  readonly more?: object;
  readonly openai: readonly Script[];
  readonly anthropic?: readonly Script[];
  readonly givenUp?: true;
};
const SITUATIONS: readonly Situation[] = [
  { what: 'coalesced', openai: [eventStream(frames)] },
  { what: 'apart', more: { coalesceMs: 0 }, openai: [eventStream(frames)] },
  {
    what: 'fallback',
    openai: [busy],
    anthropic: [eventStream(fixturesOf('anthropic').textFrames(WORDS))],
  },
  { what: 'failed', openai: [busy], anthropic: [busy] },
  {
    what: 'error-in-sight',
    openai: [
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
    openai: [{ before: NEVER }],
    anthropic: [eventStream(fixturesOf('anthropic').textFrames(WORDS))],
    givenUp: true,
  },
];

describe.each(WAYS)('completions by $way', ({ way, query, ask }) => {
  it.each(SITUATIONS)('$what', async ({ what, more, openai, anthropic = [], givenUp }) => {
    // A mutation shows nothing before its end: a broken answer is made good elsewhere.
    const isUnasked = what === 'error-in-sight' && way !== 'mutation';
    const scene = stage.begin(order, { openai, anthropic: isUnasked ? [] : anthropic });
    const input = { ...INPUT, ...more };
    const answer = await ask(await serve(scene), query, input);
    if (givenUp === true) await stage.upstream.closedByClient(await scene.asked('openai'));
    const rows = await scene.rowsText();
    await expectTrace(stage, `graph-${way}-${what}`, [
      JSON.stringify(input),
      scene.providersText(),
      `answer: ${answer}`,
      `ledger:\n${rows}`,
    ]);
  });
});

const CODECS = {
  EMBEDDING: openAiEmbeddings(),
  IMAGE_GENERATION: openAiImages(),
  SPEECH: openAiSpeech(),
  TRANSCRIPTION: openAiTranscription(),
  RERANK: commonRerank(),
  MODERATION: openAiModeration(),
};
const operations = { openai: CODECS, anthropic: CODECS };
const ENDINGS = ['done', 'fallback', 'failed'] as const;
const endings = OPERATION_CASES.flatMap((each) =>
  (each.kind === 'EMBEDDING' ? ENDINGS : ENDINGS.slice(0, 1)).map((ending) => ({
    each,
    ending,
    kind: each.kind,
  })),
);
const scriptsOf = (ending: (typeof ENDINGS)[number], answer: Script) => ({
  openai: ending === 'done' ? [answer] : [busy],
  anthropic: { done: [], fallback: [answer], failed: [busy] }[ending],
});

it.each(endings)('$kind by mutation: $ending', async ({ each, ending }) => {
  const scene = stage.begin(order, scriptsOf(ending, each.answer()), { operations });
  const input = { model: 'lab/talker', ...each.variables };
  const ask = postGraph('/graphql', 'application/json');
  const answer = await ask(await serve(scene), documentOf(each), input);
  const rows = await scene.rowsText();
  await expectTrace(stage, `graph-${each.mutation}-${ending}`, [
    JSON.stringify(input),
    scene.providersText(),
    `answer: ${answer}`,
    `ledger:\n${rows}`,
  ]);
});

const REST = [
  { kind: 'EMBEDDING', path: '/v1/embeddings', body: { input: ['one', 'two'] } },
  { kind: 'IMAGE_GENERATION', path: '/v1/images/generations', body: { prompt: 'A red dot' } },
  { kind: 'SPEECH', path: '/v1/audio/speech', body: { input: 'Hello', voice: 'alloy' } },
  { kind: 'RERANK', path: '/v1/rerank', body: { query: 'apples', documents: ['sky', 'apples'] } },
  { kind: 'MODERATION', path: '/v1/moderations', body: { input: 'I hate this.' } },
] as const;
const restEndings = REST.flatMap((each) => {
  const found = OPERATION_CASES.find(({ kind }) => kind === each.kind);
  if (found === undefined) throw new Error(`no case of ${each.kind}`);
  return (each.kind === 'EMBEDDING' ? ENDINGS : ENDINGS.slice(0, 1)).map((ending) => ({
    ...each,
    ending,
    answer: found.answer,
  }));
});

it.each(restEndings)('$kind over REST: $ending', async ({ kind, path, body, ending, answer }) => {
  const scene = stage.begin(order, scriptsOf(ending, answer()), { operations });
  const rest = await serve(scene);
  const asked = { model: 'lab/talker', ...body };
  const got = await rest.post(path, asked);
  const said = await got.text();
  const rows = await scene.rowsText();
  await expectTrace(stage, `rest-${kind.toLowerCase().replaceAll('_', '-')}-${ending}`, [
    `POST ${path}\n${JSON.stringify(asked)}`,
    scene.providersText(),
    `answer: ${got.status}\n${headersText(got.headers)}\n\n${said}`,
    `ledger:\n${rows}`,
  ]);
});
