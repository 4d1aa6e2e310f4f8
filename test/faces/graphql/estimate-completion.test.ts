import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Modelgraph, startModelgraph } from '../../support/modelgraph.ts';
import { jsonAnswer, startUpstream, type Upstream } from '../../support/upstream.ts';

const ESTIMATE = /* GraphQL */ `
  query ($input: EstimateCompletionInput!) {
    estimateCompletion(input: $input) {
      __typename
      ... on CompletionEstimate {
        offering { id model { slug } }
        inputTokens { count method isCalibrated plusMinus calibration { factor samples } }
        outputTokens { p50 p90 basis samples cap }
        cost { p50 { total currency cost { __typename } } p90 { total } }
        fitsContext { fits contextWindow needed }
        warnings { code }
        alternatives { offering { id } gain costRatio cost { p50 { total } } differences { code } }
      }
      ... on Error { message }
      ... on UnknownModelError { suggestions }
      ... on InvalidInputError { path }
    }
  }
`;
const COMPLETE = /* GraphQL */ `
  mutation ($input: CompletionInput!) { complete(input: $input) { __typename } }
`;

const config = (url: string): string => `
providers:
  - { id: dear, dialect: openai, baseUrl: "${url}/v1", apiKey: sk-a, models: [{ id: talker, model: lab/talker, prices: { input: 2, output: 8 } }, { id: counted, model: lab/counted, prices: { input: 1, output: 1 } }] }
  - { id: cheap, dialect: openai, baseUrl: "${url}/v1", apiKey: sk-b, models: [{ id: talker, model: lab/talker, prices: { input: 1, output: 4 } }] }
`;

let upstream: Upstream;
let server: Modelgraph;
beforeAll(async () => {
  upstream = await startUpstream();
  server = await startModelgraph({ config: config(upstream.url) });
});
afterAll(async () => {
  await server?.stop();
  await upstream?.close();
});

const TEXT = 'The quick brown fox jumps over the lazy dog. '.repeat(10);
const asking = (more: object = {}) => ({
  model: 'dear/talker',
  messages: [{ user: { text: TEXT } }],
  ...more,
});
const estimate = async (completion: object, more: object = {}) => {
  const { body } = await server.post(ESTIMATE, { input: { completion, ...more } });
  expect(body.errors).toBeUndefined();
  return body.data.estimateCompletion;
};
const complete = async (completion: object, inputTokens: number, outputTokens: number): Promise<void> => {
  upstream.enqueue(
    jsonAnswer({
      id: 'c',
      object: 'chat.completion',
      model: 'm',
      choices: [{ index: 0, message: { role: 'assistant', content: 'Yes.' }, finish_reason: 'stop' }],
      usage: { prompt_tokens: inputTokens, completion_tokens: outputTokens },
    }),
  );
  const { body } = await server.post(COMPLETE, { input: { ...completion, streamUpstream: false } });
  expect(body.data.complete).toEqual({ __typename: 'Completion' });
};

describe('estimateCompletion', () => {
  it('tells tokens, cost and what is cheaper, asks nobody and records nothing', async () => {
    const found = await estimate(asking());
    expect(found).toMatchObject({
      __typename: 'CompletionEstimate',
      offering: { id: 'dear/talker', model: { slug: 'lab/talker' } },
      inputTokens: { method: 'ESTIMATED', isCalibrated: false, calibration: { factor: 1, samples: 0 } },
      outputTokens: { p50: 300, p90: 1000, basis: 'DEFAULT', samples: 0, cap: null },
      fitsContext: { fits: null, contextWindow: null },
      warnings: [{ code: 'ESTIMATED' }],
    });
    const { count } = found.inputTokens;
    expect(count).toBeGreaterThan(90);
    expect(count).toBeLessThan(120);
    expect(found.cost.p50).toEqual({
      total: String((count * 2 + 300 * 8) / 1_000_000),
      currency: 'USD',
      cost: { __typename: 'PricedCost' },
    });
    expect(found.alternatives[0]).toMatchObject({
      offering: { id: 'cheap/talker' },
      gain: 'CHEAPER',
      costRatio: 0.5,
      differences: [{ code: 'NOT_VERIFIED' }],
    });
    expect(found.alternatives).toHaveLength(5);
    expect(upstream.requests).toEqual([]);
    const { body } = await server.post(
      '{ completions { totalCount: edges { cursor } } operations { edges { cursor } } }',
    );
    expect(body.data).toEqual({ completions: { totalCount: [] }, operations: { edges: [] } });
  });

  it('predicts output from what this key had of the model, within the cap', async () => {
    for (const output of [10, 20, 30, 40, 50]) await complete(asking(), 100, output);
    expect((await estimate(asking())).outputTokens).toEqual({
      p50: 30,
      p90: 50,
      basis: 'KEY_AND_MODEL',
      samples: 5,
      cap: null,
    });
    expect((await estimate(asking({ maxOutputTokens: 25 }))).outputTokens).toMatchObject({
      p50: 25,
      p90: 25,
      cap: 25,
    });
  });

  it('learns how a model counts', async () => {
    const counted = asking({ model: 'lab/counted' });
    const before = await estimate(counted);
    let after = before;
    // One completion a second is looked at, so the first ones may be passed over.
    for (let tries = 0; tries < 200 && !after.inputTokens.isCalibrated; tries += 1) {
      await complete(counted, before.inputTokens.count * 2, 5);
      after = await estimate(counted);
    }
    expect(after.inputTokens.calibration).toEqual({ factor: 1.5, samples: 1 });
    expect(after.inputTokens.count).toBe(Math.round(before.inputTokens.count * 1.5));
  });

  it.each([
    [asking({ model: 'lab/talkr' }), {}, { __typename: 'UnknownModelError' }],
    [asking({ model: 'openai/gpt-4o-mini' }), {}, { __typename: 'NoProviderConfiguredError' }],
    [
      asking({ temperature: 9 }),
      {},
      { __typename: 'InvalidInputError', path: 'input.completion.temperature' },
    ],
    [asking(), { currency: 'dollars' }, { __typename: 'InvalidInputError', path: 'input.currency' }],
    [asking(), { alternatives: 21 }, { __typename: 'InvalidInputError', path: 'input.alternatives' }],
    [asking({ topK: 5 }), {}, { __typename: 'UnsupportedParameterError' }],
  ])('refuses as complete does: %#', async (completion, more, error) => {
    expect(await estimate(completion, more)).toMatchObject(error);
  });

  it('has no total where no exchange rate is known', async () => {
    expect((await estimate(asking(), { currency: 'XXX' })).cost.p50.total).toBeNull();
  });
});
