import { describe, expect, it } from 'vitest';
import { selectModels } from '../../../src/catalogue/catalogue-query.ts';
import { offeringCheck } from '../../../src/catalogue/filter/offering-check.ts';
import { readFirstListed } from '../../../src/catalogue/shipped/first-listed.ts';
import { asModelSlug } from '../../../src/domain/ids.ts';
import type { SourceFacts } from '../../../src/ports/catalogue-source.ts';
import { build, host, NOW, reading, seedOf, stated } from './readings.ts';

/** Editions of a list of 1 September, 1 October and 1 November; ids by the place of the first edition that names them. */
const catalogueOf = (
  first: { readonly [provider: string]: { readonly [id: string]: number } },
  facts: { readonly [id: string]: SourceFacts } = {},
) => {
  const ids = Object.entries(first).flatMap(([provider, of]) =>
    Object.keys(of).map((id) => `${provider}/${id}`),
  );
  const observedAt = new Date('2026-11-01T00:00:00Z');
  const list = reading(
    'pi-ai',
    ids.map((id) => stated(id, { facts: facts[id] ?? {} })),
    { observedAt },
  );
  const providers = Object.keys(first).map((id) =>
    host(id, { info: { ...host(id).info, kind: id === 'vercel' ? 'AGGREGATOR' : 'LAB' } }),
  );
  return build([], {
    seed: {
      ...seedOf([], [list]),
      firstListed: readFirstListed({
        source: 'pi-ai',
        licence: 'MIT',
        pageUrl: 'https://pi-ai.test/',
        editions: ['2026-09-01', '2026-10-01', '2026-11-01'].map((day) => ({ version: day, day })),
        first,
      }),
    },
    providers,
  });
};

const OLD = { 'gpt-5': 0, 'gpt-5-mini': 0, 'gpt-6-sol': 0 };

const rangeIn = (catalogue: ReturnType<typeof catalogueOf>, slug: string) => {
  const range = catalogue.model(asModelSlug(slug))?.releaseRange;
  const day = (date: Date | undefined) => date?.toISOString().slice(0, 10);
  return range && [day(range.earliest), day(range.latest), range.basis];
};

describe('the days between which a model came out', () => {
  it.each([
    ['first named by an edition, less a week', 'gpt-6.1-sol', 2, ['2026-09-24', '2026-11-01', 'LISTS']],
    ['named by the first edition', 'gpt-5', 0, [undefined, '2026-09-01', 'LISTS']],
    ['of a version before those that were there', 'gpt-4.1', 2, [undefined, '2026-11-01', 'LISTS']],
    ['with a date in its name', 'gpt-8-2026-08-07', 0, ['2026-08-07', '2026-09-01', 'NAME']],
    ['with a month and a year in its name', 'gpt-9-03-2026', 0, ['2026-03-01', '2026-09-01', 'NAME']],
    ['with a year and a month in its name', 'gpt-9-2508', 0, ['2025-08-01', '2026-09-01', 'NAME']],
    ['served faster', 'gpt-6.1-sol-fast', 2, ['2026-09-24', '2026-11-01', 'BASE_MODEL']],
  ])('are known of one %s', (_, name, place, expected) => {
    const catalogue = catalogueOf({ openai: { ...OLD, 'gpt-6.1-sol': 2, [name]: place } });
    expect(rangeIn(catalogue, `openai/${name}`)).toEqual(expected);
  });

  it('begin with the date of the first snapshot', () => {
    const catalogue = catalogueOf({ openai: { ...OLD, 'gpt-5-2025-08-07': 0 } });
    expect(rangeIn(catalogue, 'openai/gpt-5')).toEqual(['2025-08-07', '2026-09-01', 'NAME']);
  });

  it('begin with a day and month of the first year after the undated model', () => {
    const facts = { 'deepseek/deepseek-v4-pro': { releaseDate: '2026-04-24T00:00:00Z' } };
    const deepseek = { 'deepseek-v4-pro': 0, 'deepseek-v4-pro-0813': 0, 'deepseek-v3-0324': 0 };
    const catalogue = catalogueOf({ deepseek }, facts);
    expect(rangeIn(catalogue, 'deepseek/deepseek-v4-pro-0813')).toEqual(['2026-08-13', '2026-09-01', 'NAME']);
    // Of which year is not known without one.
    expect(rangeIn(catalogue, 'deepseek/deepseek-v3-0324')).toEqual([undefined, '2026-09-01', 'LISTS']);
  });

  it('have no beginning if only resellers have an old model late', () => {
    const catalogue = catalogueOf({
      openai: OLD,
      vercel: { 'openai/curious': 2, 'openai/gpt-5': 0, 'openai/gpt-6.1-sol': 2 },
    });
    expect(rangeIn(catalogue, 'openai/curious')).toEqual([undefined, '2026-11-01', 'LISTS']);
    expect(rangeIn(catalogue, 'openai/gpt-6.1-sol')?.[0]).toBe('2026-09-24');
  });

  it('are absent where a source states the day', () => {
    const facts = { 'openai/gpt-6.1-sol': { releaseDate: '2026-10-20T00:00:00Z' } };
    const catalogue = catalogueOf({ openai: { ...OLD, 'gpt-6.1-sol': 2 } }, facts);
    expect(rangeIn(catalogue, 'openai/gpt-6.1-sol')).toBeUndefined();
  });
});

describe('what came out on a day that no source states', () => {
  const catalogue = catalogueOf(
    { openai: { ...OLD, 'gpt-6.1-sol': 2, 'gpt-6.2': 1 } },
    { 'openai/gpt-6-sol': { releaseDate: '2026-09-15T00:00:00Z' } },
  );
  const misses = (filter: object) => {
    const check = offeringCheck(filter, { catalogue, at: NOW });
    return Object.fromEntries(
      catalogue.offerings.map((offering) => [offering.providerModelId, check(offering)?.reason]),
    );
  };

  it('passes `releasedAfter` and `releasedBefore` only if all of its days do', () => {
    expect(misses({ releasedAfter: new Date('2026-09-20T00:00:00Z') })).toEqual({
      'gpt-5': 'RELEASED_TOO_EARLY',
      'gpt-5-mini': 'RELEASED_TOO_EARLY',
      'gpt-6-sol': 'RELEASED_TOO_EARLY',
      'gpt-6.1-sol': undefined,
      'gpt-6.2': 'UNKNOWN_RELEASE_DATE',
    });
    expect(misses({ releasedBefore: new Date('2026-10-20T00:00:00Z') })).toEqual({
      'gpt-5': undefined,
      'gpt-5-mini': undefined,
      'gpt-6-sol': undefined,
      'gpt-6.1-sol': 'UNKNOWN_RELEASE_DATE',
      'gpt-6.2': undefined,
    });
  });

  it('stands among the newest by its earliest day', () => {
    const { rows } = selectModels({ catalogue, at: NOW }, {}, { field: 'RELEASE_DATE', direction: 'DESC' });
    expect(rows.slice(0, 3).map(({ slug }) => slug)).toEqual([
      'openai/gpt-6.1-sol',
      'openai/gpt-6-sol',
      'openai/gpt-6.2',
    ]);
  });
});
