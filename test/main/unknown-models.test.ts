import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { documentOf, OPERATION_CASES } from '../faces/graphql/operation-cases.ts';
import { geminiText, geminiTextFrames } from '../fixtures/upstream/gemini.ts';
import { openAiError, openAiText, openAiTextFrames } from '../fixtures/upstream/openai.ts';
import { type Modelgraph, startModelgraph } from '../support/modelgraph.ts';
import { eventStream, jsonAnswer, startUpstream, type Upstream } from '../support/upstream.ts';

const config = (url: string): string => `
routing:
  breaker: { consecutiveFailures: 1000, minSamples: 1000000 }
providers:
  - id: openai
    apiKey: sk-test
    baseUrl: ${url}/v1
    models: [{ id: 'ft:gpt-4o-mini', prices: { input: 0.3, cacheRead: 0.15, output: 1.2 } }]
  - { id: anthropic, apiKey: sk-test, baseUrl: ${url} }
  - { id: gemini, apiKey: sk-test, baseUrl: ${url} }
  - id: azure
    apiKey: sk-test
    baseUrl: ${url}/azure
    models: [{ id: our-gpt, model: openai/gpt-4o }]
  - { id: deepinfra, apiKey: sk-test, baseUrl: ${url}/deepinfra }
  - { id: together, apiKey: sk-test, baseUrl: ${url}/v1 }
  - { id: bedrock, apiKey: sk-test, baseUrl: ${url}/bedrock }
  - { id: moonshot, apiKey: sk-test, baseUrl: ${url}/moonshot }
  - { id: groq, apiKey: sk-test, baseUrl: ${url}/groq, unknownModels: REFUSE }
`;

const anthropicAnswer = jsonAnswer({
  id: 'msg_1',
  type: 'message',
  role: 'assistant',
  model: 'claude-next',
  content: [{ type: 'text', text: 'Hello' }],
  stop_reason: 'end_turn',
  usage: { input_tokens: 3, output_tokens: 2 },
});

let upstream: Upstream;
let server: Modelgraph;
beforeAll(async () => {
  upstream = await startUpstream();
  upstream.respond(({ path, body }) => {
    if (path.includes('messages')) return anthropicAnswer;
    if (path.includes(':streamGenerateContent')) return eventStream(geminiTextFrames(['Hello']));
    if (path.includes(':generateContent')) return geminiText(['Hello']);
    const streams = typeof body === 'object' && body !== null && 'stream' in body && body.stream === true;
    return streams ? eventStream(openAiTextFrames(['Hello'])) : openAiText(['Hello']);
  });
  server = await startModelgraph({ lists: 'SMALL', config: config(upstream.url) });
});
afterAll(async () => {
  await server?.stop();
  await upstream?.close();
});

const COMPLETE = `
  mutation ($input: CompletionInput!) {
    complete(input: $input) {
      __typename
      ... on Completion {
        id
        text
        offering { id listed providerModelId contextWindow capabilities model { slug } }
        cost { __typename ... on UnpricedCost { reason } ... on PricedCost { total { amount } } }
        attempts { offeringId status offering { id } }
        warnings { code parameter message }
      }
      ... on Error { message }
      ... on UnknownModelError { suggestions }
      ... on UpstreamError { code warnings { code parameter message } }
    }
  }
`;
const ask = (model: string, more: object = {}) => ({
  input: { model, messages: [{ user: { text: 'Hi' } }], ...more },
});
const complete = async (model: string, more: object = {}) => {
  const { body } = await server.post(COMPLETE, ask(model, more));
  expect(body.errors).toBeUndefined();
  return body.data.complete;
};
const last = () => upstream.requests.at(-1);
const PASSED = { code: 'UNKNOWN_MODEL_PASSED_THROUGH', parameter: 'model' };

describe('a model that the catalogue does not list', () => {
  it.each([
    ['openai/gpt-next', 'openai/gpt-next', '/v1/', 'gpt-next'],
    ['OpenAI/GPT-Next', 'openai/GPT-Next', '/v1/', 'GPT-Next'],
    ['offering:openai/gpt-next', 'openai/gpt-next', '/v1/', 'gpt-next'],
    ['azure/my-deployment', 'azure/my-deployment', '/azure/', 'my-deployment'],
    ['deepinfra/new-org/new-model', 'deepinfra/new-org/new-model', '/deepinfra/', 'new-org/new-model'],
    ['anthropic/claude-next-1', 'anthropic/claude-next-1', '/v1/messages', 'claude-next-1'],
    ['openai/gpt-4o-2031-01-01', 'openai/gpt-4o-2031-01-01', '/v1/', 'gpt-4o-2031-01-01'],
    [
      'anthropic/claude-sonnet-5-5-20311201',
      'anthropic/claude-sonnet-5-5-20311201',
      '/v1/messages',
      'claude-sonnet-5-5-20311201',
    ],
    ['azure/gpt-4o-2031-01-01', 'azure/gpt-4o-2031-01-01', '/azure/', 'gpt-4o-2031-01-01'],
    ['moonshotai/kimi-k99', 'moonshot/kimi-k99', '/moonshot/', 'kimi-k99'],
  ])('is asked for as it is named: %s', async (model, id, path, sent) => {
    const done = await complete(model);
    expect(done).toMatchObject({
      __typename: 'Completion',
      text: 'Hello',
      offering: { id, listed: false, providerModelId: sent, contextWindow: null, capabilities: [] },
      cost: { __typename: 'UnpricedCost', reason: 'NO_PRICE' },
      attempts: [{ offeringId: id, status: 'SUCCEEDED', offering: { id } }],
      warnings: [PASSED],
    });
    expect(last()?.path).toContain(path);
    expect(last()?.body).toMatchObject({ model: sent });
  });

  it('is named in the address where its provider wants that', async () => {
    expect(await complete('google/gemini-9-neon')).toMatchObject({
      offering: { id: 'google/gemini-9-neon' },
    });
    expect(last()?.path).toContain('/models/gemini-9-neon:');
    await complete('bedrock/us.anthropic.claude-next-v1:0');
    expect(decodeURIComponent(last()?.path ?? '')).toMatch(
      /^\/bedrock\/model\/us\.anthropic\.claude-next-v1:0\/converse/,
    );
  });

  it('stays in the ledger, in statistics and in the graph under its id', async () => {
    const { id } = await complete('openai/gpt-next-ledger');
    const { body } = await server.post(
      `query ($id: ID!) {
        completion(id: $id) { offering { id listed stats { calls } model { name } } warnings { code } }
        offering(id: "openai/gpt-next-ledger") { id stats(window: FIVE_MINUTES) { calls } }
      }`,
      { id },
    );
    expect(body).toMatchObject({
      data: {
        completion: {
          offering: { id: 'openai/gpt-next-ledger', listed: false, stats: { calls: 1 } },
          warnings: [{ code: PASSED.code }],
        },
        offering: { id: 'openai/gpt-next-ledger', stats: { calls: 1 } },
      },
    });
  });

  it('is warned of with the nearest listed name when it looks misspelt, also when it fails', async () => {
    expect((await complete('openai/gpt-4o-minii')).warnings[0].message).toContain('openai/gpt-4o-mini.');
    upstream.enqueue(openAiError(404, 'The model `gpt-4o-minii` does not exist', 'model_not_found'));
    expect(await complete('openai/gpt-4o-minii')).toMatchObject({
      __typename: 'UpstreamError',
      code: 'MODEL_NOT_FOUND',
      warnings: [{ ...PASSED, message: expect.stringContaining('openai/gpt-4o-mini.') }],
    });
  });

  it('is used as candidate and as fallback of a route', async () => {
    const routing = {
      candidates: [{ model: 'openai/gpt-next' }],
      fallback: { candidates: [{ offering: 'deepinfra/new-org/spare' }], on: ['SERVER_ERROR', 'OVERLOADED'] },
    };
    upstream.enqueue(openAiError(503, 'down', 'server_error'));
    const done = await complete('inline', { routing });
    expect(done).toMatchObject({
      offering: { id: 'deepinfra/new-org/spare' },
      attempts: [{ offeringId: 'openai/gpt-next' }, { offeringId: 'deepinfra/new-org/spare' }],
      warnings: [PASSED],
    });
  });

  it('is planned and estimated without a price', async () => {
    const { body } = await server.post(
      `query ($input: CompletionInput!, $estimate: EstimateCompletionInput!) {
        planCompletion(input: $input) {
          ... on CompletionPlan { offerings { offering { id } warnings { code } estimatedCost { __typename } } }
        }
        estimateCompletion(input: $estimate) {
          ... on CompletionEstimate {
            offering { id }
            cost { p50 { cost { ... on UnpricedCost { reason } } } }
            fitsContext { fits }
            warnings { code }
          }
        }
      }`,
      { ...ask('openai/gpt-next'), estimate: { completion: ask('openai/gpt-next').input } },
    );
    expect(body).toMatchObject({
      data: {
        planCompletion: {
          offerings: [{ offering: { id: 'openai/gpt-next' }, warnings: [{ code: PASSED.code }] }],
        },
        estimateCompletion: {
          offering: { id: 'openai/gpt-next' },
          cost: { p50: { cost: { reason: 'NO_PRICE' } } },
          fitsContext: { fits: null },
        },
      },
    });
    expect(body.data.estimateCompletion.warnings[0]).toMatchObject({ code: PASSED.code });
  });

  it.each(OPERATION_CASES.filter(({ mutation }) => mutation !== 'moderate'))(
    'does $mutation',
    async (operation) => {
      const model = `${operation.model.split('/')[0]}/next-of-all`;
      upstream.enqueue(operation.answer());
      const { body } = await server.post(documentOf(operation), {
        input: { model, ...operation.variables },
      });
      expect(body.data.result).toMatchObject({
        __typename: operation.type,
        operation: { cost: { __typename: 'UnpricedCost' }, warnings: [PASSED] },
      });
    },
  );

  it('is counted the tokens of, by its provider or by an estimate', async () => {
    const { body } = await server.post(
      `mutation ($input: CountTokensInput!) {
        countTokens(input: $input) { ... on TokenCount { inputTokens method operation { warnings { code } } } }
      }`,
      { input: { model: 'deepinfra/new-org/new-model', messages: [{ user: { text: 'Hi' } }] } },
    );
    expect(body.data.countTokens.operation.warnings[0]).toMatchObject({ code: PASSED.code });
  });

  it.each([
    ['chat/completions', 'openai/gpt-next', { messages: [{ role: 'user', content: 'Hi' }] }],
    ['responses', 'deepinfra/new-org/new-model', { input: 'Hi' }],
    ['messages', 'anthropic/claude-next', { max_tokens: 9, messages: [{ role: 'user', content: 'Hi' }] }],
    ['completions', 'azure/my-deployment', { prompt: 'Hi' }],
  ])('is answered at /v1/%s with its code in a header', async (path, model, rest) => {
    const response = await fetch(`${server.url}/v1/${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${server.adminKey}` },
      body: JSON.stringify({ model, ...rest }),
    });
    await response.text();
    expect(response.status).toBe(200);
    expect(Object.fromEntries(response.headers)).toMatchObject({
      'x-modelgraph-offering': model,
      'x-modelgraph-cost': 'unpriced',
      'x-modelgraph-warning-codes': PASSED.code,
    });
    expect(last()?.body).toMatchObject({ model: model.slice(model.indexOf('/') + 1) });
  });
});

describe('a dated name', () => {
  it.each([
    ['openai/gpt-4.1-2025-04-14', 'openai/gpt-4.1'],
    ['gpt-4.1-mini-2025-04-14', 'openai/gpt-4.1-mini'],
    ['gpt-4o-2024-08-06', null],
  ])('goes to its lab as it is written, at the rates of its model: %s', async (model, pricedAs) => {
    const sent = model.slice(model.indexOf('/') + 1);
    const before = upstream.requests.length;
    expect((await complete(model)).attempts[0].offeringId).toBe(`openai/${sent}`);
    expect(upstream.requests[before]?.body).toMatchObject({ model: sent });
    const { body } = await server.post(
      `query ($input: CompletionInput!) {
        planCompletion(input: $input) {
          ... on CompletionPlan {
            offerings { offering { id pricedAs { id } } estimatedCost { __typename } }
          }
        }
      }`,
      ask(model),
    );
    expect(body).toMatchObject({
      data: {
        planCompletion: {
          offerings: expect.arrayContaining([
            {
              offering: { id: `openai/${sent}`, pricedAs: pricedAs === null ? null : { id: pricedAs } },
              estimatedCost: { __typename: 'PricedCost' },
            },
          ]),
        },
      },
    });
  });

  it('whose date no list has is passed on without a price, with or without the lab', async () => {
    for (const model of ['openai/gpt-4o-2031-01-01', 'gpt-4o-2031-01-01']) {
      expect(await complete(model)).toMatchObject({
        offering: { id: 'openai/gpt-4o-2031-01-01', listed: false },
        cost: { __typename: 'UnpricedCost', reason: 'NO_PRICE' },
        warnings: [PASSED],
      });
      expect(last()?.body).toMatchObject({ model: 'gpt-4o-2031-01-01' });
    }
  });
});

it('a name that only a deployment has goes to that deployment, whoever else serves its model', async () => {
  expect(await complete('our-gpt')).toMatchObject({ offering: { id: 'azure/our-gpt' } });
  expect(last()?.path).toContain('/azure/');
});

describe('a fine-tuned model', () => {
  it.each([
    ['openai/ft:gpt-4o-mini:acme::abc', 'ft:gpt-4o-mini:acme::abc'],
    ['ft:gpt-4o-mini-2024-07-18:acme::abc', 'ft:gpt-4o-mini-2024-07-18:acme::abc'],
    ['OPENAI/ft:gpt-4o-mini:acme:my-suffix:abc', 'ft:gpt-4o-mini:acme:my-suffix:abc'],
  ])('costs what its base model costs as a fine-tuned one: %s', async (model, sent) => {
    const done = await complete(model);
    expect(done).toMatchObject({
      offering: { id: `openai/${sent}`, listed: false },
      cost: { __typename: 'PricedCost' },
      warnings: [{ ...PASSED, message: expect.stringContaining('priced as openai/ft:gpt-4o-mini') }],
    });
    expect(last()?.body).toMatchObject({ model: sent });
  });

  it('whose base has no such rate has no price', async () => {
    expect(await complete('ft:gpt-next:acme::abc')).toMatchObject({
      offering: { id: 'openai/ft:gpt-next:acme::abc' },
      cost: { __typename: 'UnpricedCost', reason: 'NO_PRICE' },
    });
  });
});

describe('a name that its provider is not asked for', () => {
  const sentBefore = () => upstream.requests.length;
  it.each([
    ['gpt-4o-minii', 'Nearest: openai/gpt-4o-mini'],
    ['some-org/some-model', 'No model is called'],
    ['groq/new-model', 'its `unknownModels` is REFUSE'],
    ['mistral/mistral-next', 'mistral is not asked for it: set MISTRAL_API_KEY'],
    ['sandbox/other', 'No model is called'],
    ['openai/../../admin', 'No model is called'],
    ['google/..', 'No model is called'],
    ['openai/two words', 'No model is called'],
    [`openai/${'x'.repeat(300)}`, 'No model is called'],
    ['openai/', 'No model is called'],
  ])('%s', async (model, message) => {
    const before = sentBefore();
    expect(await complete(model)).toMatchObject({
      __typename: 'UnknownModelError',
      message: expect.stringContaining(message),
    });
    expect(upstream.requests).toHaveLength(before);
  });

  it('is not that of open weights, which their lab leaves to others to serve', async () => {
    const before = sentBefore();
    await complete('openai/gpt-oss-120b');
    expect(upstream.requests.slice(before).filter(({ path }) => path.startsWith('/v1/'))).toEqual([]);
  });
});

it('neither a model nor an offering is there because somebody asks for its name', async () => {
  const { body } = await server.post(
    '{ model(slug: "openai/gpt-nowhere") { slug } offering(id: "openai/gpt-nowhere") { id } }',
  );
  expect(body).toEqual({ data: { model: null, offering: null } });
});

it('providers say what becomes of unknown models', async () => {
  const { body } = await server.post(
    '{ openai: provider(id: "openai") { unknownModels } groq: provider(id: "groq") { unknownModels } }',
  );
  expect(body.data).toEqual({ openai: { unknownModels: 'PASS' }, groq: { unknownModels: 'REFUSE' } });
});
