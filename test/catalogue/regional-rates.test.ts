import { describe, expect, it } from 'vitest';
import { buildCatalogue } from '../../src/catalogue/build-catalogue.ts';
import type { Catalogue } from '../../src/catalogue/catalogue.ts';
import { choosePrice, type PriceKind } from '../../src/catalogue/choose-price.ts';
import { explainPrice } from '../../src/catalogue/explain-price.ts';
import { currentPrices } from '../../src/catalogue/price-engine.ts';
import { asOfferingId, asProviderId } from '../../src/domain/ids.ts';
import { Decimal } from '../../src/domain/money.ts';
import type { Price } from '../../src/domain/price.ts';
import type { DeclaredOffering } from '../../src/domain/provider-settings.ts';
import { shippedSeed } from '../support/shipped.ts';
import { partOfSeed } from './part-of-seed.ts';

const seed = partOfSeed(
  await shippedSeed(),
  /claude-(?:opus-4-[58]|3-7-sonnet)|gpt-5\.5|kimi-k3|gemini-(?:2\.5-pro|3\.5-flash)$/i,
);
const AT = new Date('2026-11-30T12:00:00Z');

const catalogueWith = (
  id: string,
  region?: string,
  seedId = id,
  declared: readonly DeclaredOffering[] = [],
): Catalogue =>
  buildCatalogue({
    seed,
    readings: [],
    providers: [
      {
        info: {
          id: asProviderId(id),
          name: id,
          kind: 'LAB',
          completes: true,
          operations: [],
          status: { kind: 'ON' },
          ...(region !== undefined && { region }),
        },
        seedId,
        declared,
      },
    ],
  });

const priceOf = (catalogue: Catalogue, id: string, kind: PriceKind, region?: string): Price => {
  const offering = catalogue.offering(asOfferingId(id));
  if (offering === undefined) throw new Error(id);
  const chosen = choosePrice(offering, currentPrices(catalogue.pricesOf(offering.id), AT), {
    kind,
    at: AT,
    serviceTier: 'STANDARD',
    promptTokens: 1,
    outputTokens: 1,
    region,
  });
  if (chosen.kind !== 'PRICE') throw new Error(chosen.message);
  return chosen.price;
};

describe('a rate in a region', () => {
  it('of Claude at Vertex is a tenth more wherever it is not global, from Claude 4.5 on', () => {
    const rate = (region: string, model: string) =>
      priceOf(catalogueWith('vertex', region, 'google'), `vertex/${model}`, 'output').amount.toString();
    expect(rate('us-central1', 'claude-opus-4-8')).toBe('27.5');
    expect(rate('europe-west1', 'claude-opus-4-8')).toBe('27.5');
    expect(rate('global', 'claude-opus-4-8')).toBe('25');
    expect(rate('us-central1', 'claude-3-7-sonnet')).toBe('15');
  });

  it('of Gemini at Vertex is a tenth more wherever it is not global, from Gemini 3 on', () => {
    const rate = (region: string, model: string) =>
      priceOf(catalogueWith('vertex', region, 'google'), `vertex/${model}`, 'output').amount.toString();
    expect(rate('eu', 'gemini-3.5-flash')).toBe('9.9');
    expect(rate('us-central1', 'gemini-3.5-flash')).toBe('9.9');
    expect(rate('global', 'gemini-3.5-flash')).toBe('9');
    expect(rate('us-central1', 'gemini-2.5-pro')).toBe('10');
  });

  it('of the Claude API is a tenth more in the US alone, if it is asked for, in any case', () => {
    const catalogue = catalogueWith('anthropic');
    const rate = (kind: PriceKind, region?: string, model = 'claude-opus-4-8') =>
      priceOf(catalogue, `anthropic/${model}`, kind, region).amount.toString();
    expect([rate('input'), rate('input', 'US'), rate('cacheRead', 'us')]).toEqual(['5', '5.5', '0.55']);
    expect(rate('cacheWrite5m', 'us')).toBe('6.875');
    // The parameter is refused for older models: no rate of its own.
    expect(rate('input', 'us', 'claude-opus-4-5')).toBe('5');
  });

  it('is explained by its rule, its page and the rate that it is a multiple of', () => {
    const catalogue = catalogueWith('anthropic');
    const price = priceOf(catalogue, 'anthropic/claude-opus-4-8', 'output', 'us');
    const { basis, derivation, provenance, text } = explainPrice(catalogue, price, AT);
    expect(basis).toBe('DERIVED');
    expect(derivation?.base.amount.toString()).toBe('25');
    expect(derivation?.baseRow?.conditions).toEqual({});
    expect(derivation?.factor.toString()).toBe('1.1');
    expect(provenance.sourceUrl).toBe('https://platform.claude.com/docs/en/manage-claude/data-residency');
    expect(text).toContain('It is 1.1 times 25');
  });

  it('follows from batches too, one rule upon the other', () => {
    const catalogue = catalogueWith('vertex', 'europe-west1', 'google');
    const row = catalogue
      .pricesOf(asOfferingId('vertex/claude-opus-4-8'))
      .find(
        ({ serviceTier, meter, conditions }) =>
          serviceTier === 'BATCH' && meter.direction === 'OUTPUT' && conditions.region === 'europe-west1',
      );
    if (row === undefined) throw new Error('no price');
    const { derivation } = explainPrice(catalogue, row, AT);
    expect(row.amount.toString()).toBe('13.75');
    expect(derivation?.ruleId).toBe('vertex-claude-regional');
    expect(derivation?.baseRow?.derivation).toMatchObject({ ruleId: 'anthropic-batch' });
  });

  it('is never a multiple of what the operator states', () => {
    const prices = { input: new Decimal('7'), output: new Decimal('9'), currency: 'USD' };
    const catalogue = catalogueWith('anthropic', undefined, 'anthropic', [
      { providerModelId: 'claude-opus-4-8', prices },
    ]);
    expect(priceOf(catalogue, 'anthropic/claude-opus-4-8', 'output', 'us').amount.toString()).toBe('9');
  });

  it('is left to the sources where they state it', () => {
    const stated = catalogueWith('openai')
      .pricesOf(asOfferingId('openai/gpt-5.5'))
      .filter(({ conditions, serviceTier }) => conditions.region === 'us' && serviceTier === 'STANDARD');
    const kinds = stated.map(({ meter, conditions: { promptTokens } }) =>
      JSON.stringify({ meter, promptTokens }),
    );
    expect(stated.length).toBeGreaterThan(0);
    expect(new Set(kinds).size).toBe(kinds.length);
  });

  it.each(['EU', 'de', 'jp'])(
    'is no higher in %s, which is configured, than a rule for the US says',
    (region) => {
      const catalogue = catalogueWith('anthropic', region);
      expect(priceOf(catalogue, 'anthropic/claude-opus-4-8', 'input').amount.toString()).toBe('5');
    },
  );

  it('for an area holds where the place that is configured lies in it', () => {
    const catalogue = catalogueWith('anthropic', 'us-east-1');
    expect(priceOf(catalogue, 'anthropic/claude-opus-4-8', 'input').amount.toString()).toBe('5.5');
  });
});
