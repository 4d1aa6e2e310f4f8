import { describe, expect, it } from 'vitest';
import { genaiPrices } from '../../../src/adapters/sources/genai-prices.ts';
import { EMPTY_READING, SourceUnreadable } from '../../../src/ports/catalogue-source.ts';
import { hasCatalogueSamples, liveBodies, titleWithSamples } from '../../support/catalogue-samples.ts';
import { fixtureText, offeringIn, pricesOf, problemsIn } from './reading.ts';

describe('genai-prices', () => {
  const reading = genaiPrices.parse({ data: fixtureText('genai-prices.json') });

  it('reads dates and times of day in the order in which the list means them', () => {
    expect(pricesOf(reading, 'deepseek/deepseek-dated')).toEqual([
      'TOKENS INPUT TEXT PLAIN: 0.435/1000000 until 2026-08-17',
      'TOKENS INPUT TEXT PLAIN: 0.66/1000000 from 2026-08-17',
      'TOKENS INPUT TEXT PLAIN: 1.32/1000000 01:00-04:00 UTC from 2026-08-17',
    ]);
    const offering = offeringIn(reading, 'deepseek/deepseek-dated');
    expect(offering.identity).toEqual({ slug: 'deepseek/deepseek-dated' });
    expect(offering.sourceUrl).toBe('https://api-docs.deepseek.com/pricing');
    expect(new Set(offering.prices.map((row) => row.checkedAt))).toEqual(
      new Set(['2026-08-18T00:00:00.000Z']),
    );
  });

  it.each([
    [
      'xai/grok-tiered',
      [
        'TOKENS INPUT TEXT PLAIN: 3/1000000 [0,128001)',
        'TOKENS INPUT TEXT PLAIN: 6/1000000 [128001,)',
        'TOOL_CALLS NONE NONE PLAIN tool=web_search: 10/1000',
      ],
    ],
    // What a list states as text and is images is put right where lists are merged.
    ['openai/gpt-image-1', ['TOKENS INPUT TEXT PLAIN: 5/1000000', 'TOKENS OUTPUT TEXT PLAIN: 40/1000000']],
    [
      'google/gemini-x',
      [
        'TOKENS INPUT AUDIO PLAIN: 1/1000000',
        'TOKENS INPUT IMAGE PLAIN: 0.3/1000000',
        'TOKENS INPUT TEXT PLAIN: 0.3/1000000',
        'TOKENS OUTPUT TEXT PLAIN: 2.5/1000000',
      ],
    ],
    ['openai/gpt-real-latest', ['TOKENS INPUT TEXT PLAIN: 1/1000000']],
    ['bedrock/acme.model', []],
    ['openai/negative', []],
  ])('prices %s', (id, prices) => {
    expect(pricesOf(reading, id)).toEqual(prices);
  });

  it('says which rows it does not believe; free is only what the list calls so', () => {
    expect(problemsIn(reading)).toEqual([
      'ABSURD openai/negative',
      'MALFORMED ?',
      'MALFORMED deepseek/deepseek-dated',
      'MALFORMED openai/?',
      'NEGATIVE openai/negative',
    ]);
    expect(offeringIn(reading, 'google/gemma').billing).toBe('FREE');
    expect(offeringIn(reading, 'bedrock/acme.model').billing).toBeUndefined();
  });

  it.each(['<html>', '[{"id": "openai"', '{}', '[]'])('refuses %j', (body) => {
    expect(() => genaiPrices.parse({ data: body })).toThrow(SourceUnreadable);
  });
});

describe.skipIf(!hasCatalogueSamples)(titleWithSamples("genai-prices' own list"), () => {
  const reading = hasCatalogueSamples ? genaiPrices.parse(liveBodies.genaiPrices()) : EMPTY_READING;

  it('has every model of every provider, and no price of 0', () => {
    expect(reading.offerings).toHaveLength(1627);
    expect(reading.providers).toHaveLength(43);
    expect(reading.problems).toEqual([]);
    expect(reading.offerings.flatMap((one) => one.prices).filter((row) => Number(row.amount) === 0)).toEqual(
      [],
    );
  });

  it.each([
    ['openai/gpt-5', 'TOKENS INPUT TEXT CACHE_READ: 0.125/1000000'],
    ['openai/gpt-5', 'TOOL_CALLS NONE NONE PLAIN tool=web_search: 10/1000'],
    ['openai/gpt-5.5', 'TOKENS INPUT TEXT PLAIN: 10/1000000 [272000,)'],
    ['anthropic/claude-opus-4-5', 'TOKENS INPUT TEXT CACHE_WRITE_1H: 10/1000000'],
    ['anthropic/claude-sonnet-4-5', 'TOKENS OUTPUT TEXT PLAIN: 22.5/1000000 [200001,)'],
    ['google/gemini-2.5-pro', 'TOKENS OUTPUT TEXT PLAIN: 15/1000000 [200001,)'],
    ['google/gemini-2.5-flash', 'TOKENS INPUT AUDIO CACHE_READ: 0.1/1000000'],
    ['deepseek/deepseek-v4-pro', 'TOKENS OUTPUT TEXT PLAIN: 3.96/1000000 06:00-10:00 UTC from 2026-08-17'],
    ['openrouter/qwen/qwen3-max', 'TOKENS INPUT TEXT PLAIN: 1.2/1000000'],
    ['groq/llama-3.3-70b-versatile', 'TOKENS OUTPUT TEXT PLAIN: 0.79/1000000'],
    ['openai/gpt-image-1', 'TOKENS OUTPUT TEXT PLAIN: 40/1000000'],
    ['openai/whisper-1', 'SECONDS INPUT AUDIO PLAIN: 0.36/3600'],
    ['openai/gpt-4o-transcribe', 'TOKENS INPUT AUDIO PLAIN: 6/1000000'],
    ['moonshot/kimi-k2.6', 'TOKENS OUTPUT TEXT PLAIN: 4/1000000'],
  ])('prices %s: %s', (id, price) => {
    expect(pricesOf(reading, id)).toContain(price);
  });
});
