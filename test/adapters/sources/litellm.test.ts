import { describe, expect, it } from 'vitest';
import { litellm } from '../../../src/adapters/sources/litellm.ts';
import { EMPTY_READING, SourceUnreadable } from '../../../src/ports/catalogue-source.ts';
import { hasCatalogueSamples, liveBodies, titleWithSamples } from '../../support/catalogue-samples.ts';
import { fixtureText, offeringIn, pricesOf, problemsIn } from './reading.ts';

describe('LiteLLM', () => {
  const reading = litellm.parse({ prices: fixtureText('litellm.json') });

  it('reads sizes of prompts, service tiers, cache writes and surcharges of regions', () => {
    expect(pricesOf(reading, 'openai/gpt-tiered')).toEqual([
      'TOKENS INPUT TEXT CACHE_WRITE_1H: 1.2/1000000',
      'TOKENS INPUT TEXT CACHE_WRITE_1H: 1.32/1000000 @eu',
      'TOKENS INPUT TEXT CACHE_WRITE_5M: 0.75/1000000',
      'TOKENS INPUT TEXT CACHE_WRITE_5M: 0.825/1000000 @eu',
      'TOKENS INPUT TEXT PLAIN: 0.3/1000000 BATCH [0,272001)',
      'TOKENS INPUT TEXT PLAIN: 0.33/1000000 BATCH [0,272001) @eu',
      'TOKENS INPUT TEXT PLAIN: 0.6/1000000 [0,272001)',
      'TOKENS INPUT TEXT PLAIN: 0.66/1000000 [0,272001) @eu',
      'TOKENS INPUT TEXT PLAIN: 1.2/1000000 PRIORITY [0,272001)',
      'TOKENS INPUT TEXT PLAIN: 1.2/1000000 [272001,)',
      'TOKENS INPUT TEXT PLAIN: 1.32/1000000 PRIORITY [0,272001) @eu',
      'TOKENS INPUT TEXT PLAIN: 1.32/1000000 [272001,) @eu',
      'TOKENS OUTPUT TEXT PLAIN: 2.4/1000000',
      'TOKENS OUTPUT TEXT PLAIN: 2.64/1000000 @eu',
      'TOOL_CALLS NONE NONE PLAIN tool=web_search: 10/1000',
    ]);
    expect(pricesOf(reading, 'dashscope/qwen-plus')).toEqual([
      'TOKENS INPUT TEXT PLAIN: 0.4/1000000 [0,256001)',
      'TOKENS INPUT TEXT PLAIN: 1.2/1000000 [256001,)',
      'TOKENS OUTPUT TEXT PLAIN: 1.2/1000000 [0,256001)',
      'TOKENS OUTPUT TEXT PLAIN: 3.6/1000000 [256001,)',
      'TOKENS OUTPUT TEXT PLAIN: 4/1000000 [0,256001) thinking=true',
    ]);
  });

  it('reads no rate of long prompts alone, and no rate of images of what draws none', () => {
    const row = {
      litellm_provider: 'vertex_ai-language-models',
      mode: 'chat',
      input_cost_per_token: 2e-6,
      input_cost_per_token_above_200k_tokens: 4e-6,
      cache_creation_input_token_cost_above_200k_tokens: 2.5e-7,
      output_cost_per_image: 0.00012,
      supported_output_modalities: ['text'],
    };
    const parsed = litellm.parse({ prices: JSON.stringify({ 'vertex_ai/gemini-9-pro': row }) });
    expect(pricesOf(parsed, 'vertex/gemini-9-pro')).toEqual([
      'TOKENS INPUT TEXT PLAIN: 2/1000000 [0,200001)',
      'TOKENS INPUT TEXT PLAIN: 4/1000000 [200001,)',
    ]);
  });

  it("leaves out names that cannot be the provider's", () => {
    const rows: readonly (readonly [string, string])[] = [
      ['bedrock', 'claude-sonnet-9-20290101-v1:0'],
      ['bedrock', 'anthropic.claude-haiku-9@20291001'],
      ['bedrock', 'anthropic.claude-3-7-sonnet-20240620-v1:0'],
      ['bedrock', 'eu.amazon.nova-9-v1:0'],
      ['fireworks_ai', 'fireworks_ai/accounts/fireworks/models/'],
      ['palm', 'palm/some-bison-safety-off'],
      ['palm', 'palm/some-bison'],
    ];
    const prices = Object.fromEntries(
      rows.map(([word, key]) => [key, { litellm_provider: word, input_cost_per_token: 1e-6 }]),
    );
    const { offerings } = litellm.parse({ prices: JSON.stringify(prices) });
    expect(offerings.map(({ providerModelId }) => providerModelId)).toEqual([
      'eu.amazon.nova-9-v1:0',
      'some-bison',
    ]);
  });

  it('reads a size without a bound as any size', () => {
    const key = 'bedrock/max-x-max/50-steps/stability.picture-v0';
    const row = { litellm_provider: 'bedrock', mode: 'image_generation', output_cost_per_image: 0.036 };
    const read = litellm.parse({ prices: JSON.stringify({ [key]: row }) });
    expect(pricesOf(read, 'bedrock/stability.picture-v0')).toEqual([
      'IMAGES OUTPUT IMAGE PLAIN steps=50: 0.036/1',
    ]);
  });

  it.each([
    ['openai/image-model', ['IMAGES OUTPUT IMAGE PLAIN quality=hd size=1024x1024: 0.08/1']],
    ['openai/whisper', ['SECONDS INPUT AUDIO PLAIN: 0.36/3600']],
    ['deepgram/nova', ['SECONDS INPUT AUDIO PLAIN: 0.258/3600']],
    ['openai/tts', ['CHARACTERS INPUT TEXT PLAIN: 15/1000000']],
    ['cohere/rerank', ['REQUESTS NONE NONE PLAIN: 2/1000']],
    [
      'google/veo',
      ['SECONDS OUTPUT VIDEO PLAIN resolution=1080p: 0.08/1', 'SECONDS OUTPUT VIDEO PLAIN: 0.05/1'],
    ],
    [
      'mistral/ocr',
      ['PAGES INPUT DOCUMENT PLAIN annotated=true: 5/1000', 'PAGES INPUT DOCUMENT PLAIN: 4/1000'],
    ],
    [
      'perplexity/sonar',
      [
        'TOKENS INPUT TEXT PLAIN: 1/1000000',
        'TOOL_CALLS NONE NONE PLAIN tool=web_search search_context_size=high: 12/1000',
        'TOOL_CALLS NONE NONE PLAIN tool=web_search search_context_size=low: 5/1000',
        'TOOL_CALLS NONE NONE PLAIN tool=web_search search_context_size=medium: 8/1000',
      ],
    ],
  ])('reads what %s is sold by', (id, prices) => {
    expect(pricesOf(reading, id)).toEqual(prices);
  });

  it('joins the keys of one model: regions, sizes and capacity bought ahead', () => {
    expect(pricesOf(reading, 'bedrock/acme.model-v1')).toEqual([
      'TOKENS INPUT TEXT PLAIN: 1/1000000',
      'TOKENS INPUT TEXT PLAIN: 2/1000000 @eu-west-1',
      'TOKENS OUTPUT TEXT PLAIN: 3/1000000',
      'TOKENS OUTPUT TEXT PLAIN: 4/1000000 @eu-west-1',
    ]);
    expect(pricesOf(reading, 'azure/gpt-tiered')).toEqual(['TOKENS INPUT TEXT PLAIN: 0.66/1000000 @eu']);
    expect(pricesOf(reading, 'bedrock/acme.bought')).toEqual([
      'SECONDS NONE NONE PLAIN commitment=1-month: 0.011/1 COMMITMENT',
    ]);
    expect(offeringIn(reading, 'bedrock/acme.bought').billing).toBe('COMMITMENT');
  });

  it.each([
    ['databricks/units', undefined],
    ['nvidia/trial', undefined],
    ['openrouter/acme/gift:free', 'FREE'],
    ['github-copilot/gpt', 'PLAN'],
  ])('gives %s no price of 0', (id, billing) => {
    expect(pricesOf(reading, id)).toEqual([]);
    expect(offeringIn(reading, id).billing).toBe(billing);
  });

  it('says which rows it does not believe, and reads the rest', () => {
    expect(problemsIn(reading)).toEqual([
      'ABSURD wandb/per-unit',
      'MALFORMED ?/broken',
      'MALFORMED openai/words',
      'NEGATIVE openrouter/auto',
      'UNIT wandb/per-unit',
    ]);
    expect(pricesOf(reading, 'openai/words')).toEqual(['TOKENS OUTPUT TEXT PLAIN: 1/1000000']);
    expect(reading.offerings.map((one) => one.providerModelId)).not.toContain('together-ai-4.1b-8b');
  });

  it('tells what a model can do, lacks, and when it retires', () => {
    expect(offeringIn(reading, 'openai/gpt-tiered').facts).toEqual({
      limits: { maxInputTokens: 1_050_000, maxOutputTokens: 128_000 },
      capabilities: ['COMPLETION', 'TOOLS'],
      lacks: ['REASONING'],
      retiresAt: '2027-03-01T00:00:00.000Z',
    });
  });

  it.each(['<!doctype html><html>', '{"gpt": {"litellm_prov', '[]', '{}', ''])('refuses %j', (body) => {
    expect(() => litellm.parse({ prices: body })).toThrow(SourceUnreadable);
  });
});

describe.skipIf(!hasCatalogueSamples)(titleWithSamples("LiteLLM's own list"), () => {
  const reading = hasCatalogueSamples ? litellm.parse(liveBodies.litellm()) : EMPTY_READING;

  it('has thousands of offerings, and no price of 0', () => {
    expect(reading.offerings.length).toBe(2608);
    expect(reading.offerings.filter((one) => one.prices.length > 0).length).toBeGreaterThan(2300);
    expect(reading.offerings.flatMap((one) => one.prices).filter((row) => Number(row.amount) === 0)).toEqual(
      [],
    );
  });

  it.each([
    ['openai/gpt-5', 'TOKENS INPUT TEXT PLAIN: 0.625/1000000 FLEX'],
    ['openai/gpt-5', 'TOKENS OUTPUT TEXT PLAIN: 20/1000000 PRIORITY'],
    ['openai/gpt-5.5', 'TOKENS OUTPUT TEXT PLAIN: 45/1000000 [272001,)'],
    ['openai/gpt-5.5', 'TOKENS INPUT TEXT PLAIN: 2.5/1000000 BATCH [0,272001)'],
    ['anthropic/claude-sonnet-4-5', 'TOKENS INPUT TEXT CACHE_WRITE_1H: 12/1000000 [200001,)'],
    ['anthropic/claude-opus-4-5', 'TOKENS INPUT TEXT CACHE_WRITE_1H: 10/1000000'],
    ['google/gemini-2.5-pro', 'TOKENS OUTPUT TEXT PLAIN: 15/1000000 [200001,)'],
    ['google/gemini-2.5-flash', 'TOKENS INPUT AUDIO PLAIN: 1/1000000'],
    ['deepseek/deepseek-v4-pro', 'TOKENS INPUT TEXT CACHE_READ: 0.003625/1000000'],
    ['groq/llama-3.3-70b-versatile', 'TOKENS OUTPUT TEXT PLAIN: 0.79/1000000'],
    ['openai/text-embedding-3-small', 'TOKENS INPUT TEXT PLAIN: 0.01/1000000 BATCH'],
    ['openai/gpt-image-1', 'TOKENS OUTPUT IMAGE PLAIN: 40/1000000'],
    ['openai/whisper-1', 'SECONDS INPUT AUDIO PLAIN: 0.36/3600'],
    ['moonshot/kimi-k2.6', 'TOKENS OUTPUT TEXT PLAIN: 4/1000000'],
  ])('prices %s: %s', (id, price) => {
    expect(pricesOf(reading, id)).toContain(price);
  });

  it('has wrong units only where they are known: sound at the rate of text, and W&B, Jais and mT0 by another unit', () => {
    const subjects = new Set(
      reading.problems.map(({ subject, reason }) => `${reason} ${subject.split('/')[0]}`),
    );
    expect([...subjects].toSorted()).toEqual(['ABSURD wandb', 'UNIT azure', 'UNIT wandb', 'UNIT watsonx']);
    expect(reading.problems.filter(({ subject }) => !/wandb|transcribe|jais|mt0-xxl/.test(subject))).toEqual(
      [],
    );
  });
});
