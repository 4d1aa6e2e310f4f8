import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { calcPrice, waitForUpdate } from '@pydantic/genai-prices';
import { describe, expect, it } from 'vitest';
import { buildCatalogue } from '../../src/catalogue/build-catalogue.ts';
import { knownProvider } from '../../src/catalogue/identity/labs.ts';
import { costOf } from '../../src/catalogue/price-engine.ts';
import { loadSeed, SEED_PUBLISHED_AT, SEED_VERSION } from '../../src/catalogue/seed.ts';
import type { UnboundPrice } from '../../src/domain/price.ts';
import { usageOf } from '../../src/domain/usage.ts';
import { convertGenaiPrices } from '../../src/price-lists/genai-prices/convert-list.ts';

const seed = await loadSeed();
const listed = seed.readings.filter(({ sourceId }) => sourceId === 'genai-prices');
/** What the list that people keep says, joined by itself. */
const catalogue = buildCatalogue({
  seed: { ...seed, readings: listed },
  providers: [],
  readings: [],
  readAt: SEED_PUBLISHED_AT,
});
const all = catalogue.offerings.map((offering) => ({
  id: offering.id,
  offering: { ...offering, prices: catalogue.pricesOf(offering.id) },
}));
const offeringOf = (id: string) => {
  const found = all.find((each) => each.id === id);
  if (found === undefined) throw new Error(`no ${id} in the seed`);
  return found.offering;
};
/** Providers that the source knows by another id. */
const THEIR_IDS: { readonly [id: string]: string } = {
  bedrock: 'aws',
  xai: 'x-ai',
  moonshot: 'moonshotai',
  vertex: 'google',
  voyage: 'voyageai',
  zhipu: 'zhipuai',
};
const described = (row: UnboundPrice) => {
  const { family, direction, modality, tokenType } = row.meter;
  const { promptTokens, timeWindow } = row.conditions;
  return [
    `${row.amount.toString()} ${row.currency}/${row.per}`,
    [family, direction, modality, tokenType].join('.'),
    ...(promptTokens === undefined ? [] : [`${promptTokens.from}..${promptTokens.to ?? ''}`]),
    ...(timeWindow === undefined ? [] : [`${timeWindow.from}-${timeWindow.to} ${timeWindow.zone}`]),
    ...(row.effectiveFrom === undefined ? [] : [`since ${row.effectiveFrom.toISOString().slice(0, 10)}`]),
    ...(row.effectiveTo === undefined ? [] : [`until ${row.effectiveTo.toISOString().slice(0, 10)}`]),
  ].join(', ');
};
/** What the source states, without what follows from rules. */
const rowsOf = (id: string, meter: string): readonly string[] =>
  offeringOf(id)
    .prices.filter(({ provenance }) => provenance.source !== 'rules')
    .map(described)
    .filter((text) => text.includes(meter));
const countBy = <Row>(rows: readonly Row[], keyOf: (row: Row) => string): Record<string, number> =>
  Object.fromEntries([...Map.groupBy(rows, keyOf)].map(([key, group]) => [key, group.length]));

describe('the seed', () => {
  it('is of the package version whose publication date is stated', () => {
    const require = createRequire(import.meta.url);
    const manifest = join(dirname(require.resolve('@pydantic/genai-prices')), '..', 'package.json');
    expect(JSON.parse(readFileSync(manifest, 'utf8'))).toMatchObject({ version: SEED_VERSION });
  });

  it('holds what it held when it was last looked at, or more', () => {
    expect(catalogue.providers.length).toBeGreaterThanOrEqual(44);
    expect(all.length).toBeGreaterThanOrEqual(1620);
    expect(catalogue.models.length).toBeGreaterThanOrEqual(785);
    expect(all.reduce((sum, { offering }) => sum + offering.prices.length, 0)).toBeGreaterThanOrEqual(8100);
  });

  it('knows the kind of every provider', () => {
    expect(catalogue.providers.filter(({ id }) => knownProvider(id) === undefined)).toEqual([]);
  });

  it('leaves out no fact in silence', async () => {
    const { skipped } = convertGenaiPrices((await waitForUpdate()) ?? []);
    expect(countBy(skipped, ({ fact, reason }) => `${fact}: ${reason}`)).toEqual({
      'input_text_messages_kcount: no meter counts it': 4,
      'model: a rate of fine-tuned models, not a model': 4,
      'model: OpenRouter takes no id without an organization': 184,
    });
  });

  it('has each id and each slug once, and a model for each offering', () => {
    expect(new Set(all.map(({ id }) => id)).size).toBe(all.length);
    const slugs = new Set(catalogue.models.map(({ slug }) => slug.toLowerCase()));
    expect(slugs.size).toBe(catalogue.models.length);
    expect(all.filter(({ offering }) => !slugs.has(offering.modelSlug))).toEqual([]);
    const joined = new Set(
      all.filter(({ offering }) => offering.join !== 'UNJOINED').map(({ offering }) => offering.modelSlug),
    );
    expect(
      catalogue.models.filter(
        ({ slug, lab }) => (joined.has(slug) && !slug.startsWith(`${lab}/`)) || slug === `${lab}/`,
      ),
    ).toEqual([]);
    const served = new Set(all.map(({ offering }) => offering.modelSlug));
    expect(catalogue.models.filter(({ slug }) => !served.has(slug))).toEqual([]);
  });

  it('says where and when every fact was found', () => {
    for (const { offering } of all) {
      expect(offering.provenance).toMatchObject({ source: 'genai-prices', observedAt: SEED_PUBLISHED_AT });
      expect(offering.provenance.sourceUrl).toMatch(/^https:/);
    }
    const checkedAt = (id: string) => offeringOf(id).prices[0]?.provenance.checkedAt;
    expect(checkedAt('avian/deepseek/deepseek-v3.2')).toEqual(new Date('2026-08-25'));
    expect(checkedAt('cerebras/llama-3.3-70b')).toEqual(new Date('2026-08-27'));
  });
});

it('what is listed for batches prices nothing else', () => {
  const offerings = seed.readings.flatMap(({ reading }) => reading.offerings);
  const tiersOf = (name: string) =>
    new Set(
      offerings
        .filter(({ providerId, providerModelId }) => providerId === 'vercel' && providerModelId === name)
        .flatMap(({ prices }) => prices.map(({ serviceTier }) => serviceTier)),
    );
  expect(tiersOf('openai/gpt-4o-mini-batch')).toEqual(new Set(['BATCH']));
  expect(tiersOf('openai/gpt-4o-mini')).toEqual(new Set(['STANDARD']));
});

describe('prices of the seed', () => {
  it('are above zero wherever tokens are billed', () => {
    const zero = all.filter(({ offering }) =>
      offering.prices.some(({ amount, meter }) => !amount.greaterThan(0) && meter.family !== 'TOOL_CALLS'),
    );
    expect(zero.map(({ id }) => id)).toEqual([]);
  });

  it('exist exactly where the offering is metered; free is said only where the source says so', () => {
    for (const { id, offering } of all)
      expect([id, offering.prices.length > 0]).toEqual([id, offering.billing === 'METERED']);
    const free = all.filter(({ offering }) => offering.billing === 'FREE').map(({ id }) => id);
    expect(free.filter((id) => !/^openrouter\/.*:free$/.test(id))).toEqual([
      'google/gemma-4-26b-a4b-it',
      'google/gemma-4-31b-it',
    ]);
    expect(free.length).toBeGreaterThanOrEqual(84);
    // Part of a subscription is not free of charge.
    expect(offeringOf('github-copilot/gpt-4o').billing).toBe('UNKNOWN');
  });

  it('have the exact text of the source, but for the noise of repeating decimals', () => {
    expect(rowsOf('openai/gpt-4o-mini', 'TOKENS.')).toEqual([
      '0.15 USD/1000000, TOKENS.INPUT.TEXT.PLAIN',
      '0.075 USD/1000000, TOKENS.INPUT.TEXT.CACHE_READ',
      '0.6 USD/1000000, TOKENS.OUTPUT.TEXT.PLAIN',
    ]);
    expect(rowsOf('openrouter/google/gemini-2.5-flash-lite', 'CACHE_WRITE')).toEqual([
      '0.0833333333333 USD/1000000, TOKENS.INPUT.TEXT.CACHE_WRITE_5M',
    ]);
  });

  it('keep both lives of a cache apart', () => {
    expect(rowsOf('anthropic/claude-opus-4-8', 'CACHE_WRITE')).toEqual([
      '6.25 USD/1000000, TOKENS.INPUT.TEXT.CACHE_WRITE_5M',
      '10 USD/1000000, TOKENS.INPUT.TEXT.CACHE_WRITE_1H',
    ]);
  });

  it('have explicit bounds: the source bills more than `start` tokens at the upper tier', () => {
    expect(rowsOf('google/gemini-2.5-pro', 'OUTPUT.TEXT')).toEqual([
      '10 USD/1000000, TOKENS.OUTPUT.TEXT.PLAIN, 0..200001',
      '15 USD/1000000, TOKENS.OUTPUT.TEXT.PLAIN, 200001..',
    ]);
    // xAI's page says "≥ 200k tokens": a prompt of the round count is a long one there, and nowhere else.
    expect(rowsOf('xai/grok-build-0.1', 'OUTPUT.TEXT')).toEqual([
      '2 USD/1000000, TOKENS.OUTPUT.TEXT.PLAIN, 0..200000',
      '4 USD/1000000, TOKENS.OUTPUT.TEXT.PLAIN, 200000..',
    ]);
  });

  it('end on the day on which the next begin', () => {
    expect(rowsOf('openai/o3', 'INPUT.TEXT.PLAIN')).toEqual([
      '10 USD/1000000, TOKENS.INPUT.TEXT.PLAIN, until 2025-06-10',
      '2 USD/1000000, TOKENS.INPUT.TEXT.PLAIN, since 2025-06-10',
    ]);
    expect(rowsOf('mistral/ministral-8b-latest', 'CACHE_READ')).toEqual([
      '0.015 USD/1000000, TOKENS.INPUT.TEXT.CACHE_READ, since 2025-12-02',
    ]);
  });

  it('have windows of the day, which begin with the dated rate that they stand behind', () => {
    expect(rowsOf('deepseek/deepseek-chat', 'OUTPUT')).toEqual([
      '0.55 USD/1000000, TOKENS.OUTPUT.TEXT.PLAIN',
      '1.1 USD/1000000, TOKENS.OUTPUT.TEXT.PLAIN, 00:30-16:30 UTC',
    ]);
    expect(rowsOf('deepseek/deepseek-v4-pro', 'OUTPUT')).toEqual([
      '0.87 USD/1000000, TOKENS.OUTPUT.TEXT.PLAIN, until 2026-08-17',
      '1.98 USD/1000000, TOKENS.OUTPUT.TEXT.PLAIN, since 2026-08-17',
      '3.96 USD/1000000, TOKENS.OUTPUT.TEXT.PLAIN, 01:00-04:00 UTC, since 2026-08-17',
      '3.96 USD/1000000, TOKENS.OUTPUT.TEXT.PLAIN, 06:00-10:00 UTC, since 2026-08-17',
    ]);
  });

  it('have units other than tokens', () => {
    expect(rowsOf('openai/whisper-1', 'SECONDS').map((text) => text.replace(/^[\d.]+ /, ''))).toEqual([
      'USD/3600, SECONDS.NONE.AUDIO.PLAIN',
      'USD/3600, SECONDS.INPUT.AUDIO.PLAIN',
    ]);
    expect(rowsOf('perplexity/sonar', 'REQUESTS')).toEqual(['12 USD/1000, REQUESTS.NONE.NONE.PLAIN']);
  });

  it('state what Google bills at the plain rate and reports apart', () => {
    expect(rowsOf('google/gemini-2.5-pro', '0..200001').filter((text) => text.includes('INPUT'))).toEqual([
      '1.25 USD/1000000, TOKENS.INPUT.AUDIO.PLAIN, 0..200001',
      '1.25 USD/1000000, TOKENS.INPUT.IMAGE.PLAIN, 0..200001',
      '1.25 USD/1000000, TOKENS.INPUT.TEXT.PLAIN, 0..200001',
      '0.125 USD/1000000, TOKENS.INPUT.TEXT.CACHE_READ, 0..200001',
    ]);
  });

  it("give the same bill as the source's own calculator", () => {
    const times = [
      '2025-01-01T00:10:00Z',
      '2026-09-20T02:00:00Z',
      '2026-09-20T18:00:00Z',
      '2027-02-01T12:00:00Z',
    ];
    const usages = [
      { input: 1000, cacheRead: 0, output: 500 },
      { input: 100_000, cacheRead: 28_000, output: 10 },
      { input: 150_000, cacheRead: 49_999, output: 10 },
      { input: 150_000, cacheRead: 50_001, output: 10 },
      { input: 250_000, cacheRead: 50_000, output: 10 },
    ];
    let compared = 0;
    for (const { id, offering } of all) {
      const cost = (counts: (typeof usages)[number], at: Date) =>
        costOf({ offering, prices: offering.prices, usage: usageOf(counts), at });
      for (const time of times) {
        // The source prices these windows before their first day too, and says in its comments not to.
        if (time < '2026-08-17' && id.startsWith('deepseek/deepseek-v4')) continue;
        for (const counts of usages) {
          const ours = cost(counts, new Date(time));
          if (ours.kind !== 'PRICED') continue;
          const theirs = calcPrice(
            {
              input_tokens: counts.input + counts.cacheRead,
              cache_read_tokens: counts.cacheRead,
              output_tokens: counts.output,
            },
            offering.providerModelId,
            { providerId: THEIR_IDS[offering.providerId] ?? offering.providerId, timestamp: new Date(time) },
          );
          // Their clauses may give a name to another entry, or to none; only bills of one entry can agree.
          if (theirs === null) continue;
          const sameEntry = catalogue.offerings.some(
            (other) =>
              other.providerId === offering.providerId &&
              other.providerModelId === theirs.model.id &&
              other.providerModelId === offering.providerModelId,
          );
          if (!sameEntry) continue;
          expect(Math.abs(ours.total.toNumber() - theirs.total_price), `${id} at ${time}`).toBeLessThan(1e-9);
          compared += 1;
        }
      }
    }
    expect(compared).toBeGreaterThan(11_500);
  });
});

describe('models of the seed', () => {
  it('are joined as surely as their names allow', () => {
    const counts = countBy(all, ({ offering }) => offering.join);
    expect(counts.EXPLICIT).toBeGreaterThanOrEqual(1370);
    expect(counts.UNJOINED).toBeLessThanOrEqual(30);
  });

  it.each([
    ['openai/gpt-4o-mini', 'openai/gpt-4o-mini', 'EXPLICIT'],
    ['xai/grok-4.5', 'xai/grok-4.5', 'EXPLICIT'],
    ['zai/glm-5.2', 'zhipuai/glm-5.2', 'EXPLICIT'],
    ['zhipu/glm-5.2', 'zhipuai/glm-5.2', 'EXPLICIT'],
    ['vertex/claude-3-5-sonnet', 'anthropic/claude-3-5-sonnet', 'ALIAS'],
    ['openrouter/openai/gpt-4o-mini', 'openai/gpt-4o-mini', 'EXPLICIT'],
    ['openrouter/openai/gpt-oss-120b:free', 'openai/gpt-oss-120b', 'EXPLICIT'],
    ['openrouter/anthropic/claude-sonnet-4.5', 'anthropic/claude-sonnet-4-5', 'HEURISTIC'],
    ['bedrock/global.anthropic.claude-sonnet-4-5-20250929-v1:0', 'anthropic/claude-sonnet-4-5', 'HEURISTIC'],
    ['bedrock/anthropic.claude-opus-5', 'anthropic/claude-opus-5', 'EXPLICIT'],
    ['huggingface_novita/meta-llama/Llama-3.3-70B-Instruct', 'meta/llama-3.3-70b-instruct', 'EXPLICIT'],
    ['avian/Meta-Llama-3.1-8B-Instruct', 'meta/llama-3.1-8b-instruct', 'HEURISTIC'],
    ['huggingface_groq/Qwen/Qwen3-32B', 'alibaba/qwen3-32b', 'EXPLICIT'],
    ['cerebras/qwen-3-32b', 'alibaba/qwen3-32b', 'HEURISTIC'],
    ['cloudflare/@cf/openai/gpt-oss-20b', 'openai/gpt-oss-20b', 'EXPLICIT'],
    ['fireworks/accounts/fireworks/models/glm-5p2', 'zhipuai/glm-5.2', 'ALIAS'],
    ['github-copilot/gpt-4o-mini', 'openai/gpt-4o-mini', 'ALIAS'],
    // A mode at another price, a moving pointer, a name that two organizations use.
    [
      'fireworks/accounts/fireworks/routers/kimi-k3-fast',
      'fireworks/accounts/fireworks/routers/kimi-k3-fast',
      'UNJOINED',
    ],
    ['openrouter/anthropic/claude-opus-4.8-fast', 'anthropic/claude-opus-4.8-fast', 'EXPLICIT'],
    ['openrouter/~openai/gpt-latest', 'openai/gpt-latest', 'EXPLICIT'],
    ['azure/wizardlm-2-8x22b', 'microsoft/wizardlm-2-8x22b', 'EXPLICIT'],
  ])('%s is of %s: %s', (id, slug, join) => {
    expect(offeringOf(id)).toMatchObject({ modelSlug: slug, join });
  });

  it('are not mistaken for those that only cost the same', () => {
    for (const name of ['gpt-5-codex', 'gpt-5-chat', 'gpt-5.1-codex-max', 'gpt-4o-mini-search-preview'])
      expect(offeringOf(`openai/${name}`)).toMatchObject({ modelSlug: `openai/${name}`, join: 'EXPLICIT' });
    expect(rowsOf('openai/gpt-5-codex', 'TOKENS')).toEqual(rowsOf('openai/gpt-5', 'TOKENS'));
  });

  it('are called by names that the provider takes', () => {
    expect(offeringOf('anthropic/claude-3-5-sonnet-20241022').modelSlug).toBe('anthropic/claude-3-5-sonnet');
    expect(offeringOf('mistral/mistral-medium-2508').modelSlug).toBe('mistral/mistral-medium-2508');
  });
});
