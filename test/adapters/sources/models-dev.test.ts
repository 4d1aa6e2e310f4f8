import { describe, expect, it } from 'vitest';
import { modelsDev } from '../../../src/adapters/sources/models-dev.ts';
import { EMPTY_READING, SourceUnreadable } from '../../../src/ports/catalogue-source.ts';
import { hasCatalogueSamples, liveBodies, titleWithSamples } from '../../support/catalogue-samples.ts';
import { fixtureText, offeringIn, pricesOf, problemsIn } from './reading.ts';

describe('models.dev', () => {
  const api = fixtureText('models-dev-api.json');
  const reading = modelsDev.parse({ api, catalog: fixtureText('models-dev-catalog.json') });

  it('reads which model an offering is, what it can do and what it costs', () => {
    const offering = offeringIn(reading, 'dashscope/qwen-plus');
    expect(offering.identity).toEqual({ slug: 'alibaba/qwen-plus', name: 'qwen-plus' });
    expect(offering.facts).toEqual({
      limits: { contextWindow: 1_000_000, maxOutputTokens: 32_768 },
      inputModalities: ['TEXT', 'DOCUMENT'],
      outputModalities: ['TEXT'],
      capabilities: ['TOOLS', 'REASONING'],
      lacks: ['STRUCTURED_OUTPUT'],
      releaseDate: '2024-01-25T00:00:00.000Z',
      knowledgeCutoff: '2024-04',
      openWeights: false,
    });
    expect(pricesOf(reading, 'dashscope/qwen-plus')).toEqual([
      'TOKENS INPUT TEXT PLAIN: 0.4/1000000',
      'TOKENS OUTPUT TEXT PLAIN: 1.2/1000000',
      'TOKENS OUTPUT TEXT PLAIN: 4/1000000 thinking=true',
    ]);
    expect(reading.providers.find((one) => one.providerId === 'dashscope')).toEqual({
      providerId: 'dashscope',
      name: 'Alibaba',
      docsUrl: 'https://www.alibabacloud.com/help/models',
      baseUrl: 'https://dashscope-intl.aliyuncs.com/compatible-mode/v1',
    });
  });

  it('reads both ways in which sizes of prompts are stated, and adds no rate that a tier leaves out', () => {
    expect(pricesOf(reading, 'openai/gpt-tiered')).toEqual([
      'TOKENS INPUT TEXT PLAIN: 2.5/1000000 [0,272001)',
      'TOKENS INPUT TEXT PLAIN: 5/1000000 [272001,)',
      'TOKENS OUTPUT TEXT PLAIN: 15/1000000 [0,272001)',
    ]);
    expect(pricesOf(reading, 'openai/gpt-over')).toEqual([
      'TOKENS INPUT TEXT PLAIN: 3/1000000 [0,200001)',
      'TOKENS INPUT TEXT PLAIN: 6/1000000 [200001,)',
      'TOKENS OUTPUT TEXT PLAIN: 15/1000000 [0,200001)',
      'TOKENS OUTPUT TEXT PLAIN: 22.5/1000000 [200001,)',
    ]);
    expect(offeringIn(reading, 'openai/gpt-tiered').facts.deprecated).toBe(true);
  });

  it.each([
    ['zai-coding-plan/glm', 'PLAN'],
    ['nvidia/trial', undefined],
    ['openrouter/acme/gift:free', 'FREE'],
  ])('gives %s no price of 0', (id, billing) => {
    expect(pricesOf(reading, id)).toEqual([]);
    expect(offeringIn(reading, id).billing).toBe(billing);
  });

  it('reads models with the scores that may be passed on', () => {
    expect(reading.models).toEqual([
      {
        slug: 'acme/model-one',
        name: 'Model One',
        aliases: [],
        huggingFaceId: 'acme-ai/Model-One',
        facts: {
          limits: { contextWindow: 256_000 },
          capabilities: [],
          lacks: [],
          releaseDate: '2026-02-13T00:00:00.000Z',
          openWeights: true,
        },
        quality: [
          {
            benchmark: 'swe-bench-verified',
            score: 74.4,
            maximum: 100,
            sourceUrl: 'https://arxiv.org/abs/1',
            reportedBy: 'LAB',
          },
          { benchmark: 'arena', score: 1400, date: '2026-06-02', reportedBy: 'LAB' },
        ],
      },
    ]);
  });

  it('says which rows it does not believe, and does without the catalogue', () => {
    expect(problemsIn(reading)).toEqual([
      'MALFORMED logo.svg',
      'MALFORMED no-slug',
      'MALFORMED openai/broken',
      'NEGATIVE openrouter/auto',
    ]);
    expect(modelsDev.parse({ api }).models).toEqual([]);
  });

  it.each(['<html>', '{"openai": {', '[]', '{}'])('refuses %j', (body) => {
    expect(() => modelsDev.parse({ api: body })).toThrow(SourceUnreadable);
  });
});

describe.skipIf(!hasCatalogueSamples)(titleWithSamples("models.dev's own lists"), () => {
  const reading = hasCatalogueSamples ? modelsDev.parse(liveBodies.modelsDev()) : EMPTY_READING;

  it('has every offering and model, and no price of 0', () => {
    expect(reading.offerings).toHaveLength(5264);
    expect(reading.models).toHaveLength(231);
    expect(reading.problems).toEqual([]);
    expect(reading.offerings.flatMap((one) => one.prices).filter((row) => Number(row.amount) === 0)).toEqual(
      [],
    );
    expect(reading.offerings.filter((one) => one.identity.slug !== undefined)).toHaveLength(1335);
  });

  it.each([
    ['openai/gpt-5', 'TOKENS INPUT TEXT CACHE_READ: 0.125/1000000'],
    ['openai/gpt-5.5', 'TOKENS INPUT TEXT PLAIN: 10/1000000 [272001,)'],
    ['anthropic/claude-opus-4-5', 'TOKENS INPUT TEXT CACHE_WRITE_5M: 6.25/1000000'],
    ['anthropic/claude-sonnet-4-5', 'TOKENS OUTPUT TEXT PLAIN: 15/1000000'],
    ['google/gemini-2.5-pro', 'TOKENS OUTPUT TEXT PLAIN: 15/1000000 [200001,)'],
    ['google/gemini-2.5-flash', 'TOKENS INPUT AUDIO PLAIN: 1/1000000'],
    ['deepseek/deepseek-v4-pro', 'TOKENS INPUT TEXT CACHE_READ: 0.003625/1000000'],
    ['dashscope/qwen3-max', 'TOKENS INPUT TEXT PLAIN: 1.2/1000000'],
    ['groq/llama-3.3-70b-versatile', 'TOKENS OUTPUT TEXT PLAIN: 0.79/1000000'],
    ['openai/text-embedding-3-small', 'TOKENS INPUT TEXT PLAIN: 0.02/1000000'],
    ['moonshot/kimi-k2.6', 'TOKENS OUTPUT TEXT PLAIN: 4/1000000'],
  ])('prices %s: %s', (id, price) => {
    expect(pricesOf(reading, id)).toContain(price);
  });
});
