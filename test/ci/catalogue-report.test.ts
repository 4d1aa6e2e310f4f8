import { describe, expect, test } from 'vitest';
import { compareStatements } from '../../.ci/catalogue-report/compare-statements.ts';
import { findRegressions, formatTally, tallyBy } from '../../.ci/catalogue-report/tally.ts';
import { buildCatalogue } from '../../src/catalogue/build-catalogue.ts';
import { type DatedReading, EMPTY_READING, type SourcePrice } from '../../src/ports/catalogue-source.ts';
import { shippedSeed } from '../support/shipped.ts';

const AT = new Date('2026-11-20T12:00:00Z');

const priceOf = (amount: string, more: Partial<SourcePrice> = {}): SourcePrice => ({
  meter: { family: 'TOKENS', direction: 'INPUT', modality: 'TEXT', tokenType: 'PLAIN' },
  amount,
  per: 1_000_000,
  currency: 'USD',
  serviceTier: 'STANDARD',
  conditions: {},
  tierMode: 'CLIFF',
  billing: 'METERED',
  ...more,
});

const readingOf = (
  sourceId: string,
  providerModelId: string,
  prices: readonly SourcePrice[],
): DatedReading => ({
  sourceId,
  observedAt: AT,
  checkedAt: AT,
  reading: {
    ...EMPTY_READING,
    offerings: [{ providerId: 'acme', providerModelId, identity: {}, facts: {}, prices, performance: [] }],
  },
});

const seed = await shippedSeed();
const catalogue = buildCatalogue({
  seed,
  providers: [],
  readings: [
    readingOf('models-dev', 'model-one', [priceOf('2')]),
    readingOf('litellm', 'model-one', [priceOf('3')]),
  ],
  readAt: AT,
});
const outcomesOf = (reading: DatedReading): readonly string[] =>
  compareStatements(catalogue, reading, AT).map(({ outcome }) => outcome);

describe('the catalogue report', () => {
  test('counts a rate that is served as agreeing, whatever unit it is stated for', () => {
    expect(outcomesOf(readingOf('other', 'Model-One', [priceOf('0.002', { per: 1000 })]))).toEqual(['AGREE']);
  });
  test('tells a rate that is shown beside the served one from one that is not shown', () => {
    const served = catalogue.offerings.find(({ id }) => id === 'acme/model-one');
    const [row] = served === undefined ? [] : catalogue.pricesOf(served.id);
    const other = row?.amount.toString() === '2' ? '3' : '2';
    expect(outcomesOf(readingOf('other', 'model-one', [priceOf(other), priceOf('2.5')]))).toEqual([
      'DISPUTED',
      'DIFFERS',
    ]);
  });
  test('tells what is missing: the rate, its currency, the offering', () => {
    expect(outcomesOf(readingOf('other', 'model-one', [priceOf('1', { serviceTier: 'BATCH' })]))).toEqual([
      'UNPRICED',
    ]);
    expect(outcomesOf(readingOf('other', 'model-one', [priceOf('14', { currency: 'CNY' })]))).toEqual([
      'OTHER_CURRENCY',
    ]);
    expect(outcomesOf(readingOf('other', 'model-two', [priceOf('1')]))).toEqual(['NO_OFFERING']);
  });
  test('compares neither what is free or past nor what a plan covers', () => {
    expect(
      outcomesOf(
        readingOf('other', 'model-one', [
          priceOf('0'),
          priceOf('9', { effectiveTo: '2026-01-01T00:00:00Z' }),
          priceOf('9', { billing: 'PLAN' }),
        ]),
      ),
    ).toEqual([]);
  });
  test('finds that agreement fell, or that unseen differences rose, and nothing else', () => {
    const verdicts = (agree: number, differ: number) =>
      tallyBy(
        [...Array<'AGREE'>(agree).fill('AGREE'), ...Array<'DIFFERS'>(differ).fill('DIFFERS')].map(
          (outcome) => ({
            source: 'list',
            provider: 'acme',
            kind: 'input',
            outcome,
            detail: '',
          }),
        ),
        ({ source }) => source,
      );
    expect(findRegressions(verdicts(98, 2), verdicts(98, 2))).toEqual([]);
    expect(findRegressions(verdicts(98, 2), verdicts(99, 1))).toEqual([]);
    expect(findRegressions({}, verdicts(1, 9))).toEqual([]);
    expect(findRegressions(verdicts(98, 2), verdicts(97, 3))).toEqual([
      'list: agrees with 97.0 % of what it states, 98.0 % before',
      'list: 3 of its rates differ from what is served and are not shown, 2 before',
    ]);
    expect(formatTally('source', verdicts(98, 2))).toContain('98 (98.0 %)');
  });
});
