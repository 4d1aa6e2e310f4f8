import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Modelgraph, startModelgraph } from '../../support/modelgraph.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { jsonAnswer, startUpstream, type Upstream } from '../../support/upstream.ts';

const temporary = temporaryFolder();

const ESTIMATE = /* GraphQL */ `
  query ($input: EstimateCompletionInput!) {
    estimateCompletion(input: $input) {
      __typename
      ... on CompletionEstimate {
        offering { id model { slug } }
        inputTokens { count method isCalibrated plusMinus calibration { factor samples } }
        outputTokens { p50 p90 basis samples cap }
        cost { p50 { total { amount currency } fxRates { base quote rate date } cost { __typename } } p90 { total { amount } } }
        fitsContext { fits contextWindow needed }
        warnings { code message }
        alternatives { offering { id } gain costRatio cost { p50 { total { amount } } } differences { code } }
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

/** What is known of a model that is small, and of one that takes neither tools nor images. */
const OVERRIDES = join(temporary.path, 'prices.json');
writeFileSync(
  OVERRIDES,
  JSON.stringify({
    offerings: [
      { provider: 'cheap', id: 'talker', model: 'lab/talker', facts: { lacks: ['TOOLS'] } },
      { provider: 'dear', id: 'small', model: 'lab/small', facts: { limits: { contextWindow: 500 } } },
    ],
  }),
);

const config = (url: string): string => `
catalogue: { rates: { CNY: 8 }, overrides: ${JSON.stringify(OVERRIDES)} }
providers:
  - { id: dear, dialect: openai, baseUrl: "${url}/v1", apiKey: sk-a, models: [{ id: talker, model: lab/talker, prices: { input: 2, output: 8 } }, { id: counted, model: lab/counted, prices: { input: 1, output: 1 } }, { id: shared, model: lab/shared }, { id: small, model: lab/small }, { id: closed, model: lab/closed }] }
  - { id: cheap, dialect: openai, baseUrl: "${url}/v1", apiKey: sk-b, models: [{ id: talker, model: lab/talker, prices: { input: 1, output: 4 } }] }
`;

let upstream: Upstream;
let server: Modelgraph;
beforeAll(async () => {
  upstream = await startUpstream();
  server = await startModelgraph({ lists: 'SMALL', config: config(upstream.url) });
});
afterAll(async () => {
  await server?.stop();
  await upstream?.close();
  temporary.remove();
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
      total: { amount: String((count * 2 + 300 * 8) / 1_000_000), currency: 'USD' },
      fxRates: [],
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

  it('says that it does not fit', async () => {
    const { fitsContext } = await estimate(asking({ model: 'lab/small', maxOutputTokens: 450 }));
    expect(fitsContext).toMatchObject({ fits: false, contextWindow: 500 });
    expect(fitsContext.needed).toBeGreaterThan(500);
  });

  it('tells the cost while what it is of cannot be called', async () => {
    const closed = asking({ model: 'lab/closed' });
    upstream.enqueue(
      jsonAnswer({ error: { message: 'Slow down.' } }, { status: 429, headers: { 'retry-after': '300' } }),
    );
    const { body } = await server.post(COMPLETE, { input: { ...closed, streamUpstream: false } });
    expect(body.data.complete).toEqual({ __typename: 'UpstreamError' });
    const again = await server.post(COMPLETE, { input: closed });
    expect(again.body.data.complete).toEqual({ __typename: 'NoCandidateError' });
    expect(await estimate(closed)).toMatchObject({ offering: { id: 'dear/closed' } });
  });

  it('leaves out what is known to lack what is needed', async () => {
    const parameters = { type: 'object', properties: {} };
    const { alternatives } = await estimate(asking({ tools: [{ name: 'look', parameters }] }), {
      alternatives: 20,
    });
    const ids = alternatives.map(({ offering }: { offering: { id: string } }) => offering.id);
    expect(ids.length).toBeGreaterThan(0);
    expect(ids).not.toContain('cheap/talker');
  });

  it('counts what is at an address by its kind, and does not fetch it', async () => {
    const before = upstream.requests.length;
    const image = { image: { source: { url: `${upstream.url}/cat.png` } } };
    const found = await estimate(
      asking({ messages: [{ user: { parts: [{ text: 'What is it?' }, image] } }] }),
    );
    const without = await estimate(asking({ messages: [{ user: { parts: [{ text: 'What is it?' }] } }] }));
    // What was learnt of the model's count of text scales the thousand of an image too.
    expect(found.inputTokens.count - without.inputTokens.count).toBeGreaterThan(900);
    expect(found.warnings.map(({ message }: { message: string }) => message).join(' ')).toContain(
      'What is at one address was not fetched',
    );
    expect(upstream.requests.length).toBe(before);
  });

  it('takes the lengths of all keys where this key has none, from twenty on', async () => {
    const made = await server.post(
      'mutation { createKey(input: { name: "other" }) { ... on CreatedKey { secret } } }',
    );
    const other: string = made.body.data.createKey.secret;
    const shared = asking({ model: 'lab/shared' });
    const ofOther = async () =>
      (await server.post(ESTIMATE, { input: { completion: shared } }, other)).body.data.estimateCompletion
        .outputTokens;
    for (let made = 1; made < 20; made += 1) await complete(shared, 100, made);
    expect(await ofOther()).toMatchObject({ basis: 'DEFAULT', samples: 0 });
    await complete(shared, 100, 20);
    expect(await ofOther()).toMatchObject({ basis: 'MODEL', samples: 20, p50: 10, p90: 18 });
  });

  it('converts by the stated rate and names it', async () => {
    const [dollars, yuan] = [await estimate(asking()), await estimate(asking(), { currency: 'CNY' })];
    expect(Number(yuan.cost.p50.total.amount)).toBeCloseTo(8 * Number(dollars.cost.p50.total.amount), 12);
    expect(yuan.cost.p50).toMatchObject({
      total: { currency: 'CNY' },
      fxRates: [{ base: 'USD', quote: 'CNY', rate: '8', date: expect.stringMatching(/^\d{4}-\d\d-\d\d$/) }],
    });
  });

  it('has no total where no exchange rate is known', async () => {
    expect((await estimate(asking(), { currency: 'XXX' })).cost.p50.total).toBeNull();
  });
});
