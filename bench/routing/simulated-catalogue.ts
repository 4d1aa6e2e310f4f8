import { buildCatalogue } from '../../src/catalogue/build-catalogue.ts';
import type { Catalogue } from '../../src/catalogue/catalogue.ts';
import { costOf } from '../../src/catalogue/price-engine.ts';
import type { Seed } from '../../src/catalogue/seed.ts';
import { asProviderId, type OfferingId } from '../../src/domain/ids.ts';
import { usageOf } from '../../src/domain/usage.ts';
import { EMPTY_READING } from '../../src/ports/catalogue-source.ts';
import { BENCHMARK, SCORES } from './fleets.ts';
import type { OfferingModel } from './simulated-offering.ts';

/** The first day of virtual time. */
export const CATALOGUE_AT = new Date('2026-11-01T00:00:00Z');

/** The shipped catalogue with the fleet's providers on, for the fleet's models, and with the scores. */
export const catalogueOf = (seed: Seed, fleet: readonly OfferingModel[]): Catalogue => {
  const ids = new Set<string>(fleet.map(({ id }) => id));
  const providers = new Set(fleet.map(({ id }) => id.slice(0, id.indexOf('/'))));
  return buildCatalogue({
    seed,
    readAt: CATALOGUE_AT,
    readings: [
      {
        sourceId: 'aider',
        sourceUrl: 'https://aider.chat/docs/leaderboards/',
        observedAt: CATALOGUE_AT,
        checkedAt: CATALOGUE_AT,
        reading: {
          ...EMPTY_READING,
          models: Object.entries(SCORES).map(([slug, score]) => ({
            slug,
            aliases: [],
            facts: {},
            quality: [{ benchmark: BENCHMARK, score, maximum: 100 }],
          })),
        },
      },
    ],
    providers: [...providers].map((id) => ({
      info: {
        id: asProviderId(id),
        name: id,
        kind: 'HOST',
        completes: true,
        operations: [],
        status: { kind: 'ON' },
      },
      serves: (providerModelId) => ids.has(`${id}/${providerModelId}`),
      declared: [],
    })),
  });
};

/** US dollars for one token, as listed. */
export type TokenPrices = {
  readonly input: number;
  readonly cacheRead: number | undefined;
  readonly output: number;
};

/** Read off the exact engine's bills. Throws where a price is not known: a simulation of that would say nothing. */
export const tokenPricesOf = (catalogue: Catalogue, id: OfferingId): TokenPrices => {
  const offering = catalogue.offering(id);
  if (offering === undefined) throw new Error(`The catalogue has no ${id}.`);
  const prices = catalogue.pricesOf(id);
  const perToken = (usage: Parameters<typeof usageOf>[0]): number | undefined => {
    const cost = costOf({ offering, prices, usage: usageOf(usage), at: CATALOGUE_AT });
    return cost.kind === 'PRICED' && cost.currency === 'USD' ? cost.total.toNumber() / 100_000 : undefined;
  };
  const [input, output] = [perToken({ input: 100_000 }), perToken({ output: 100_000 })];
  if (input === undefined || output === undefined) throw new Error(`${id} has no price in US dollars.`);
  const cacheRead = perToken({ cacheRead: 100_000 });
  return { input, output, cacheRead: cacheRead !== undefined && cacheRead < input ? cacheRead : undefined };
};

/** What an answer of it scores; NaN: not known. */
export const scoreOf = (catalogue: Catalogue, id: OfferingId): number => {
  const slug = catalogue.offering(id)?.modelSlug;
  const scores = slug === undefined ? [] : catalogue.qualityOf(slug);
  return scores.find(({ benchmark }) => benchmark === BENCHMARK)?.score ?? Number.NaN;
};
