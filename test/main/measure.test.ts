import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { openAiError, openAiTextFrames } from '../fixtures/upstream/openai.ts';
import { usedDataFolder } from '../support/data-folder.ts';
import { type Modelgraph, runCommand, startModelgraph } from '../support/modelgraph.ts';
import { eventStream, gate, NEVER, startUpstream, type Upstream } from '../support/upstream.ts';

const model = (id: string): string => `{ id: ${id}, prices: { input: 1, cacheRead: 1, output: 10 } }`;
const config = (url: string): string => `
routing:
  breaker: { consecutiveFailures: 1000, minSamples: 1000000 }
providers:
  - id: relay
    dialect: openai
    apiKey: sk-test
    baseUrl: ${url}/v1
    models:
      - ${model('quick')}
      - ${model('broken')}
      - { id: unpriced }
  - id: other
    dialect: openai
    apiKey: sk-test
    baseUrl: ${url}/other
    models: [${model('silent')}]
`;
/** The most that a call costs: 200 tokens of input and of output. */
const MOST = 0.0022;

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

const MEASURE = `
  mutation ($input: MeasureOfferingsInput!) {
    measureOfferings(input: $input) {
      __typename
      ... on Error { message }
      ... on OfferingMeasurements {
        spent { amount currency }
        budget { amount currency }
        skips { reason count }
        unpricedCalls
        results {
          name
          offering { id }
          samples
          ttftMs
          outputTps
          cost { amount }
          error { code }
          skipped
          skippedDetail
        }
      }
    }
  }
`;
const measure = async (input: object, key?: string) => {
  const { body } = await server.post(MEASURE, { input }, key);
  expect(body.errors).toBeUndefined();
  return body.data.measureOfferings;
};
const WORDS = ['one', ', two', ', three'];
const answering = () => upstream.respond(() => eventStream(openAiTextFrames(WORDS)));

describe('measuring', () => {
  it('gives figures, cost and rows that say what they are', async () => {
    answering();
    const at = upstream.requests.length;
    const done = await measure({ models: ['relay/quick'], samples: 2 });
    expect(done).toMatchObject({
      __typename: 'OfferingMeasurements',
      budget: { amount: '0.1', currency: 'USD' },
      results: [{ offering: { id: 'relay/quick' }, samples: 2, error: null, skipped: null }],
    });
    expect(done.results[0].ttftMs).toBeGreaterThanOrEqual(0);
    expect(Number(done.spent.amount)).toBeGreaterThan(0);
    expect(done.results[0].cost.amount).toBe(done.spent.amount);
    expect(upstream.requests.slice(at)).toHaveLength(2);
    expect(upstream.requests[at]?.body).toMatchObject({ model: 'quick', stream: true, max_tokens: 200 });

    const { body } = await server.post(`{
      completions(first: 1) { edges { node { metadata offering { id } } } }
      offering(id: "relay/quick") {
        stats(window: FIVE_MINUTES) { calls }
        performance { metric sampleSize provenance { source } }
      }
    }`);
    expect(body.data.completions.edges).toEqual([
      { node: { metadata: { purpose: 'measurement' }, offering: { id: 'relay/quick' } } },
    ]);
    expect(body.data.offering.stats.calls).toBe(2);
    expect(body.data.offering.performance).toContainEqual({
      metric: 'TTFT_MS',
      sampleSize: 2,
      provenance: { source: 'measurement' },
    });
  });

  it('takes what passes a filter', async () => {
    answering();
    const ids = async (input: object): Promise<readonly string[]> =>
      (await measure(input)).results.map((row: { offering: { id: string } }) => row.offering.id).toSorted();
    const maxInputPrice = { amount: '2' };
    expect(await ids({ filter: { providers: ['relay'], maxInputPrice } })).toEqual([
      'relay/broken',
      'relay/quick',
    ]);
    expect(await ids({ providers: ['relay', 'other'], filter: { search: 'QUICK' } })).toEqual([
      'relay/quick',
    ]);
    expect(await ids({ models: ['relay/quick', 'relay/unpriced'], filter: { maxInputPrice } })).toEqual([
      'relay/quick',
    ]);
    expect(await ids({ filter: { maxTtftMs: 0.001 } })).toEqual([]);
    expect(await ids({ filter: { offerings: ['sandbox/echo'] } })).toEqual(['sandbox/echo']);
  });

  it('tells failures and what it skips apart, and goes on', async () => {
    upstream.respond(({ body }) =>
      JSON.stringify(body).includes('"broken"')
        ? openAiError(401, 'no', 'invalid_api_key')
        : eventStream(openAiTextFrames(WORDS)),
    );
    const { results } = await measure({ providers: ['relay'] });
    const of = (id: string) => results.find((row: { offering: { id: string } }) => row.offering.id === id);
    expect(of('relay/quick')).toMatchObject({ samples: 1 });
    expect(of('relay/broken')).toMatchObject({
      samples: 0,
      ttftMs: null,
      error: { code: 'AUTHENTICATION' },
    });
    expect(of('relay/unpriced')).toMatchObject({ samples: 0, skipped: 'UNPRICED', cost: null });
    const allowed = await measure({ models: ['relay/unpriced'], allowUnpriced: true });
    expect(allowed.results).toMatchObject([{ samples: 1, skipped: null, cost: null }]);
    expect(allowed).toMatchObject({ unpricedCalls: 1, spent: { amount: '0' } });
  });

  it('says of everything that was asked for and is not called why', async () => {
    answering();
    const models = ['relay/quick', 'openai/gpt-4o-mini', 'groq/no-such-model-anywhere', 'sandbox/echo'];
    const { results, skips } = await measure({ models, samples: 1 });
    const of = (name: string) => results.find((row: { name: string }) => row.name === name);
    expect(of('relay/quick')).toMatchObject({ samples: 1, skipped: null });
    expect(of('openai/gpt-4o-mini')).toMatchObject({
      offering: { id: 'openai/gpt-4o-mini' },
      samples: 0,
      skipped: 'OFF',
      skippedDetail: expect.stringContaining('OPENAI_API_KEY'),
    });
    expect(of('groq/no-such-model-anywhere')).toMatchObject({ offering: null, skipped: 'UNKNOWN' });
    expect(skips).toContainEqual({ reason: 'UNKNOWN', count: 1 });
    const provider = await measure({ providers: ['groq'], limit: 3 });
    expect(provider.results).toHaveLength(3);
    expect(provider.results[0]).toMatchObject({ skipped: 'OFF' });
    expect(provider.skips[0].count).toBeGreaterThan(3);
    const limited = await measure({ providers: ['relay'], limit: 1 });
    expect(limited.skips).toContainEqual({ reason: 'LIMIT', count: 2 });
  });

  it('counts a call that ends without a word of its usage as the most that it can cost', async () => {
    upstream.respond(() => eventStream(openAiTextFrames(WORDS).slice(0, 2)));
    const { spent, results } = await measure({ models: ['relay/quick'] });
    expect(results).toMatchObject([{ samples: 0, error: { code: 'TRUNCATED' } }]);
    expect(spent.amount).toBe(String(MOST));
  });

  it('begins no call whose cost could pass the budget', async () => {
    answering();
    const at = upstream.requests.length;
    const none = await measure({ models: ['relay/quick'], budget: { amount: String(MOST - 0.0001) } });
    expect(none).toMatchObject({ spent: { amount: '0' }, results: [{ samples: 0, skipped: 'BUDGET' }] });
    expect(upstream.requests).toHaveLength(at);
    const some = await measure({ models: ['relay/quick'], samples: 10, budget: { amount: String(MOST) } });
    expect(some.results[0].samples).toBeGreaterThan(0);
    expect(Number(some.spent.amount)).toBeLessThanOrEqual(MOST);
  });

  it('lets calls at two providers run at the same time', async () => {
    const both = gate();
    const at = upstream.requests.length;
    upstream.respond(() => ({ ...eventStream(openAiTextFrames(WORDS)), before: both.opened }));
    const running = measure({ models: ['relay/quick', 'other/silent'] });
    await upstream.received(at + 1);
    both.open();
    expect((await running).results).toMatchObject([{ samples: 1 }, { samples: 1 }]);
  });

  it('ends with its client: the upstream closes and nothing more is called', async () => {
    const at = upstream.requests.length;
    upstream.respond(() => ({ before: NEVER }));
    const leaving = new AbortController();
    const request = fetch(`${server.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${server.adminKey}` },
      body: JSON.stringify({
        query: MEASURE,
        variables: { input: { models: ['other/silent'], samples: 5 } },
      }),
      signal: leaving.signal,
    }).catch((error: unknown) => error);
    await upstream.received(at);
    leaving.abort();
    await upstream.closedByClient(at);
    expect(await request).toBeInstanceOf(Error);
    answering();
    await measure({ models: ['relay/quick'] });
    expect(upstream.requests.slice(at)).toHaveLength(2);
  });

  it('is for the admin key, and refuses what makes no sense', async () => {
    const { body } = await server.post(
      'mutation { createKey(input: { name: "m" }) { ... on CreatedKey { secret } } }',
    );
    expect(await measure({}, body.data.createKey.secret)).toMatchObject({ __typename: 'ForbiddenError' });
    for (const input of [
      { samples: 0 },
      { limit: 1_000 },
      { budget: { amount: '-1' } },
      { models: ['relay/nothing-like-it-x'], providers: ['nobody'] },
      { budget: { amount: '1', currency: 'EUR' } },
      { filter: { labs: ['nobody-at-all'] } },
      { filter: { maxCostPerRequest: { amount: '1' } } },
    ])
      expect(await measure(input)).toMatchObject({ __typename: 'InvalidInputError' });
  });
});

it('figures of its own are believed before those of others', async () => {
  answering();
  await measure({ models: ['relay/quick'] });
  const { body } = await server.post(
    `query ($input: CompareOfferingsInput!) {
      compareOfferings(input: $input) {
        ... on Comparison { offerings(first: 5) { edges { node { ttft { sampleSize provenance { source } } } } } }
      }
    }`,
    { input: { filter: { models: ['relay/quick'] } } },
  );
  expect(JSON.stringify(body)).toContain('"source":"measurement"');
});

it('figures outlive the server, on the next start with the same store', async () => {
  answering();
  const folder = await usedDataFolder();
  const options = { config: config(upstream.url), dataDir: folder.path };
  const ofQuick = `{ offering(id: "relay/quick") { performance { metric p50 sampleSize provenance { source observedAt } } } }`;
  const measured = (body: { data: { offering: { performance: { provenance: { source: string } }[] } } }) =>
    body.data.offering.performance.filter(({ provenance }) => provenance.source === 'measurement');
  try {
    const first = await startModelgraph(options);
    await first.post(MEASURE, { input: { models: ['relay/quick'], samples: 3 } });
    const before = measured((await first.post(ofQuick)).body);
    expect(before.length).toBeGreaterThan(0);
    await first.stop();
    const second = await startModelgraph(options);
    try {
      await vi.waitFor(async () => expect(measured((await second.post(ofQuick)).body)).toEqual(before), {
        timeout: 20_000,
      });
    } finally {
      await second.stop();
    }
  } finally {
    folder.remove();
  }
}, 90_000);

describe('the command', () => {
  it('measures by itself, within its budget, and prints a table', async () => {
    answering();
    const { code, stdout } = await runCommand(['measure', '--models', 'relay/quick,relay/unpriced'], {
      config: config(upstream.url),
    });
    expect(code).toBe(0);
    expect(stdout).toMatch(/OFFERING +TTFT MS +TOKENS\/S +CALLS +USD +RESULT/);
    expect(stdout).toMatch(/relay\/quick +\d+ .* measured/);
    expect(stdout).toMatch(/relay\/unpriced .* skipped, UNPRICED/);
    expect(stdout).toContain('Not measured: 1 without a known price.');
    expect(stdout).toMatch(/Spent 0\.\d+ of 0\.1 USD; 1 of 2 measured\./);
  });

  it('lets a running server measure', async () => {
    answering();
    const { code, stdout } = await runCommand(
      [
        'measure',
        '--providers',
        'relay',
        '--offerings',
        'relay/quick',
        '--max-input-price',
        '2',
        '--json',
        '--url',
        server.url,
        '--key',
        server.adminKey,
      ],
      {},
    );
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ rows: [{ offering: 'relay/quick', samples: 1 }] });
  });

  it.each([
    [['--budget', 'lots'], "Option '--budget <amount>' argument 'lots' is invalid. It takes an amount"],
    [
      ['--samples', '11'],
      "Option '--samples <n>' argument '11' is invalid. It takes a whole number from 1 to 10",
    ],
    [['--budget', '1', '--currency', 'EUR'], '--currency is EUR, but prices are in'],
    [['--labs', 'nobody-at-all'], '--labs: No lab has the id "nobody-at-all"'],
  ])('says what is wrong with %j', async (args, message) => {
    const { code, stderr } = await runCommand(['measure', ...args], { config: config(upstream.url) });
    expect(code).not.toBe(0);
    expect(stderr).toContain(message);
  });
});
