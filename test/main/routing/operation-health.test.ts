import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Modelgraph, startModelgraph } from '../../support/modelgraph.ts';
import {
  jsonAnswer,
  NEVER,
  startUpstream,
  type Upstream,
  type UpstreamRequest,
} from '../../support/upstream.ts';

const KEY = 'sk-test-0123456789';
const OTHER_KEY = 'sk-other-0123456789';
const model = (id: string) => ({ id, model: `lab/${id}`, prices: { input: 1, output: 1 } });
const IDS = ['counted', 'failing', 'drawn', 'embedded', 'refused', 'timed', 'slow', 'late', 'spoken'];

let upstream: Upstream;
let server: Modelgraph;
/** Milliseconds that an answer takes, by path, model and provider. */
const delays = new Map<string, number>();
/** By path and model: how it fails; everything else is answered well. */
const failing = new Map<string, { readonly status: number; readonly headers?: Record<string, string> }>();

const modelOf = ({ body }: UpstreamRequest): string =>
  typeof body === 'object' && body !== null && 'model' in body ? String(body.model) : '';

/** Below the base, which one dialect has and the other adds. */
const pathOf = ({ path }: UpstreamRequest): string => path.replace(/^\/v1|\?.*/g, '');

const providerOf = ({ headers }: UpstreamRequest): string =>
  headers.authorization === `Bearer ${OTHER_KEY}` ? 'others' : 'chats';

const elapsed = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

const answers = (path: string, id: string): object => {
  if (path.endsWith('/count_tokens')) return { input_tokens: 3 };
  if (path.endsWith('/embeddings'))
    return {
      object: 'list',
      model: id,
      data: [{ object: 'embedding', index: 0, embedding: [1, 0] }],
      usage: { prompt_tokens: 1, total_tokens: 1 },
    };
  if (path === '/images/generations') return { created: 1, data: [{ b64_json: 'iVBORw0KGgo=' }] };
  if (path.endsWith('/messages'))
    return {
      id: 'msg',
      type: 'message',
      role: 'assistant',
      model: id,
      content: [{ type: 'text', text: 'fine' }],
      stop_reason: 'end_turn',
      stop_sequence: null,
      usage: { input_tokens: 1, output_tokens: 1 },
    };
  return {
    id: 'c',
    object: 'chat.completion',
    created: 1,
    model: id,
    choices: [{ index: 0, message: { role: 'assistant', content: 'fine' }, finish_reason: 'stop' }],
    usage: { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 },
  };
};

beforeAll(async () => {
  upstream = await startUpstream();
  upstream.respond((request) => {
    const id = modelOf(request);
    const path = pathOf(request);
    const ms = delays.get(`${path} ${providerOf(request)}/${id}`) ?? 0;
    const before = ms === Number.POSITIVE_INFINITY ? NEVER : elapsed(ms);
    if (path === '/audio/speech')
      return { before, headers: { 'content-type': 'audio/mpeg' }, body: Buffer.from('ID3 said') };
    const failed = failing.get(`${pathOf(request)} ${id}`);
    return failed === undefined
      ? jsonAnswer(answers(path, id), { before })
      : jsonAnswer(
          { type: 'error', error: { type: 'api_error', message: 'no', code: null, param: null } },
          failed,
        );
  });
  server = await startModelgraph({
    lists: 'SMALL',
    config: JSON.stringify({
      providers: [
        { id: 'anthropic', apiKey: KEY, baseUrl: upstream.url, models: IDS.map(model) },
        {
          id: 'chats',
          dialect: 'openai',
          apiKey: KEY,
          baseUrl: `${upstream.url}/v1`,
          models: IDS.map(model),
        },
        {
          id: 'others',
          dialect: 'openai',
          apiKey: OTHER_KEY,
          baseUrl: `${upstream.url}/v1`,
          models: IDS.map(model),
        },
      ],
    }),
  });
});
afterAll(async () => {
  await server?.stop();
  await upstream?.close();
});

const post = async (path: string, body: object): Promise<number> => {
  const response = await fetch(`${server.url}/v1${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${server.adminKey}` },
    body: JSON.stringify(body),
  });
  await response.text();
  return response.status;
};
const messages = [{ role: 'user', content: 'hi' }];
const alone = { fallback: { maxAttempts: 1 } };
const message = (id: string) =>
  post('/messages', { model: `offering:anthropic/${id}`, max_tokens: 9, messages });
const count = (id: string) => post('/messages/count_tokens', { model: `offering:anthropic/${id}`, messages });
const chat = (id: string) => post('/chat/completions', { model: `offering:chats/${id}`, messages });
const embed = (id: string, breaker?: object) =>
  post('/embeddings', {
    model: `offering:chats/${id}`,
    input: 'hi',
    ...(breaker !== undefined && { modelgraph: { routing: { ...alone, breaker } } }),
  });
const draw = (id: string) => post('/images/generations', { model: `offering:chats/${id}`, prompt: 'a cat' });
const sent = (path: string, id: string): number =>
  upstream.requests.filter((request) => pathOf(request) === path && modelOf(request) === id).length;

describe('what one operation meets at an offering', () => {
  it('is not what its completions wait for, where counting tokens is limited', async () => {
    failing.set('/messages/count_tokens counted', { status: 429, headers: { 'retry-after': '30' } });
    expect(await count('counted')).toBe(429);
    expect(await message('counted')).toBe(200);
    const before = sent('/messages/count_tokens', 'counted');
    expect(await count('counted')).not.toBe(200);
    expect(sent('/messages/count_tokens', 'counted')).toBe(before);
  });

  it('opens no breaker of its completions, where counting tokens fails', async () => {
    failing.set('/messages/count_tokens failing', { status: 500 });
    for (let n = 0; n < 6; n += 1) await count('failing');
    expect(sent('/messages/count_tokens', 'failing')).toBeGreaterThanOrEqual(5);
    expect(await message('failing')).toBe(200);
  });

  it('opens no breaker of its completions, where drawing fails', async () => {
    failing.set('/images/generations drawn', { status: 500 });
    for (let n = 0; n < 6; n += 1) await draw('drawn');
    expect(sent('/images/generations', 'drawn')).toBeGreaterThanOrEqual(5);
    expect(await chat('drawn')).toBe(200);
  });

  it('makes it unusable for that operation alone, where it has no such endpoint', async () => {
    failing.set('/embeddings embedded', { status: 404 });
    for (let n = 0; n < 6; n += 1) await embed('embedded');
    expect(sent('/embeddings', 'embedded')).toBeGreaterThanOrEqual(3);
    const { body } = await server.post(
      `query ($input: CompletionInput!) { planCompletion(input: $input) {
        __typename ... on CompletionPlan { rejected { reason } offerings { breaker offering { id } } } } }`,
      {
        input: {
          model: 'lab/embedded',
          messages: [{ user: { text: 'hi' } }],
          routing: { candidates: [{ offering: 'chats/embedded' }, { offering: 'anthropic/embedded' }] },
        },
      },
    );
    expect(body.data?.planCompletion, JSON.stringify(body)).toMatchObject({
      offerings: [{ offering: { id: 'chats/embedded' } }, { offering: { id: 'anthropic/embedded' } }],
    });
  });

  it('opens its own breaker, which closes again once it is well', async () => {
    const breaker = { consecutiveFailures: 2, openMs: 1_000 };
    failing.set('/embeddings failing', { status: 500 });
    for (let n = 0; n < 2; n += 1) expect(await embed('failing', breaker)).not.toBe(200);
    const before = sent('/embeddings', 'failing');
    expect(await embed('failing', breaker)).toBe(503);
    expect(sent('/embeddings', 'failing')).toBe(before);
    expect(await chat('failing')).toBe(200);
    failing.clear();
    await expect.poll(() => embed('failing', breaker), { timeout: 5_000, interval: 200 }).toBe(200);
  });

  it('is of the whole account, where its key is refused', async () => {
    failing.set('/embeddings refused', { status: 401 });
    await embed('refused');
    const plan = await server.post(
      `query ($input: CompletionInput!) { planCompletion(input: $input) {
        __typename ... on CompletionPlan { offerings { offering { id } } rejected { offeringId reason } } } }`,
      {
        input: {
          model: 'lab/refused',
          messages: [{ user: { text: 'hi' } }],
          routing: { candidates: [{ offering: 'chats/refused' }, { offering: 'anthropic/refused' }] },
        },
      },
    );
    expect(plan.body.data?.planCompletion, JSON.stringify(plan.body)).toMatchObject({
      rejected: [{ offeringId: 'chats/refused', reason: 'UNUSABLE' }],
    });
    expect(await chat('refused')).toBe(200);
    expect(await embed('refused')).not.toBe(200);
  });
});

/** Whose answer it was. */
const ofBoth = async (path: string, id: string, strategy: string, input: object): Promise<string | null> => {
  const candidates = [{ offering: `chats/${id}` }, { offering: `others/${id}` }];
  const response = await fetch(`${server.url}/v1${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${server.adminKey}` },
    body: JSON.stringify({
      model: `lab/${id}`,
      ...input,
      modelgraph: { routing: { strategy, candidates } },
    }),
  });
  const body = await response.text();
  expect(response.status, body).toBe(200);
  return response.headers.get('x-modelgraph-offering');
};

describe('how long an operation takes', () => {
  it('is what callers are to wait for: one who does not says nothing of it', async () => {
    delays.set('/images/generations chats/slow', 300);
    const hasty = () =>
      post('/images/generations', {
        model: 'offering:chats/slow',
        prompt: 'a cat',
        modelgraph: { timeouts: { totalMs: 150 } },
      });
    for (let n = 0; n < 5; n += 1) expect(await hasty()).not.toBe(200);
    expect(await draw('slow')).toBe(200);
    for (let n = 0; n < 5; n += 1) expect(await hasty()).not.toBe(200);
    expect(await draw('slow')).toBe(200);
  });

  it('is what a hedge waits for', async () => {
    const ask = () => ofBoth('/embeddings', 'late', 'HEDGE', { input: 'hi' });
    expect(await ask()).toBe('chats/late');
    delays.set('/embeddings chats/late', Number.POSITIVE_INFINITY);
    expect(await ask()).toBe('others/late');
  });

  it('is what the fastest is chosen by', async () => {
    delays.set('/audio/speech chats/spoken', 400);
    const ask = () => ofBoth('/audio/speech', 'spoken', 'FASTEST', { input: 'hi', voice: 'alloy' });
    const first = [await ask(), await ask()];
    expect(first.toSorted()).toEqual(['chats/spoken', 'others/spoken']);
    for (let n = 0; n < 6; n += 1) expect(await ask()).toBe('others/spoken');
  });

  it('is told of answers: counts of tokens are no part of it', async () => {
    const calls = async (): Promise<unknown> => {
      const { body } = await server.post(
        '{ offering(id: "anthropic/timed") { stats { calls latency { sampleSize } } } }',
      );
      return body.data.offering.stats;
    };
    for (let n = 0; n < 3; n += 1) expect(await count('timed')).toBe(200);
    expect(sent('/messages/count_tokens', 'timed')).toBe(3);
    expect(await calls()).toEqual({ calls: 0, latency: null });
    expect(await message('timed')).toBe(200);
    await expect.poll(calls).toEqual({ calls: 1, latency: { sampleSize: 1 } });
  });
});
