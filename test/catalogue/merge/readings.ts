import { buildCatalogue, type CatalogueProvider } from '../../../src/catalogue/build-catalogue.ts';
import type { Catalogue } from '../../../src/catalogue/catalogue.ts';
import { METER_OF_USAGE } from '../../../src/catalogue/meter.ts';
import type { Seed } from '../../../src/catalogue/seed.ts';
import { asOfferingId, asProviderId } from '../../../src/domain/ids.ts';
import type { Price } from '../../../src/domain/price.ts';
import type { UsageKind } from '../../../src/domain/usage.ts';
import {
  type DatedReading,
  EMPTY_READING,
  type SourceOffering,
  type SourcePrice,
  type SourceReading,
} from '../../../src/ports/catalogue-source.ts';

export const NOW = new Date('2026-11-20T12:00:00Z');
export const EARLIER = new Date('2026-11-01T00:00:00Z');

/** A rate for a million tokens. */
export const rate = (kind: UsageKind, amount: string, more: Partial<SourcePrice> = {}): SourcePrice => ({
  meter: METER_OF_USAGE[kind],
  amount,
  per: 1_000_000,
  currency: 'USD',
  serviceTier: 'STANDARD',
  conditions: {},
  tierMode: 'CLIFF',
  billing: 'METERED',
  ...more,
});

/** `provider/model` as a source states it. */
export const stated = (id: string, more: Partial<SourceOffering> = {}): SourceOffering => ({
  providerId: id.slice(0, id.indexOf('/')),
  providerModelId: id.slice(id.indexOf('/') + 1),
  identity: {},
  facts: {},
  prices: [],
  performance: [],
  ...more,
});

export const reading = (
  sourceId: string,
  offerings: readonly SourceOffering[],
  more: Partial<SourceReading> & { readonly observedAt?: Date } = {},
): DatedReading => {
  const { observedAt = EARLIER, ...rest } = more;
  return {
    sourceId,
    sourceUrl: `https://${sourceId}.test/`,
    observedAt,
    checkedAt: NOW,
    reading: { ...EMPTY_READING, offerings, ...rest },
  };
};

export const host = (id: string, more: Partial<CatalogueProvider> = {}): CatalogueProvider => ({
  info: {
    id: asProviderId(id),
    name: id,
    kind: 'HOST',
    completes: true,
    operations: [],
    status: { kind: 'ON' },
  },
  declared: [],
  ...more,
});

/** A seed of one lab with models of the given names, without prices. */
export const seedOf = (names: readonly string[], readings: readonly DatedReading[] = []): Seed => {
  const observedAt = new Date('2026-09-23T00:00:00Z');
  const models = names.map((slug) => ({ slug, name: slug, aliases: [], facts: {}, quality: [] }));
  const list: DatedReading = {
    sourceId: 'genai-prices',
    observedAt,
    checkedAt: observedAt,
    reading: { ...EMPTY_READING, models },
  };
  return { version: '0', readings: [list, ...readings] };
};

export const build = (
  readings: readonly DatedReading[],
  more: Partial<Parameters<typeof buildCatalogue>[0]> = {},
): Catalogue =>
  buildCatalogue({ seed: seedOf([]), providers: [host('acme')], readings, readAt: NOW, ...more });

export const pricesOf = (catalogue: Catalogue, id: string): readonly Price[] =>
  catalogue.pricesOf(asOfferingId(id));

/** `amount kind source`, in order. */
export const served = (catalogue: Catalogue, id: string): readonly string[] =>
  pricesOf(catalogue, id)
    .map(
      ({ amount, currency, meter, provenance, conditions: { promptTokens } }) =>
        `${meter.direction} ${meter.tokenType} ${amount} ${currency}${promptTokens === undefined ? '' : ` ${promptTokens.from}-${promptTokens.to ?? ''}`} ${provenance.source}`,
    )
    .toSorted();
