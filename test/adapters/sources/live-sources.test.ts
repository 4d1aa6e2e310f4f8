import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { arena } from '../../../src/adapters/sources/arena.ts';
import { artificialAnalysis } from '../../../src/adapters/sources/artificial-analysis.ts';
import { deepinfra } from '../../../src/adapters/sources/deepinfra.ts';
import { ecb } from '../../../src/adapters/sources/ecb.ts';
import { epoch } from '../../../src/adapters/sources/epoch.ts';
import { frankfurter } from '../../../src/adapters/sources/frankfurter.ts';
import { huggingfaceRouter } from '../../../src/adapters/sources/huggingface.ts';
import { openrouter } from '../../../src/adapters/sources/openrouter.ts';
import { CATALOGUE_SOURCES } from '../../../src/adapters/sources/registry.ts';
import { together } from '../../../src/adapters/sources/together.ts';
import { vercelGateway } from '../../../src/adapters/sources/vercel.ts';
import type { SourceOffering } from '../../../src/ports/catalogue-source.ts';
import { SourceUnreadable } from '../../../src/ports/catalogue-source.ts';

const fixture = (name: string): string =>
  readFileSync(resolve(import.meta.dirname, '../../fixtures/sources', name), 'utf8');

/** `direction.modality.tokenType[tier] range = amount/per` of each row. */
const said = (offering: SourceOffering | undefined): readonly string[] =>
  (offering?.prices ?? []).map(({ meter, amount, per, serviceTier, conditions }) => {
    const { promptTokens: range, region } = conditions;
    return [
      `${meter.family}.${meter.direction}.${meter.modality}.${meter.tokenType}`,
      ...(serviceTier === 'STANDARD' ? [] : [serviceTier]),
      ...(range === undefined ? [] : [`${range.from}-${range.to ?? ''}`]),
      ...(region === undefined ? [] : [region]),
      ...Object.values(meter.attributes ?? {}),
      `${amount}/${per}`,
    ].join(' ');
  });

const of = (offerings: readonly SourceOffering[], id: string): SourceOffering | undefined =>
  offerings.find(({ providerModelId }) => providerModelId === id);

it('Hugging Face: a price of 0 is free only where the host says so', () => {
  const hosts = [
    { provider: 'given', status: 'live', pricing: { input: 0, output: 0 }, is_free: true },
    { provider: 'unsaid', status: 'live', pricing: { input: 0, output: 0 }, is_free: false },
    { provider: 'paid', status: 'live', pricing: { input: 1, output: 4.05 }, is_free: false },
  ];
  const models = JSON.stringify({ object: 'list', data: [{ id: 'acme/model', providers: hosts }] });
  const { offerings } = huggingfaceRouter.parse({ models });
  expect(offerings.map((offering) => [offering.billing, ...said(offering)])).toEqual([
    ['FREE'],
    [undefined],
    [undefined, 'TOKENS.INPUT.TEXT.PLAIN 1/1000000', 'TOKENS.OUTPUT.TEXT.PLAIN 4.05/1000000'],
  ]);
});

it('Vercel: a first tier without a start, long prompts of a service tier, a fast mode in a region', () => {
  const pricing = {
    input_cache_read_tiers: [
      { cost: '0.000001', max: 64_000 },
      { cost: '0.000002', min: 64_000 },
    ],
    service_tiers: { flex: { input: '0.0000005', long_context: { threshold: 200_000, input: '0.000001' } } },
    regional: { eu: { output: '0.0000066', fast: { output: '0.0000132' } } },
  };
  const models = JSON.stringify({ object: 'list', data: [{ id: 'acme/model', type: 'language', pricing }] });
  expect(said(vercelGateway.parse({ models }).offerings[0])).toEqual([
    'TOKENS.INPUT.TEXT.CACHE_READ 0-64000 1/1000000',
    'TOKENS.INPUT.TEXT.CACHE_READ 64000- 2/1000000',
    'TOKENS.INPUT.TEXT.PLAIN FLEX 0-200001 0.5/1000000',
    'TOKENS.INPUT.TEXT.PLAIN FLEX 200001- 1/1000000',
    'TOKENS.OUTPUT.TEXT.PLAIN eu 6.6/1000000',
    'TOKENS.OUTPUT.TEXT.PLAIN FAST eu 13.2/1000000',
  ]);
});

it('Hugging Face: a host that is live is an offering, with its speed', () => {
  const { offerings, problems } = huggingfaceRouter.parse({ models: fixture('huggingface-router.json') });
  expect(offerings.map(({ providerModelId }) => providerModelId)).toEqual([
    'acme/Big-Model:fast',
    'acme/Big-Model:zero',
  ]);
  const [fast, zero] = offerings;
  expect(said(fast)).toEqual(['TOKENS.INPUT.TEXT.PLAIN 0.6/1000000', 'TOKENS.OUTPUT.TEXT.PLAIN 2.2/1000000']);
  expect(fast?.performance).toEqual([
    { metric: 'TTFT_MS', p50: 412 },
    { metric: 'OUTPUT_TPS', p50: 88.5 },
  ]);
  expect(fast?.identity.huggingFaceId).toBe('acme/Big-Model');
  expect(fast?.facts).toMatchObject({ limits: { contextWindow: 131_072 }, lacks: ['STRUCTURED_OUTPUT'] });
  expect([said(zero), zero?.billing]).toEqual([[], undefined]);
  expect(problems).toEqual([
    { subject: 'huggingface/acme/Big-Model', reason: 'MALFORMED', detail: 'a host has no name' },
  ]);
});

it('prices batches alone by what Vercel lists under a name of theirs', () => {
  const models = JSON.stringify({
    data: ['openai/gpt-4o-mini', 'openai/gpt-4o-mini-batch'].map((id) => ({
      id,
      type: 'language',
      pricing: { input: '0.000000075', output: '0.0000003' },
    })),
  });
  expect(
    vercelGateway
      .parse({ models })
      .offerings.map(({ prices }) => prices.map(({ serviceTier }) => serviceTier)),
  ).toEqual([
    ['STANDARD', 'STANDARD'],
    ['BATCH', 'BATCH'],
  ]);
});

it('Vercel: sizes of prompts, service tiers, searches', () => {
  const { offerings } = vercelGateway.parse({ models: fixture('vercel-gateway.json') });
  expect(said(of(offerings, 'acme/long'))).toEqual([
    'TOKENS.INPUT.TEXT.PLAIN 0-272000 1/1000000',
    'TOKENS.INPUT.TEXT.PLAIN 272000- 2/1000000',
    'TOKENS.OUTPUT.TEXT.PLAIN 6/1000000',
    'TOKENS.INPUT.TEXT.PLAIN PRIORITY 2/1000000',
    'TOOL_CALLS.NONE.NONE.PLAIN web_search 10/1000',
  ]);
  expect(of(offerings, 'acme/long')?.facts.releaseDate).toBe('2026-06-09T00:00:00.000Z');
});

it('DeepInfra: cents for each token, without what floating point left behind', () => {
  const { offerings } = deepinfra.parse({ models: fixture('deepinfra.json') });
  expect(said(offerings[0])).toEqual([
    'TOKENS.INPUT.TEXT.PLAIN 0.3/1000000',
    'TOKENS.OUTPUT.TEXT.PLAIN 1/1000000',
    'TOKENS.INPUT.TEXT.CACHE_READ 0.06/1000000',
  ]);
});

it('Together: dollars for a million tokens; zeroes are no price', () => {
  const row = { id: 'acme/m', type: 'chat', pricing: { input: 0.88, output: 0.88 } };
  const { offerings } = together.parse({
    models: JSON.stringify([row, { id: 'acme/img', type: 'image', pricing: { input: 0, output: 0 } }]),
  });
  expect(said(offerings[0])).toEqual([
    'TOKENS.INPUT.TEXT.PLAIN 0.88/1000000',
    'TOKENS.OUTPUT.TEXT.PLAIN 0.88/1000000',
  ]);
  expect(said(offerings[1])).toEqual([]);
});

it('Artificial Analysis: quality and speed; 0 is not measured', () => {
  const { scores } = artificialAnalysis.parse({
    'page-1': JSON.stringify({
      tier: 'free',
      intelligence_index_version: 4.1,
      pagination: { page: 1, page_size: 200, total_pages: 2, has_more: true },
      data: [
        {
          slug: 'one',
          model_creator: { slug: 'acme' },
          evaluations: { artificial_analysis_intelligence_index: 54.8, gpqa: 0.7, hle: null },
          pricing: { price_1m_input_tokens: 1.1 },
          performance: {
            median_output_tokens_per_second: 0,
            median_time_to_first_token_seconds: 0.5123,
          },
        },
      ],
    }),
    'page-2': JSON.stringify({
      data: [{ slug: 'one' }, { slug: 'two', median_output_tokens_per_second: 9 }],
    }),
  });
  expect(scores[0]?.identity).toEqual({ name: 'one', lab: 'acme' });
  expect(scores[0]?.quality.map(({ benchmark, score, maximum }) => [benchmark, score, maximum])).toEqual([
    ['artificial-analysis-intelligence-index', 54.8, 100],
    ['gpqa', 0.7, 1],
  ]);
  expect(scores[0]?.performance).toEqual([{ metric: 'TTFT_MS', p50: 512.3 }]);
  expect(scores[0]?.quality[0]?.version).toBe('4.1');
  expect(scores.map(({ identity }) => identity.name)).toEqual(['one', 'two']);
  expect(scores[1]?.performance).toEqual([{ metric: 'OUTPUT_TPS', p50: 9 }]);
  expect(artificialAnalysis.storable).toBe(false);
});

it('Artificial Analysis and the arena: asked page by page while there is more', () => {
  const next = artificialAnalysis.following?.('{"pagination": {"has_more": true}}', 2);
  expect(next).toEqual({ name: 'page-2', path: '/api/v2/language/models/free?page=2' });
  expect(artificialAnalysis.following?.('{"pagination": {"has_more": false}}', 3)).toBeUndefined();
  const page = (category: string) => JSON.stringify({ rows: [{ row: { category } }], num_rows_total: 150 });
  expect(arena.following?.(page('overall'), 2)?.path).toContain('offset=100&length=100');
  expect(arena.following?.(page('overall'), 3)).toBeUndefined();
  expect(arena.following?.(page('coding'), 2)).toBeUndefined();
});

it('Epoch: runs that succeeded, as percentages, with how much the model might think', () => {
  const { scores, problems } = epoch.parse({
    benchmarks: [
      'task,task version,model,mean_score,Status,started_at,Scores',
      'GPQA diamond,1,claude-opus-5_max,0.93876,Success,2026-09-30T11:00:00.000Z,"a, b"',
      'FrontierMath-Tier-4-v2-Private,,host/gpt-6-astra,0.5,Success,,',
      'GPQA diamond,1,failed,0.1,Error,,',
      'GPQA diamond,1,absurd,93,Success,,',
      '',
    ].join('\n'),
  });
  expect(scores.map(({ identity, quality }) => [identity.name, quality[0]])).toMatchObject([
    [
      'claude-opus-5',
      { benchmark: 'gpqa-diamond', version: '1', setting: 'max', score: 93.876, date: '2026-09-30' },
    ],
    ['gpt-6-astra', { benchmark: 'frontiermath', version: 'tier 4, v2', score: 50, maximum: 100 }],
  ]);
  expect(problems.map(({ subject }) => subject)).toEqual(['absurd']);
});

it('Arena: ratings of all categories together, from enough votes', () => {
  const row = (model_name: string, more: object = {}) => ({
    row_idx: 0,
    row: {
      model_name,
      rating: 1498.47,
      vote_count: 5_000,
      category: 'overall',
      leaderboard_publish_date: '2026-09-13',
      ...more,
    },
    truncated_cells: [],
  });
  const { scores } = arena.parse({
    'page-1': JSON.stringify({
      rows: [
        row('claude-opus-4-6-thinking'),
        row('kimi-k2-thinking'),
        row('new', { vote_count: 12 }),
        row('gpt-6-astra', { category: 'coding' }),
      ],
      num_rows_total: 4,
    }),
  });
  expect(scores.map(({ identity, quality }) => [identity.name, quality[0]])).toMatchObject([
    ['claude-opus-4-6', { benchmark: 'arena-text', setting: 'thinking', score: 1498.47, date: '2026-09-13' }],
    ['kimi-k2-thinking', { testedModel: 'kimi-k2-thinking' }],
  ]);
});

it('OpenRouter: free, negative, absurd and inexact rates', () => {
  const pricing = (prompt: string, completion = prompt) => ({ prompt, completion });
  const { offerings, problems } = openrouter.parse({
    models: JSON.stringify({
      data: [
        { id: 'acme/a:free', pricing: pricing('0') },
        { id: 'acme/zero', pricing: pricing('0') },
        { id: 'openrouter/auto', pricing: pricing('-1') },
        { id: 'acme/absurd', pricing: pricing('3', '0.000001') },
        { id: 'acme/inexact', pricing: pricing('0.0000006000000000000001') },
        { id: 'x'.repeat(300) },
        'row',
      ],
    }),
  });
  expect(offerings.map(({ billing }) => billing)).toEqual([
    'FREE',
    undefined,
    undefined,
    undefined,
    undefined,
  ]);
  expect(said(of(offerings, 'acme/inexact'))[0]).toBe('TOKENS.INPUT.TEXT.PLAIN 0.6/1000000');
  expect(said(of(offerings, 'acme/absurd'))).toEqual(['TOKENS.OUTPUT.TEXT.PLAIN 1/1000000']);
  expect(problems.map(({ reason }) => reason)).toEqual([
    'NEGATIVE',
    'NEGATIVE',
    'ABSURD',
    'MALFORMED',
    'MALFORMED',
  ]);
});

const sample = resolve(
  import.meta.dirname,
  '../../../../shared/catalogue-samples/openrouter-models-sample.json',
);
it.skipIf(!existsSync(sample))('OpenRouter: a real list (skipped where the samples are not here)', () => {
  const { offerings, problems } = openrouter.parse({ models: readFileSync(sample, 'utf8') });
  expect(problems).toEqual([]);
  expect(
    said(of(offerings, 'anthropic/claude-sonnet-4.5')).filter((row) => row.includes('CACHE_WRITE')),
  ).toEqual([
    'TOKENS.INPUT.TEXT.CACHE_WRITE_5M 0-200000 3.75/1000000',
    'TOKENS.INPUT.TEXT.CACHE_WRITE_5M 200000- 7.5/1000000',
    'TOKENS.INPUT.TEXT.CACHE_WRITE_1H 0-200000 6/1000000',
    'TOKENS.INPUT.TEXT.CACHE_WRITE_1H 200000- 12/1000000',
  ]);
  expect(of(offerings, '~openai/gpt-latest')?.identity).toEqual({ lab: 'openai', name: 'gpt-5.6-sol' });
});

describe('exchange rates', () => {
  const xml = (cubes: string): string =>
    `<?xml version="1.0"?><gesmes:Envelope xmlns:gesmes="http://www.gesmes.org/xml/2002-08-01"><Cube><Cube time='2026-11-20'>${cubes}</Cube></Cube></gesmes:Envelope>\n`;

  it("reads the European Central Bank's day", () => {
    const { fx, problems } = ecb.parse({
      daily: xml("<Cube currency='USD' rate='1.1361'/><Cube currency='JPY' rate='-3'/>"),
    });
    expect(fx).toEqual([{ base: 'EUR', quote: 'USD', rate: '1.1361', date: '2026-11-20' }]);
    expect(problems.map(({ subject, reason }) => [subject, reason])).toEqual([['EUR/JPY', 'NEGATIVE']]);
  });

  it('refuses a list that is cut off', () => {
    const whole = xml("<Cube currency='USD' rate='1.1'/>");
    expect(() => ecb.parse({ daily: whole.slice(0, -30) })).toThrow(SourceUnreadable);
  });

  it("reads Frankfurter's rows", () => {
    const rows = [
      { date: '2026-11-20', base: 'USD', quote: 'CNY', rate: 7.0712 },
      { date: '2026-13-40', base: 'USD', quote: 'EUR', rate: 0.88 },
    ];
    const { fx, problems } = frankfurter.parse({ rates: JSON.stringify(rows) });
    expect(fx).toEqual([{ base: 'USD', quote: 'CNY', rate: '7.0712', date: '2026-11-20' }]);
    expect(problems).toHaveLength(1);
  });
});

describe.each([
  huggingfaceRouter,
  vercelGateway,
  openrouter,
  artificialAnalysis,
  epoch,
  arena,
  together,
  deepinfra,
  ecb,
  frankfurter,
])('$id', ({ requests, parse }) => {
  it.each([
    '',
    '<!doctype html><html><body>Down</body></html>',
    '{"data":[{"id":"a',
    '[]',
    '{}',
    'null',
    '{"data":3}',
  ])('is of no use where it answers %j', (body) => {
    const bodies = Object.fromEntries(requests.map(({ name }) => [name, body]));
    expect(() => parse(bodies)).toThrow(SourceUnreadable);
  });
});

it('has each source once, and those that are opt-in off', () => {
  const ids = CATALOGUE_SOURCES.map(({ id }) => id);
  expect(new Set(ids).size).toBe(ids.length);
  expect(CATALOGUE_SOURCES.filter(({ byDefault }) => !byDefault).map(({ id }) => id)).toEqual([
    'openrouter',
    'epoch',
    'arena',
    'artificial-analysis',
    'together',
    'deepinfra',
  ]);
});
