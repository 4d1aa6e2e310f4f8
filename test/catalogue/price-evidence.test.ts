import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { Decimal } from '../../src/domain/money.ts';
import { billingFixtures } from './price-fixtures/billing.ts';
import { deepseekFixtures } from './price-fixtures/deepseek.ts';
import { lengthAndThinkingFixtures } from './price-fixtures/length-and-thinking.ts';
import { mediaFixtures } from './price-fixtures/media.ts';
import { type FixtureSource, rowName, SAMPLES, type SampleName } from './price-fixtures/price-evidence.ts';
import type { PriceFixture } from './price-fixtures/price-fixture.ts';
import { promptTiers } from './price-fixtures/prompt-tiers.ts';
import { textFixtures } from './price-fixtures/text.ts';

const FOLDER = resolve(import.meta.dirname, '../../../shared/catalogue-samples');
const hasSamples = existsSync(FOLDER);

const fixtures: readonly PriceFixture[] = [
  ...promptTiers,
  ...textFixtures,
  ...deepseekFixtures,
  ...lengthAndThinkingFixtures,
  ...mediaFixtures,
  ...billingFixtures,
];
const named = fixtures.map((fixture) => [fixture.name, fixture] as const);

/** Who states a row, and whether it is the provider itself. */
const tellersOf = (row: string, sources: readonly FixtureSource[]): readonly FixtureSource[] =>
  sources.filter(({ states }) => Object.hasOwn(states, row));

const isEnough = (tellers: readonly FixtureSource[]): boolean =>
  new Set(tellers.map(({ name }) => name)).size >= 2 ||
  tellers.some((teller) => teller.kind === 'PAGE' && teller.by === 'PROVIDER');

describe('where the figures of the bills are from', () => {
  it.each(named)('%s', (_, { evidence, prices }) => {
    if (evidence.kind === 'RULE') {
      expect(evidence.why).not.toBe('');
      return;
    }
    const untold = prices.map(rowName).filter((row) => !isEnough(tellersOf(row, evidence.sources)));
    expect(untold).toEqual([]);
    // A source that is asked for a row that no fixture has would prove nothing.
    const rows = new Set(prices.map(rowName));
    const beside = evidence.sources.flatMap(({ states }) =>
      Object.keys(states).filter((row) => !rows.has(row)),
    );
    expect(beside).toEqual([]);
  });

  it.each(named)('%s: as pages say', (_, { evidence, prices }) => {
    if (evidence.kind === 'RULE') return;
    for (const source of evidence.sources) {
      if (source.kind !== 'PAGE') continue;
      if (source.by === 'PROVIDER') expect(new URL(source.where).protocol).toBe('https:');
      else expect(source.where).not.toBe('');
      for (const price of prices) {
        const stated = source.states[rowName(price)];
        if (stated !== undefined) expect(price.amount.toString(), rowName(price)).toBe(stated);
      }
    }
  });
});

const parsed = new Map<SampleName, unknown>();

const sampleOf = (name: SampleName): unknown => {
  if (!parsed.has(name))
    parsed.set(name, JSON.parse(readFileSync(resolve(FOLDER, SAMPLES[name].file), 'utf8')));
  return parsed.get(name);
};

const idOf = (member: unknown): string | undefined => {
  if (typeof member !== 'object' || member === null || !('id' in member)) return undefined;
  return 'p' in member ? `${member.p}/${member.id}` : String(member.id);
};

const step = (from: unknown, name: string): unknown => {
  if (Array.isArray(from))
    return /^\d+$/.test(name) ? from[Number(name)] : from.find((member) => idOf(member) === name);
  if (typeof from !== 'object' || from === null) return undefined;
  return Object.entries(from).find(([key]) => key === name)?.[1];
};

const at = (from: unknown, path: string): unknown => path.split('.').reduce(step, from);

describe.skipIf(!hasSamples)(
  hasSamples
    ? 'what the samples of price lists say'
    : 'what the samples of price lists say (skipped: ../shared/catalogue-samples is not here)',
  () => {
    it.each(named)('%s', (_, { evidence, prices }) => {
      if (evidence.kind === 'RULE') return;
      for (const source of evidence.sources) {
        if (source.kind !== 'SAMPLE') continue;
        const { of, dividedBy } = SAMPLES[source.name];
        const from = source.where.reduce(step, sampleOf(source.name));
        for (const price of prices) {
          const stated = source.states[rowName(price)];
          if (stated === undefined) continue;
          const where = typeof stated === 'string' ? { at: stated, of } : stated;
          const figure = at(from, where.at);
          const told = `${source.name}: ${source.where.join('.')}.${where.at}`;
          expect(figure, told).toBeTypeOf('number');
          const amount = new Decimal(String(figure))
            .dividedBy(dividedBy)
            .times(price.per)
            .dividedBy(where.of);
          expect(amount.toString(), told).toBe(price.amount.toString());
        }
        for (const [path, fact] of Object.entries(source.facts ?? {}))
          expect(at(from, path), `${source.name}: ${path}`).toBe(fact);
      }
    });
  },
);
