import { describe, expect, it } from 'vitest';
import { buildCatalogue } from '../../src/catalogue/build-catalogue.ts';
import { loadShippedList } from '../../src/catalogue/shipped/load-shipped-lists.ts';
import { readShippedList } from '../../src/catalogue/shipped/shipped-list.ts';
import { asModelSlug, asOfferingId } from '../../src/domain/ids.ts';
import { shippedSeed } from '../support/shipped.ts';

const { reading } = readShippedList(await loadShippedList('modelgraph'));
const catalogue = buildCatalogue({
  seed: await shippedSeed(),
  providers: [],
  readings: [],
  readAt: new Date('2026-11-30T12:00:00Z'),
});

it('states for each row of our own where it was read, and when', () => {
  for (const { providerId, providerModelId, prices, sourceUrl } of reading.offerings) {
    expect(sourceUrl, `${providerId}/${providerModelId}`).toMatch(/^https:/);
    for (const { checkedAt } of prices) expect(checkedAt).toMatch(/^2026-\d\d-\d\dT/);
  }
});

const rate = (id: string, currency: string, meter: string, attributes: object = {}): string | undefined =>
  catalogue
    .pricesOf(asOfferingId(id))
    .find(
      (row) =>
        row.serviceTier === 'STANDARD' &&
        row.currency === currency &&
        row.meter.tokenType === 'PLAIN' &&
        `${row.meter.family} ${row.meter.direction} ${row.meter.modality}` === meter &&
        JSON.stringify(row.meter.attributes ?? {}) === JSON.stringify(attributes),
    )
    ?.amount.toFixed();

describe('the shipped catalogue', () => {
  it.each([
    // developers.openai.com/api/docs/pricing, 2026-09-22
    ['openai/tts-1', 'USD', 'CHARACTERS INPUT TEXT', '15'],
    ['openai/tts-1-hd', 'USD', 'CHARACTERS INPUT TEXT', '30'],
    ['openai/whisper-1', 'USD', 'SECONDS INPUT AUDIO', '0.36'],
    ['openai/gpt-4o-mini-tts', 'USD', 'TOKENS OUTPUT AUDIO', '12'],
    ['openai/gpt-4o-transcribe', 'USD', 'TOKENS INPUT AUDIO', '6'],
    ['openai/gpt-image-1', 'USD', 'TOKENS OUTPUT IMAGE', '40'],
    ['openai/gpt-image-1-mini', 'USD', 'TOKENS OUTPUT IMAGE', '8'],
    ['openai/gpt-image-2', 'USD', 'TOKENS OUTPUT IMAGE', '30'],
    // deepgram.com/pricing, 2026-09-21
    ['deepgram/aura-2', 'USD', 'CHARACTERS INPUT TEXT', '30'],
    ['deepgram/nova-3', 'USD', 'SECONDS INPUT AUDIO', '0.258'],
    // the API's prices as of June 2026
    ['elevenlabs/eleven_flash_v2_5', 'USD', 'CHARACTERS INPUT TEXT', '50'],
    ['elevenlabs/eleven_multilingual_v2', 'USD', 'CHARACTERS INPUT TEXT', '100'],
    ['elevenlabs/scribe_v2', 'USD', 'SECONDS INPUT AUDIO', '0.22'],
    ['jina/jina-reranker-v3', 'USD', 'TOKENS INPUT TEXT', '0.05'],
    ['cohere/rerank-v3.5', 'USD', 'REQUESTS NONE NONE', '2'],
    ['voyage/rerank-2.5', 'USD', 'TOKENS INPUT TEXT', '0.05'],
    // open.bigmodel.cn/pricing, 2026-08-22; volcengine.com/docs/82379/1544106, 2026-07-03
    ['zhipu/glm-5.2', 'CNY', 'TOKENS INPUT TEXT', '8'],
    ['zhipu/glm-5.2', 'USD', 'TOKENS INPUT TEXT', undefined],
    ['volcengine/doubao-seed-1-6-251015', 'CNY', 'TOKENS INPUT TEXT', '0.8'],
    ['qianfan/ernie-4.5-turbo-128k', 'CNY', 'TOKENS INPUT TEXT', '0.8'],
    ['hunyuan/hunyuan-t1-latest', 'CNY', 'TOKENS OUTPUT TEXT', '4'],
    ['siliconflow/Qwen/Qwen3-32B', 'USD', 'TOKENS INPUT TEXT', '0.14'],
  ])('prices %s in %s by %s at %s', (id, currency, meter, amount) => {
    expect(rate(id, currency, meter)).toBe(amount);
  });

  it('prices searches by the call', () => {
    const search = { tool: 'web_search' };
    expect(rate('openai/gpt-5-mini', 'USD', 'TOOL_CALLS NONE NONE', search)).toBe('10');
    expect(rate('openai/gpt-5-mini', 'USD', 'TOOL_CALLS NONE NONE', { tool: 'file_search' })).toBe('2.5');
    expect(rate('anthropic/claude-sonnet-4-6', 'USD', 'TOOL_CALLS NONE NONE', search)).toBe('10');
    expect(rate('google/gemini-2.5-flash', 'USD', 'TOOL_CALLS NONE NONE', search)).toBe('35');
  });

  it.each([
    // Tools cost the same with every model of a provider, those included that came out after the list was made.
    ['openai/gpt-6.2-astra', { tool: 'web_search' }, '10'],
    ['openai/gpt-6.2-astra', { tool: 'code_interpreter' }, '30'],
    ['openai/gpt-4o', { tool: 'web_search_preview' }, '25'],
    ['anthropic/claude-haiku-5-5', { tool: 'web_search' }, '10'],
    ['google/gemini-2.5-pro', { tool: 'google_maps' }, '25'],
    ['google/gemini-4-neon', { tool: 'google_maps' }, '14'],
    ['google/gemini-pro-latest', { tool: 'web_search' }, '14'],
    ['xai/grok-4.7', { tool: 'x_search' }, '5'],
  ])('prices tools of %s: %j', (id, tool, amount) => {
    expect(rate(id, 'USD', 'TOOL_CALLS NONE NONE', tool)).toBe(amount);
  });

  // ai.google.dev/gemini-api/docs/pricing: half until the end of 2026.
  it('prices tokens that are kept in a cache, and the change of that which is announced', () => {
    const storage = (id: string) =>
      catalogue
        .pricesOf(asOfferingId(id))
        .filter(({ meter }) => meter.family === 'TOKEN_HOURS')
        .map(({ amount, effectiveFrom, effectiveTo }) => [
          amount.toFixed(),
          effectiveFrom?.toISOString().slice(0, 10),
          effectiveTo?.toISOString().slice(0, 10),
        ]);
    expect(storage('google/gemini-2.5-pro')).toEqual([['4.5', undefined, undefined]]);
    expect(storage('google/gemini-3.8-flash')).toEqual([
      ['0.5', undefined, '2027-01-01'],
      ['1', '2027-01-01', undefined],
    ]);
  });

  it('knows when models came out, and when their training data ends', () => {
    const model = catalogue.model(asModelSlug('google/gemini-2.5-pro'));
    expect(model?.releaseDate).toEqual(new Date('2025-06-17'));
    expect(model?.knowledgeCutoff).toBe('2025-01');
    const dated = catalogue.models.filter(({ releaseDate }) => releaseDate !== undefined);
    expect(dated.length).toBeGreaterThan(460);
  });

  it('stays within its size', () => {
    expect(catalogue.offerings.length).toBeGreaterThan(3_700);
    expect(catalogue.offerings.length).toBeLessThan(4_300);
  });
});

describe('licences of weights', () => {
  it.each([
    ['openai/gpt-oss-120b', 'Apache-2.0'],
    ['deepseek/deepseek-r1', 'MIT'],
    ['moonshotai/kimi-k2', 'Modified MIT License'],
    ['meta/llama-3.3-70b-instruct', 'Llama 3.3 Community License'],
  ])('are known of %s', (slug, licence) => {
    const model = catalogue.model(asModelSlug(slug));
    expect(model?.licence).toBe(licence);
    expect(model?.openWeights).toBe(true);
    for (const offering of catalogue.offeringsOf(asModelSlug(slug))) expect(offering.licence).toBe(licence);
  });

  it('are known of no model whose weights are closed', () => {
    expect(
      catalogue.models.filter((model) => model.licence !== undefined && model.openWeights === false),
    ).toEqual([]);
  });
});
