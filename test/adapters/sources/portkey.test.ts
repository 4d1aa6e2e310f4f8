import { describe, expect, it } from 'vitest';
import { portkey } from '../../../src/adapters/sources/portkey.ts';
import { EMPTY_READING, SourceUnreadable } from '../../../src/ports/catalogue-source.ts';
import { hasCatalogueSamples, liveBodies, titleWithSamples } from '../../support/catalogue-samples.ts';
import { fixtureText, pricesOf, problemsIn } from './reading.ts';

describe('Portkey', () => {
  const reading = portkey.parse({ openai: fixtureText('portkey.json') });

  it.each([
    [
      'openai/gpt-plain',
      [
        'TOKENS INPUT TEXT CACHE_READ: 0.125/1000000',
        'TOKENS INPUT TEXT CACHE_WRITE_1H: 10/1000000',
        'TOKENS INPUT TEXT PLAIN: 0.625/1000000 BATCH',
        'TOKENS INPUT TEXT PLAIN: 1.25/1000000',
        'TOKENS OUTPUT TEXT PLAIN: 10/1000000',
        'TOOL_CALLS NONE NONE PLAIN tool=web_search: 10/1000',
      ],
    ],
    [
      'openai/gpt-regional',
      [
        'TOKENS INPUT TEXT PLAIN: 10/1000000 [272001,)',
        'TOKENS INPUT TEXT PLAIN: 2.5/1000000 FLEX',
        'TOKENS INPUT TEXT PLAIN: 5.5/1000000 @eu',
        'TOKENS INPUT TEXT PLAIN: 5.5/1000000 @us',
        'TOKENS INPUT TEXT PLAIN: 5/1000000 [0,272001)',
      ],
    ],
    [
      'openai/gpt-image',
      [
        'IMAGES OUTPUT IMAGE PLAIN quality=high size=1024x1024: 0.167/1',
        'IMAGES OUTPUT IMAGE PLAIN: 0.042/1',
      ],
    ],
    ['openai/sora', ['SECONDS OUTPUT VIDEO PLAIN size=720x1280: 0.1/1']],
    ['openai/whisper-1', ['SECONDS INPUT AUDIO PLAIN: 0.36/3600']],
    ['openai/gpt-transcribe', ['TOKENS INPUT TEXT PLAIN: 2.5/1000000']],
    ['openai/acme-rerank', ['REQUESTS NONE NONE PLAIN: 1/1000']],
    ['openai/dynamic', []],
  ])('reads cents for %s as dollars', (id, prices) => {
    expect(pricesOf(reading, id)).toEqual(prices);
  });

  it('says which rows it does not believe, and leaves out the default of zeroes', () => {
    expect(problemsIn(reading)).toEqual([
      'MALFORMED openai/broken',
      'NEGATIVE openai/dynamic',
      'UNIT openai/gpt-transcribe',
    ]);
    expect(reading.offerings.map((one) => one.providerModelId)).not.toContain('default');
  });

  it.each(['<html>', '{"gpt": {', '[]', '{}'])('refuses %j', (body) => {
    expect(() => portkey.parse({ openai: body })).toThrow(SourceUnreadable);
  });
});

describe.skipIf(!hasCatalogueSamples)(titleWithSamples("Portkey's own files"), () => {
  const reading = hasCatalogueSamples ? portkey.parse(liveBodies.portkey()) : EMPTY_READING;

  it('has regions, tiers and no price of 0', () => {
    expect(reading.offerings).toHaveLength(260);
    const rows = reading.offerings.flatMap((one) => one.prices);
    expect(rows.filter((row) => Number(row.amount) === 0)).toEqual([]);
    expect(new Set(rows.map((row) => row.serviceTier))).toEqual(
      new Set(['STANDARD', 'BATCH', 'FLEX', 'PRIORITY', 'FAST']),
    );
    expect(reading.problems).toEqual([]);
  });

  it.each([
    ['openai/gpt-5.5', 'TOKENS INPUT TEXT PLAIN: 5/1000000 [0,272001)'],
    ['openai/gpt-5.5', 'TOKENS OUTPUT TEXT PLAIN: 45/1000000 [272001,)'],
    ['openai/gpt-5.5', 'TOKENS INPUT TEXT PLAIN: 2.5/1000000 BATCH [0,272001)'],
    ['openai/text-embedding-3-small', 'TOKENS INPUT TEXT PLAIN: 0.02/1000000'],
    ['anthropic/claude-opus-4-6', 'TOKENS INPUT TEXT CACHE_WRITE_1H: 10/1000000'],
    ['anthropic/claude-opus-4-6', 'TOKENS OUTPUT TEXT PLAIN: 12.5/1000000 BATCH'],
    ['anthropic/claude-opus-4-6', 'TOKENS INPUT TEXT PLAIN: 30/1000000 FAST'],
    ['vertex/gemini-2.5-pro', 'TOKENS INPUT TEXT PLAIN: 2.5/1000000 [200001,)'],
    ['vertex/claude-sonnet-4-5@20250929', 'TOKENS INPUT TEXT PLAIN: 6/1000000 [200001,)'],
    ['openai/sora-2', 'SECONDS OUTPUT VIDEO PLAIN size=1280x720: 0.05/1 BATCH'],
    ['bedrock/amazon.rerank-v1:0', 'REQUESTS NONE NONE PLAIN: 1/1000'],
    ['fireworks/accounts/fireworks/models/deepseek-v4-pro', 'TOKENS INPUT TEXT PLAIN: 2.61/1000000 PRIORITY'],
  ])('prices %s: %s', (id, price) => {
    expect(pricesOf(reading, id)).toContain(price);
  });
});
