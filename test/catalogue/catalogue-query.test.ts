import { describe, expect, it } from 'vitest';
import { buildCatalogue } from '../../src/catalogue/build-catalogue.ts';
import {
  type ModelOrder,
  selectModels as modelsOf,
  type OfferingOrder,
  selectOfferings as offeringsOf,
  selectProviders,
} from '../../src/catalogue/catalogue-query.ts';
import { ratePerMillion } from '../../src/catalogue/price-engine.ts';
import { asProviderId } from '../../src/domain/ids.ts';
import { Decimal } from '../../src/domain/money.ts';
import type { OfferingFilter } from '../../src/domain/offering-filter.ts';
import { shippedSeed } from '../support/shipped.ts';

const at = new Date('2026-10-01T12:00:00Z');
const catalogue = buildCatalogue({
  readings: [],
  seed: await shippedSeed(),
  providers: [
    {
      info: {
        id: asProviderId('openai'),
        name: 'OpenAI',
        kind: 'LAB',
        completes: true,
        operations: [],
        status: { kind: 'ON' },
      },
      declared: [],
    },
    {
      info: {
        id: asProviderId('yuan'),
        name: 'Yuan',
        kind: 'RELAY',
        region: 'CN',
        completes: true,
        operations: [],
        status: { kind: 'ON' },
      },
      declared: [
        {
          providerModelId: 'dear',
          prices: { input: new Decimal(100), output: new Decimal(200), currency: 'CNY' },
        },
        {
          providerModelId: 'cheap',
          prices: { input: new Decimal(1), output: new Decimal(2), currency: 'CNY' },
        },
        { providerModelId: 'gift', billing: 'FREE' },
        { providerModelId: 'mystery' },
      ],
    },
  ],
});
const byId: OfferingOrder = { field: 'ID', direction: 'ASC' };
const selectModels = (filter: OfferingFilter = {}, order?: ModelOrder) =>
  modelsOf({ catalogue, at }, filter, order).rows;
const selectOfferings = (filter: OfferingFilter, order: OfferingOrder, when = at) =>
  offeringsOf({ catalogue, at: when }, filter, order).rows;
const ids = (filter: OfferingFilter, order: OfferingOrder = byId) =>
  selectOfferings(filter, order).map(({ id }) => id);

describe('models', () => {
  it('are all there without a filter, by slug', () => {
    expect(selectModels()).toEqual(catalogue.models);
    expect(selectModels({}, { field: 'SLUG', direction: 'DESC' })).toEqual(catalogue.models.toReversed());
  });

  it('are searched by slug and name, whatever the case', () => {
    const slugs = selectModels({ search: 'SONNET 3.7' }).map(({ slug }) => slug);
    expect(slugs).toEqual(['anthropic/claude-3-7-sonnet']);
    expect(selectModels({ search: 'claude-3-7' }).map(({ slug }) => slug)).toContain(slugs[0]);
  });

  it('pass only if every condition holds', () => {
    const found = selectModels({
      labs: ['openai'],
      availability: 'CALLABLE',
      minContextWindow: 400_000,
      deprecated: 'EXCLUDE',
    });
    expect(found.length).toBeGreaterThan(0);
    for (const model of found) {
      expect(model.lab).toBe('openai');
      const windows = [model, ...catalogue.offeringsOf(model.slug)].map(
        ({ limits }) => limits.contextWindow ?? 0,
      );
      expect(Math.max(...windows)).toBeGreaterThanOrEqual(400_000);
    }
    expect(selectModels({ labs: ['anthropic'], availability: 'CALLABLE' })).toEqual([]);
    expect(selectModels({ deprecated: 'ONLY' }).every((model) => model.deprecated)).toBe(true);
    const served = new Set([
      ...selectModels({ availability: 'CALLABLE' }),
      ...selectModels({ availability: 'NOT_CALLABLE' }),
    ]);
    expect(served.size).toBe(catalogue.models.length);
  });

  it.each(['ASC', 'DESC'] as const)('have unknown windows last, %s', (direction) => {
    const found = selectModels({}, { field: 'CONTEXT_WINDOW', direction });
    const windows = found.map((model) => model.limits.contextWindow);
    const known = windows.filter((window) => window !== undefined);
    expect(known.length).toBeGreaterThan(0);
    expect(windows.slice(known.length).every((window) => window === undefined)).toBe(true);
    const upwards = known.toSorted((one, other) => one - other);
    expect(known).toEqual(direction === 'ASC' ? upwards : upwards.toReversed());
    const unknown = found.slice(known.length).map(({ slug }) => slug);
    expect(unknown).toEqual(unknown.toSorted());
  });

  it('have ties in the order of slugs in both directions', () => {
    const named = Map.groupBy(catalogue.models, ({ name }) => name);
    const shared = [...named].find(([, models]) => models.length > 1)?.[0];
    const same = (direction: 'ASC' | 'DESC') =>
      selectModels({}, { field: 'NAME', direction })
        .filter((model) => model.name === shared)
        .map(({ slug }) => slug);
    expect(same('ASC').length).toBeGreaterThan(1);
    expect(same('ASC')).toEqual(same('ASC').toSorted());
    expect(same('DESC')).toEqual(same('ASC'));
  });
});

describe('offerings', () => {
  it('pass only if every condition holds', () => {
    expect(ids({})).toEqual(catalogue.offerings.map(({ id }) => id));
    expect(ids({ providers: ['yuan'], billing: ['METERED'] })).toEqual(['yuan/cheap', 'yuan/dear']);
    expect(ids({ providers: ['yuan'], regions: ['cn'], billing: ['UNKNOWN'] })).toEqual(['yuan/mystery']);
    expect(ids({ models: ['openai/gpt-4o-mini'], availability: 'CALLABLE' })).toEqual(['openai/gpt-4o-mini']);
    expect(ids({ availability: 'NOT_CALLABLE' }).length + ids({ availability: 'CALLABLE' }).length).toBe(
      catalogue.offerings.length,
    );
  });

  it('have a ceiling in one currency, which the free keep and the unpriced do not', () => {
    const providers = ['yuan'];
    const yuan = (amount: number) => ({ amount: new Decimal(amount), currency: 'CNY' });
    expect(ids({ providers, maxInputPrice: yuan(1) })).toEqual(['yuan/cheap', 'yuan/gift']);
    expect(ids({ providers, maxInputPrice: yuan(100), maxOutputPrice: yuan(2) })).toEqual([
      'yuan/cheap',
      'yuan/gift',
    ]);
    expect(ids({ providers, maxInputPrice: { amount: new Decimal(1000), currency: 'USD' } })).toEqual([
      'yuan/gift',
    ]);
  });

  it.each(['ASC', 'DESC'] as const)(
    'are ordered by price in one currency, %s, all others last',
    (direction) => {
      const prices = (currency?: string) =>
        selectOfferings(
          {},
          { field: 'INPUT_PRICE', direction, ...(currency === undefined ? {} : { currency }) },
        ).map((each) => ratePerMillion(each, catalogue.pricesOf(each.id), 'INPUT', currency ?? 'USD', at));
      for (const list of [prices(), prices('CNY')]) {
        const known = list.filter((rate) => rate !== undefined);
        expect(list.slice(known.length).every((rate) => rate === undefined)).toBe(true);
        const upwards = known.toSorted((one, other) => one.comparedTo(other));
        expect(known).toEqual(direction === 'ASC' ? upwards : upwards.toReversed());
      }
      const yuanFirst = ids({}, { field: 'OUTPUT_PRICE', direction, currency: 'CNY' }).filter((id) =>
        /^yuan\/(cheap|dear)$/.test(id),
      );
      expect(yuanFirst).toEqual(
        direction === 'ASC' ? ['yuan/cheap', 'yuan/dear'] : ['yuan/dear', 'yuan/cheap'],
      );
    },
  );

  it('have the prices of the time that is asked for', () => {
    const amount = new Decimal('0.75');
    const filter = { providers: ['google'], maxInputPrice: { amount, currency: 'USD' } };
    const later = new Date('2027-02-01T00:00:00Z');
    expect(ids(filter)).toContain('google/gemini-3.8-flash');
    expect(selectOfferings(filter, byId, later).map(({ id }) => id)).not.toContain('google/gemini-3.8-flash');
  });

  it('are ordered by context window', () => {
    const windows = selectOfferings({}, { field: 'CONTEXT_WINDOW', direction: 'DESC' }).map(
      (each) => each.limits.contextWindow,
    );
    expect(windows[0]).toBe(Math.max(...windows.filter((window) => window !== undefined)));
    expect(windows.at(-1)).toBeUndefined();
  });
});

describe('providers', () => {
  it('are filtered in the order of the catalogue', () => {
    expect(selectProviders(catalogue)).toEqual(catalogue.providers);
    expect(selectProviders(catalogue, { on: true }).map(({ id }) => id)).toEqual(['openai', 'yuan']);
    expect(selectProviders(catalogue, { on: false, kind: 'LAB' }).map(({ id }) => id)).toContain('anthropic');
    expect(selectProviders(catalogue, { on: true, kind: 'HOST' })).toEqual([]);
  });
});
