import { describe, expect, it } from 'vitest';
import { buildCatalogue } from '../../src/catalogue/build-catalogue.ts';
import type { Catalogue } from '../../src/catalogue/catalogue.ts';
import { asModelSlug, asOfferingId, asProviderId } from '../../src/domain/ids.ts';
import { Decimal } from '../../src/domain/money.ts';
import type { DeclaredOffering } from '../../src/domain/provider-settings.ts';
import { shippedSeed } from '../support/shipped.ts';
import { partOfSeed } from './part-of-seed.ts';

const seed = partOfSeed(
  await shippedSeed(),
  /gpt-(?:4o|5\.6-sol)|llama-3\.3-70b|claude-(?:sonnet-4-5|opus-4-8)/i,
);

const build = (provider: string, ...declared: readonly DeclaredOffering[]): Catalogue =>
  buildCatalogue({
    readings: [],
    seed,
    readAt: new Date('2026-11-30T00:00:00Z'),
    providers: [
      {
        info: {
          id: asProviderId(provider),
          name: provider,
          kind: 'CLOUD',
          completes: true,
          operations: [],
          status: { kind: 'ON' },
        },
        declared,
      },
    ],
  });
const deployment = (providerModelId: string, model: string, more: Partial<DeclaredOffering> = {}) => ({
  providerModelId,
  modelSlug: asModelSlug(model),
  ...more,
});
const offering = (catalogue: Catalogue, id: string) => catalogue.offering(asOfferingId(id));
/** Every row with all that it depends on, but for whose it is. */
const rates = (catalogue: Catalogue, id: string) =>
  catalogue
    .pricesOf(asOfferingId(id))
    .map(({ id: _id, offeringId: _offering, amount, discount: _discount, ...row }) =>
      JSON.stringify({ ...row, amount: amount.toString() }).replaceAll(`"${id}#`, '"#'),
    )
    .sort();

describe('a declared deployment', () => {
  it('has every rate of its model at the same provider, caches and tiers too', () => {
    const catalogue = build('azure', deployment('ours', 'openai/gpt-5.6-sol'));
    const listed = rates(catalogue, 'azure/gpt-5.6-sol');
    expect(listed.length).toBeGreaterThan(5);
    expect(listed.some((row) => row.includes('promptTokens'))).toBe(true);
    expect(rates(catalogue, 'azure/ours')).toEqual(listed);
    expect(offering(catalogue, 'azure/ours')).toMatchObject({
      billing: 'METERED',
      modelSlug: 'openai/gpt-5.6-sol',
      pricedAs: 'azure/gpt-5.6-sol',
    });
    for (const price of catalogue.pricesOf(asOfferingId('azure/ours')))
      expect(price.offeringId).toBe('azure/ours');
  });

  it('has the rates that follow from the rules of its model, batches too', () => {
    const catalogue = build('anthropic', deployment('ours', 'anthropic/claude-opus-4-8'));
    const tiers = (id: string) =>
      catalogue
        .pricesOf(asOfferingId(id))
        .map(({ serviceTier, conditions, amount }) => `${serviceTier} ${conditions.region} ${amount}`)
        .sort();
    expect(tiers('anthropic/ours')).toContain('BATCH us 13.75');
    expect(tiers('anthropic/ours')).toEqual(tiers('anthropic/claude-opus-4-8'));
  });

  it('has no rate of another provider, the lab included', () => {
    const catalogue = build('my-relay', deployment('ours', 'openai/gpt-4o'));
    expect(rates(catalogue, 'my-relay/ours')).toEqual([]);
    expect(offering(catalogue, 'my-relay/ours')).toMatchObject({ billing: 'UNKNOWN' });
    expect(offering(catalogue, 'my-relay/ours')?.pricedAs).toBeUndefined();
  });

  it('has the prices that its declaration states and no others', () => {
    const prices = { input: new Decimal('1'), output: new Decimal('2'), currency: 'USD' };
    const catalogue = build('azure', deployment('ours', 'openai/gpt-4o', { prices }));
    expect(catalogue.pricesOf(asOfferingId('azure/ours')).map(({ provenance }) => provenance.source)).toEqual(
      ['config', 'config'],
    );
  });

  it('that is named like another model has the rates and facts of the model that it serves', () => {
    const catalogue = build('azure', deployment('gpt-4o', 'openai/gpt-4o-mini'));
    expect(rates(catalogue, 'azure/gpt-4o')).toEqual(rates(catalogue, 'azure/gpt-4o-mini'));
    expect(rates(catalogue, 'azure/gpt-4o')).not.toEqual(rates(build('azure'), 'azure/gpt-4o'));
    expect(offering(catalogue, 'azure/gpt-4o')).toMatchObject({ modelSlug: 'openai/gpt-4o-mini' });
  });

  it('that its provider itself names keeps the rates that lists state of that name', () => {
    const turbo = 'meta-llama/Llama-3.3-70B-Instruct-Turbo';
    const listed = rates(build('deepinfra'), `deepinfra/${turbo}`);
    expect(listed.length).toBeGreaterThan(1);
    const own = deployment(turbo, 'meta/llama-3.3-70b-instruct', { isProvidersName: true });
    expect(rates(build('deepinfra', own), `deepinfra/${turbo}`)).toEqual(listed);
  });

  it('has no rate where its provider lists the model at several and none under its own name', () => {
    const catalogue = build('bedrock', deployment('arn:profile/ours', 'anthropic/claude-sonnet-4-5'));
    const amounts = catalogue.offerings
      .filter(
        ({ id, modelSlug }) =>
          id.includes('claude-sonnet-4-5') && modelSlug === 'anthropic/claude-sonnet-4-5',
      )
      .filter(({ providerId }) => providerId === 'bedrock')
      .map(({ id }) => JSON.stringify(rates(catalogue, id)));
    expect(new Set(amounts).size).toBeGreaterThan(1);
    expect(rates(catalogue, 'bedrock/arn:profile/ours')).toEqual([]);
  });
});
