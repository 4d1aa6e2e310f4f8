import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { createDispatcher } from '../../../src/adapters/providers/dispatcher.ts';
import { vertex } from '../../../src/adapters/providers/known/vertex.ts';
import { connectVertex } from '../../../src/adapters/providers/vertex.ts';
import type { CompletionRequest } from '../../../src/domain/completion-request.ts';
import { asProviderId } from '../../../src/domain/ids.ts';
import { Secret } from '../../../src/domain/secret.ts';
import { usageOf } from '../../../src/domain/usage.ts';
import { anthropicText, anthropicTextStream } from '../../fixtures/upstream/anthropic.ts';
import { geminiText, geminiTextStream } from '../../fixtures/upstream/gemini.ts';
import { vertexError, vertexServiceAccount, vertexToken } from '../../fixtures/upstream/vertex.ts';
import { createFakeClock } from '../../support/fake-clock.ts';
import { providerEvents } from '../../support/provider-events.ts';
import { recordedLog } from '../../support/recorded-log.ts';
import { hasRecordings, recordedText, titleWithRecordings } from '../../support/recordings.ts';
import { jsonAnswer, NEVER, startUpstream, type Upstream } from '../../support/upstream.ts';
import { fold } from '../../wire/fold.ts';
import { type Connected, connected } from './ai-sdk/connected.ts';

const PATH = '/v1/projects/project-x/locations/global';
const TOKEN = 'ya29.a-token-that-nobody-may-see';

let side: Connected | undefined;
let tokens: Upstream | undefined;
afterEach(async () => {
  await side?.close();
  await tokens?.close();
});

const start = async (): Promise<{ readonly vertexAi: Connected; readonly tokenServer: Upstream }> => {
  const tokenServer = await startUpstream();
  tokenServer.respond(() => vertexToken(TOKEN));
  const vertexAi = await connected(vertex, {
    path: PATH,
    variables: { GOOGLE_VERTEX_PROJECT: 'project-x', GOOGLE_VERTEX_LOCATION: 'global' },
    secrets: { GOOGLE_SERVICE_ACCOUNT_JSON: new Secret(vertexServiceAccount(`${tokenServer.url}/token`)) },
  });
  side = vertexAi;
  tokens = tokenServer;
  return { vertexAi, tokenServer };
};

test.each([
  { model: 'gemini-2.5-flash', whole: geminiText, streamed: geminiTextStream, publisher: 'google' },
  {
    model: 'claude-sonnet-4-5@20250929',
    whole: anthropicText,
    streamed: anthropicTextStream,
    publisher: 'anthropic',
  },
])('$model answers in the dialect of its maker, with one token for many calls', async (tested) => {
  const { vertexAi, tokenServer } = await start();
  const { upstream } = vertexAi;
  upstream.enqueue(tested.whole(['One', ' two']), tested.streamed(['One', ' two']));
  for (const stream of [false, true]) {
    const events = await vertexAi.complete(tested.model, {}, stream);
    expect(fold(events)).toMatchObject({ text: 'One two', end: { type: 'completed', finishReason: 'STOP' } });
  }
  expect(tokenServer.requests).toHaveLength(1);
  expect(tokenServer.requests[0]?.path).toBe('/token');
  for (const { headers, path } of upstream.requests) {
    expect(headers.authorization).toBe(`Bearer ${TOKEN}`);
    expect(path.startsWith(`${PATH}/publishers/${tested.publisher}/models/`)).toBe(true);
  }
});

test.each([
  ['global', 'https://aiplatform.googleapis.com'],
  ['us', 'https://aiplatform.us.rep.googleapis.com'],
  ['eu', 'https://aiplatform.eu.rep.googleapis.com'],
  ['europe-west4', 'https://europe-west4-aiplatform.googleapis.com'],
])('%s is at %s', async (location, origin) => {
  const { vertexAi, tokenServer } = await start();
  vertexAi.upstream.respond(() => geminiText(['x']));
  const asked: string[] = [];
  const agent = createDispatcher();
  const dispatcher = agent.compose((dispatch) => (options, handler) => {
    const wanted = String(options.origin);
    if (!wanted.startsWith('https:')) return dispatch(options, handler);
    asked.push(wanted);
    return dispatch({ ...options, origin: vertexAi.upstream.url }, handler);
  });
  const provider = await connectVertex(
    {
      id: asProviderId('vertex'),
      baseUrl: vertex.baseUrl
        .replaceAll('{GOOGLE_VERTEX_LOCATION}', location)
        .replace('{GOOGLE_VERTEX_PROJECT}', 'project-x'),
      secrets: { GOOGLE_SERVICE_ACCOUNT_JSON: new Secret(vertexServiceAccount(`${tokenServer.url}/token`)) },
    },
    { dispatcher, clock: createFakeClock(), log: recordedLog() },
  );
  const call = {
    providerModelId: 'gemini-2.5-flash',
    request: { messages: [{ role: 'user', parts: [{ type: 'text', text: 'Hi' }] }], tools: [] },
    stream: false,
  } as const;
  for await (const _event of providerEvents(provider, call, new AbortController().signal));
  await agent.destroy();
  expect(asked).toEqual([origin]);
  expect(vertexAi.upstream.requests[0]?.path).toContain(`/v1/projects/project-x/locations/${location}/`);
});

test('calls at the same time share one request for a token', async () => {
  const { vertexAi, tokenServer } = await start();
  vertexAi.upstream.respond(() => geminiText(['x']));
  await Promise.all([1, 2, 3].map(() => vertexAi.complete('gemini-2.5-flash', {}, false)));
  expect(vertexAi.upstream.requests).toHaveLength(3);
  expect(tokenServer.requests).toHaveLength(1);
});

test('a request for a token that is never answered holds up no call after it', async () => {
  const { vertexAi, tokenServer } = await start();
  tokenServer.enqueue({ before: NEVER });
  vertexAi.upstream.respond(() => geminiText(['x']));
  const leaving = new AbortController();
  const request: CompletionRequest = {
    messages: [{ role: 'user', parts: [{ type: 'text', text: 'Hi' }] }],
    tools: [],
  };
  const call = { providerModelId: 'gemini-2.5-flash', request, stream: false };
  const first = providerEvents(vertexAi.provider, call, leaving.signal)[Symbol.asyncIterator]().next();
  await tokenServer.received(0);
  leaving.abort();
  expect((await first).value).toMatchObject({ type: 'failed', failure: { code: 'CANCELLED' } });
  vertexAi.clock.advance(15_000);
  await tokenServer.closedByClient(0);
  const events = await vertexAi.complete('gemini-2.5-flash', {}, false);
  expect(events.at(-1)).toMatchObject({ type: 'completed' });
});

test('without a token nothing is sent, and the failure says what is wrong', async () => {
  const { vertexAi, tokenServer } = await start();
  tokenServer.respond(() =>
    jsonAnswer({ error: 'invalid_grant', error_description: 'No.' }, { status: 400 }),
  );
  const events = await vertexAi.complete('gemini-2.5-flash');
  expect(events.at(-1)).toMatchObject({ type: 'failed', failure: { code: 'AUTHENTICATION' } });
  expect(vertexAi.upstream.requests).toEqual([]);
});

test.each([
  { script: vertexError(429, 'RESOURCE_EXHAUSTED', 'Resource exhausted.'), code: 'RATE_LIMITED' },
  { script: vertexError(403, 'PERMISSION_DENIED', `The token ${TOKEN} may not.`), code: 'PERMISSION' },
])('errors: $code, without the token', async ({ script, code }) => {
  const { vertexAi } = await start();
  vertexAi.upstream.enqueue(script);
  const events = await vertexAi.complete('gemini-2.5-flash');
  expect(events.at(-1)).toMatchObject({ type: 'failed', failure: { code } });
  expect(JSON.stringify(events)).not.toContain(TOKEN);
});

test('tokens are counted in the way of the model', async () => {
  const { vertexAi } = await start();
  const request = {
    messages: [{ role: 'user' as const, parts: [{ type: 'text' as const, text: 'Hi' }] }],
    tools: [],
  };
  vertexAi.upstream.enqueue(jsonAnswer({ totalTokens: 2 }), jsonAnswer({ input_tokens: 8 }));
  expect(await vertexAi.perform('TOKEN_COUNT', 'gemini-2.5-flash', request)).toMatchObject({
    result: { inputTokens: 2, method: 'PROVIDER' },
  });
  expect(await vertexAi.perform('TOKEN_COUNT', 'claude-sonnet-4-5@20250929', request)).toMatchObject({
    result: { inputTokens: 8 },
  });
  expect(vertexAi.upstream.requests.map(({ path }) => path)).toEqual([
    `${PATH}/publishers/google/models/gemini-2.5-flash:countTokens`,
    `${PATH}/publishers/anthropic/models/count-tokens:rawPredict`,
  ]);
});

test.skipIf(!hasRecordings)(titleWithRecordings('vectors as they were recorded'), async () => {
  const { vertexAi } = await start();
  const recorded = JSON.parse(recordedText('vercel-ai/google-vertex/google-vertex-embedding.json'));
  vertexAi.upstream.enqueue(jsonAnswer(recorded));
  const outcome = await vertexAi.perform('EMBEDDING', 'text-embedding-005', { inputs: ['one', 'two'] });
  expect(outcome).toMatchObject({
    kind: 'DONE',
    result: {
      vectors: recorded.predictions.map(
        (each: { embeddings: { values: number[] } }) => each.embeddings.values,
      ),
    },
    usage: usageOf({ input: 11 }),
  });
});

test('a service account may lie in a file', async () => {
  const tokenServer = await startUpstream();
  tokens = tokenServer;
  tokenServer.respond(() => vertexToken(TOKEN));
  const folder = await mkdtemp(join(tmpdir(), 'modelgraph-'));
  try {
    const file = join(folder, 'account.json');
    await writeFile(file, vertexServiceAccount(`${tokenServer.url}/token`));
    side = await connected(vertex, { path: PATH, variables: { GOOGLE_APPLICATION_CREDENTIALS: file } });
    side.upstream.enqueue(geminiText(['x']));
    await side.complete('gemini-2.5-flash', {}, false);
    expect(side.upstream.requests[0]?.headers.authorization).toBe(`Bearer ${TOKEN}`);
  } finally {
    await rm(folder, { recursive: true });
  }
});

test('a service account that is none is told at the start', async () => {
  await expect(
    connected(vertex, { secrets: { GOOGLE_SERVICE_ACCOUNT_JSON: new Secret('not json') } }),
  ).rejects.toThrow(/GOOGLE_SERVICE_ACCOUNT_JSON/);
});
