import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Modelgraph, startModelgraph } from '../../support/modelgraph.ts';

let server: Modelgraph;
beforeAll(async () => {
  server = await startModelgraph({
    config: `
providers:
  - id: my-relay
    dialect: openai
    baseUrl: http://127.0.0.1:9/v1
    apiKey: relay-key
    models:
      - { id: gpt-4o-mini, model: openai/gpt-4o-mini, prices: { input: 0.15, output: 0.60, currency: USD } }
      - { id: house-blend }
`,
  });
});
afterAll(() => server?.stop());

const priceOf = async (id: string, args: string, fields = 'id') => {
  const { body } = await server.post(
    `{ offering(id: "${id}") { price(${args}) { __typename ... on Price { per amount { amount currency } ${fields} } ... on PriceUnknown { code message } } } }`,
  );
  expect(body.errors).toBeUndefined();
  return body.data.offering.price;
};

describe('Offering.price', () => {
  it.each([
    // Monday morning in Beijing, and the weekend: https://api-docs.deepseek.com/quick_start/pricing.
    ['deepseek/deepseek-flash', 'kind: INPUT, at: "2026-11-30T02:00:00Z"', '0.3', 'USD'],
    ['deepseek/deepseek-flash', 'kind: INPUT, at: "2026-11-29T02:00:00Z"', '0.15', 'USD'],
    ['deepseek/deepseek-flash', 'kind: INPUT, at: "2026-11-30T02:00:00Z", currency: "CNY"', '2', 'CNY'],
    // Thinking without a rate of its own is plain output.
    ['deepseek/deepseek-v4-pro', 'kind: REASONING, at: "2026-11-29T02:00:00Z"', '1.98', 'USD'],
    // https://platform.claude.com/docs/en/about-claude/pricing: a write for an hour costs twice the input.
    ['anthropic/claude-opus-4-8', 'kind: CACHE_WRITE_5M', '6.25', 'USD'],
    ['anthropic/claude-opus-4-8', 'kind: CACHE_WRITE_1H', '10', 'USD'],
    ['my-relay/gpt-4o-mini', 'kind: OUTPUT', '0.6', 'USD'],
    // A rate for an area holds for all that lies in it.
    ['openai/gpt-5.4', 'kind: INPUT, region: "EU"', '2.75', 'USD'],
    ['openai/gpt-5.4', 'kind: INPUT, region: "DE"', '2.75', 'USD'],
    ['openai/gpt-5.4', 'kind: INPUT, region: "eu-central-1"', '2.75', 'USD'],
    ['openai/gpt-5.4', 'kind: INPUT, region: "us-east-1"', '2.75', 'USD'],
    // No source states the region's batches of long prompts: the rule does.
    ['openai/gpt-5.4', 'kind: INPUT, serviceTier: BATCH, promptTokens: 300000, region: "us"', '2.75', 'USD'],
    ['openai/gpt-5.4', 'kind: INPUT, region: "BR", currency: "usd"', '2.5', 'USD'],
  ])('of %s (%s) is %s %s', async (id, args, amount, currency) => {
    expect(await priceOf(id, args)).toMatchObject({ __typename: 'Price', amount: { amount, currency } });
  });

  it.each([
    ['my-relay/house-blend', 'kind: INPUT', 'NO_PRICE', 'No source states a price'],
    ['my-relay/gpt-4o-mini', 'kind: CACHE_READ', 'METER_UNPRICED', 'of this kind of usage'],
    ['my-relay/gpt-4o-mini', 'kind: INPUT, serviceTier: PRIORITY', 'TIER_UNPRICED', 'stated: STANDARD'],
    ['my-relay/gpt-4o-mini', 'kind: INPUT, currency: "CNY"', 'CURRENCY_UNPRICED', 'stated: USD'],
    ['my-relay/gpt-4o-mini', 'kind: WEB_SEARCH', 'METER_UNPRICED', 'No source'],
    ['deepseek/deepseek-chat', 'kind: INPUT', 'NO_PRICE', 'for that moment'],
  ])('of %s (%s) says %s', async (id, args, code, message) => {
    const price = await priceOf(id, args);
    expect(price).toMatchObject({ __typename: 'PriceUnknown', code });
    expect(price.message).toContain(message);
  });
});

describe('Offering.price refuses', () => {
  it.each([
    ['region: "Mars"', 'region', 'takes a country'],
    ['region: ""', 'region', 'takes a country'],
    ['currency: "zzz"', 'currency', 'takes an ISO 4217 code'],
  ])('%s', async (args, path, problem) => {
    const { body } = await server.post(
      `{ offering(id: "openai/gpt-5.4") { price(${args}) { __typename } } }`,
    );
    expect(body.errors[0]).toMatchObject({ extensions: { code: 'INVALID_INPUT', path } });
    expect(body.errors[0].message).toContain(problem);
  });
});

it('a tier at 50 times the standard rate that one source states is quarantined with both', async () => {
  const nano = await priceOf('openai/gpt-5-nano', 'kind: INPUT, serviceTier: PRIORITY');
  expect(nano.amount?.amount).not.toBe('2.5');
  const { body } = await server.post(
    '{ catalogueSources { quarantined(first: 1000) { subject reason detail } } }',
  );
  const rows = (body.data?.catalogueSources ?? []).flatMap(
    ({ quarantined }: { quarantined: { subject: string; detail: string }[] }) => quarantined,
  );
  const row = rows.find(
    ({ subject, detail }: { subject: string; detail: string }) =>
      subject === 'openai/gpt-5-nano' && detail.includes('PRIORITY'),
  );
  expect(row?.detail).toContain('50.0 times the 0.05 of STANDARD');
});

it('a filter by an offering that does not exist names the nearest', async () => {
  const { body } = await server.post(
    '{ offerings(filter: { offerings: ["openai/gpt-5-nanoo"] }, first: 1) { edges { node { id } } } }',
  );
  expect(body.errors?.[0]?.message).toContain('Nearest: openai/gpt-5-nano');
});

describe('Price.explain', () => {
  it('is of the moment for which the price was asked, unless it names another', async () => {
    const price = await priceOf(
      'deepseek/deepseek-v4-pro',
      'kind: INPUT, at: "2026-12-07T01:30:00Z"',
      'explain { at applies text } other: explain(at: "2026-12-05T01:30:00Z") { at applies }',
    );
    expect(price).toMatchObject({
      explain: { at: '2026-12-07T01:30:00.000Z', applies: true },
      other: { at: '2026-12-05T01:30:00.000Z', applies: false },
    });
    expect(price.explain.text).not.toContain('(not now)');
  });

  const FIELDS = `explain(at: $AT) {
    at applies basis text warnings
    provenance { source sourceUrl }
    conditions { kind text holds }
    chosenOver { amount { amount currency } provenance { source } reason }
  }`;
  const explained = async (id: string, args: string, at: string) =>
    (await priceOf(id, `${args}, at: "${at}"`, FIELDS.replace('$AT', `"${at}"`))).explain;

  it('names the statement, the page, the moment and the conditions, and what other sources say', async () => {
    const explain = await explained('deepseek/deepseek-v4-pro', 'kind: OUTPUT', '2026-11-30T02:00:00.000Z');
    expect(explain).toMatchObject({
      at: '2026-11-30T02:00:00.000Z',
      applies: true,
      basis: 'STATED',
      provenance: { source: 'deepseek-page', sourceUrl: 'https://api-docs.deepseek.com/quick_start/pricing' },
      conditions: [
        {
          kind: 'TIME_WINDOW',
          text: '09:00–12:00 mon,tue,wed,thu,fri not on CN holidays Asia/Shanghai',
          holds: true,
        },
      ],
    });
    expect(explain.text).toContain('3.96 USD for 1000000: stated by deepseek-page for 2026-10-17');
    const pi = explain.chosenOver.find(
      ({ provenance }: { provenance: { source: string } }) => provenance.source === 'pi-ai',
    );
    expect(pi).toMatchObject({ amount: { amount: '3.96', currency: 'USD' } });
    expect(pi.reason).toContain('says the same');
  });

  it.each([
    ['opus-4-8', 'kind: OUTPUT, serviceTier: BATCH', '12.5', 'anthropic-batch', '0.5', '25', 'STANDARD'],
    ['fable-5-2', 'kind: CACHE_WRITE_1H', '16', 'anthropic-cache-write-1h', '2', '8', 'STANDARD'],
    ['opus-4-8', 'kind: INPUT, region: "us"', '5.5', 'anthropic-us-inference', '1.1', '5', 'STANDARD'],
    [
      'opus-4-8',
      'kind: OUTPUT, serviceTier: BATCH, region: "us"',
      '13.75',
      'anthropic-us-inference',
      '1.1',
      '12.5',
      'BATCH',
    ],
  ])(
    'shows the rule, factor and rate that %s (%s) follows from',
    async (model, args, amount, ruleId, factor, base, tier) => {
      const money = { amount: base, currency: 'USD' };
      const price = await priceOf(
        `anthropic/claude-${model}`,
        args,
        `explain { basis text derivation {
        ruleId rule factor baseAmount { amount currency } base { amount { amount currency } serviceTier conditions { region } }
      } }`,
      );
      expect(price).toMatchObject({
        amount: { amount, currency: 'USD' },
        explain: {
          basis: 'DERIVED',
          derivation: {
            ruleId,
            factor,
            baseAmount: money,
            base: { amount: money, serviceTier: tier, conditions: { region: null } },
          },
        },
      });
      const { text, derivation } = price.explain;
      expect(text).toContain(`It is ${factor} times ${base} (`);
      expect(text).toContain(derivation.rule);
    },
  );

  it('warns of a year whose holidays are not announced', async () => {
    const explain = await explained('deepseek/deepseek-v4-pro', 'kind: OUTPUT', '2029-01-01T02:00:00.000Z');
    expect(explain.warnings).toEqual([
      'The CN holidays of 2029 are not known here: no day of it counts as one.',
    ]);
  });

  it('says that the operator set it', async () => {
    const explain = await explained('my-relay/gpt-4o-mini', 'kind: INPUT', '2999-01-01T00:00:00.000Z');
    expect(explain).toMatchObject({ basis: 'OPERATOR', conditions: [], provenance: { source: 'config' } });
    expect(explain.text).toContain('set by the operator');
  });
});
