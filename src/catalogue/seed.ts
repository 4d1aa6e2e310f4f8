import { waitForUpdate } from '@pydantic/genai-prices';
import type { Model } from '../domain/model.ts';
import type { ProviderKind } from '../domain/provider.ts';
import type { DatedReading } from '../ports/catalogue-source.ts';
import { knownProvider } from './lab-names.ts';
import type { NamedModel } from './model-index.ts';
import { joinSeedModels, type SeedOffering } from './seed-models.ts';
import type { SeedSkip } from './seed-prices.ts';
import { loadShippedLists } from './shipped/load-shipped-lists.ts';

/** Version of the price data, which is the version of the npm package that carries it. */
export const SEED_VERSION = '0.1.8';
/** When the npm registry says that version was published; the package itself states no date. */
export const SEED_PUBLISHED_AT = new Date('2026-09-23T10:11:04Z');
/** Name of the source in provenances. */
const SEED_SOURCE = 'genai-prices';

/** A provider as the price data knows it; it has no endpoint. */
export type SeedProvider = {
  readonly id: string;
  readonly name: string;
  readonly kind: ProviderKind;
  readonly docsUrl?: string;
  readonly offerings: readonly SeedOffering[];
};

/** The price data in our words. Never changed once read. */
export type Seed = {
  readonly version: string;
  readonly providers: readonly SeedProvider[];
  /** Sorted by slug. */
  readonly models: readonly Model[];
  /** The same models with the names they go by. */
  readonly names: readonly NamedModel[];
  /** Every fact of the source that is not in here. */
  readonly skipped: readonly SeedSkip[];
  /** What other shipped lists say, in the form of sources that are read live. */
  readonly readings: readonly DatedReading[];
};

/**
 * Reads the price data that is bundled with the package, and the lists that are shipped in seed-data: no network. Rejects if
 * the package holds none.
 */
export const loadSeed = async (): Promise<Seed> => {
  const [source, readings] = await Promise.all([waitForUpdate(), loadShippedLists()]);
  if (source === null || source.length === 0) throw new Error('The price package holds no data.');
  const skipped: SeedSkip[] = [];
  const joined = joinSeedModels(source, { source: SEED_SOURCE, observedAt: SEED_PUBLISHED_AT }, (skip) =>
    skipped.push(skip),
  );
  return {
    version: SEED_VERSION,
    providers: source.map((provider) => {
      const docsUrl = provider.pricing_urls?.[0];
      return {
        id: provider.id,
        name: provider.name,
        kind: knownProvider(provider.id)?.kind ?? 'HOST',
        ...(docsUrl === undefined ? {} : { docsUrl }),
        offerings: joined.offerings.get(provider.id) ?? [],
      };
    }),
    models: joined.models,
    names: joined.names,
    skipped,
    readings,
  };
};
