import { describe, expect, it } from 'vitest';
import { METERS } from '../../src/domain/meters.ts';
import type { Meter } from '../../src/domain/price.ts';
import type { SourceOffering, SourcePrice } from '../../src/ports/catalogue-source.ts';
import { correctRates } from '../../src/price-lists/correct-rates.ts';

const rate = (meter: Meter, amount: string, currency = 'USD'): SourcePrice => ({
  meter,
  amount,
  per: 1_000_000,
  currency,
  serviceTier: 'STANDARD',
  conditions: {},
  tierMode: 'CLIFF',
  billing: 'METERED',
});
const offering = (
  providerId: string,
  providerModelId: string,
  prices: readonly SourcePrice[],
): SourceOffering => ({ providerId, providerModelId, identity: {}, facts: {}, prices, performance: [] });
const rates = (stated: SourceOffering): readonly string[] =>
  correctRates(stated).offering.prices.map(
    ({ meter, amount, currency }) => `${meter.direction} ${meter.modality} ${amount} ${currency}`,
  );

describe('the one rate of output', () => {
  // 40, 8 and 30 dollars a million: OpenAI's page of each model.
  it.each([
    ['openai', 'gpt-image-1', '40'],
    ['openai', 'gpt-image-1-mini', '8'],
    ['azure', 'gpt-image-2', '30'],
    ['vercel', 'openai/gpt-image-2', '30'],
  ])('of %s/%s is of images', (providerId, id, amount) => {
    expect(rates(offering(providerId, id, [rate(METERS.input, '5'), rate(METERS.output, amount)]))).toEqual([
      'INPUT TEXT 5 USD',
      `OUTPUT IMAGE ${amount} USD`,
    ]);
  });

  it('of a speech model is of sound, and is dropped beside one of sound', () => {
    const tts = [rate(METERS.input, '0.6'), rate(METERS.output, '12')];
    expect(rates(offering('openai', 'gpt-4o-mini-tts', tts))).toEqual([
      'INPUT TEXT 0.6 USD',
      'OUTPUT AUDIO 12 USD',
    ]);
    expect(rates(offering('openai', 'gpt-4o-mini-tts', [...tts, rate(METERS.audioOutput, '12')]))).toEqual([
      'INPUT TEXT 0.6 USD',
      'OUTPUT AUDIO 12 USD',
    ]);
  });

  it('stays text where the model answers in text too', () => {
    const prices = [rate(METERS.output, '10'), rate(METERS.imageOutput, '32')];
    expect(rates(offering('openai', 'gpt-image-1.5', prices))).toEqual([
      'OUTPUT TEXT 10 USD',
      'OUTPUT IMAGE 32 USD',
    ]);
    expect(rates(offering('openai', 'gpt-5-image', [rate(METERS.output, '10')]))).toEqual([
      'OUTPUT TEXT 10 USD',
    ]);
  });
});

it('sound at the rate of text is no rate of sound', () => {
  const { offering: corrected, problems } = correctRates(
    offering('openai', 'gpt-4o-audio-preview', [
      rate(METERS.input, '2.5'),
      rate(METERS.output, '10'),
      rate(METERS.audioInput, '2.5'),
      rate(METERS.audioOutput, '80'),
    ]),
  );
  expect(corrected.prices.map(({ amount }) => amount)).toEqual(['2.5', '10', '80']);
  expect(problems).toEqual([
    {
      subject: 'openai/gpt-4o-audio-preview',
      reason: 'UNIT',
      detail: 'states sound at the rate of text.',
    },
  ]);
});

it('a provider that bills in yuan has no price in dollars', () => {
  const converted = offering('zhipu', 'glm-5.2', [rate(METERS.input, '1.103'), rate(METERS.output, '3.862')]);
  expect(rates(converted)).toEqual([]);
  expect(correctRates(converted).problems).toHaveLength(1);
  expect(rates(offering('zhipu', 'glm-5.2', [rate(METERS.input, '8', 'CNY')]))).toEqual(['INPUT TEXT 8 CNY']);
  expect(rates(offering('zai', 'glm-5.2', [rate(METERS.input, '1.4')]))).toEqual(['INPUT TEXT 1.4 USD']);
});

it('drops a rate of priority that is the standard one', () => {
  const priority = (amount: string): SourcePrice => ({
    ...rate(METERS.input, amount),
    serviceTier: 'PRIORITY',
  });
  const stated = (amount: string): SourceOffering =>
    offering('google', 'gemini-2.5-pro', [
      rate(METERS.input, '1.25'),
      rate(METERS.output, '10'),
      priority(amount),
    ]);
  expect(correctRates(stated('1.25')).offering.prices.map(({ serviceTier }) => serviceTier)).toEqual([
    'STANDARD',
    'STANDARD',
  ]);
  expect(correctRates(stated('1.25')).problems).toHaveLength(1);
  expect(correctRates(stated('2.25')).offering.prices).toHaveLength(3);
});
