import { describe, expect, it } from 'vitest';
import { type Comparison, compareOfferings } from '../../../src/catalogue/comparison/compare-offerings.ts';
import type { ComparisonInput } from '../../../src/catalogue/comparison/comparison-input.ts';
import { METER_OF_USAGE } from '../../../src/catalogue/meter.ts';
import { asModelSlug, asOfferingId } from '../../../src/domain/ids.ts';
import { Decimal } from '../../../src/domain/money.ts';
import type { Price } from '../../../src/domain/price.ts';
import type { UsageKind } from '../../../src/domain/usage.ts';
import { AT, catalogueOf, type Known, provenance } from './catalogue-of.ts';

const priced = (kind: UsageKind, amount: string): Price => ({
  id: `price-${kind}` as Price['id'],
  offeringId: asOfferingId('host/any'),
  meter: METER_OF_USAGE[kind],
  amount: new Decimal(amount),
  per: 1_000_000,
  currency: 'USD',
  serviceTier: 'STANDARD',
  conditions: {},
  tierMode: 'CLIFF',
  billing: 'METERED',
  provenance,
});
const PRICES = [priced('input', '1'), priced('output', '2')];
const ENDED = new Date('2026-10-01T00:00:00Z');

const compare = (known: { readonly [name: string]: Known }, input: ComparisonInput = {}): Comparison => {
  const result = compareOfferings(catalogueOf(known), { of: () => [] }, input, AT);
  if (result.kind === 'INVALID') throw new Error(result.problem.problem);
  return result.comparison;
};
const ranked = (comparison: Comparison): readonly string[] =>
  comparison.ranked.map(({ offering }) => offering.id).toSorted();
const reasons = ({ excluded }: Comparison): readonly string[] =>
  excluded.map(({ offering, excluded: { reason } }) => `${offering.id} ${reason}`).toSorted();

describe('a first choice', () => {
  const known: { readonly [name: string]: Known } = {
    current: { prices: PRICES },
    closed: { prices: PRICES, model: { retiresAt: ENDED, openWeights: false } },
    old: { prices: PRICES, model: { deprecated: true } },
    open: { prices: PRICES, model: { retiresAt: ENDED, deprecated: true, openWeights: true } },
  };

  it('is nothing that its lab has ended, though another still serves it, unless its weights are open', () => {
    const comparison = compare(known);
    expect(ranked(comparison)).toEqual(['host/current', 'host/open']);
    expect(reasons(comparison)).toEqual(['host/closed RETIRED', 'host/old DEPRECATED']);
  });

  it('can be asked for by name or by the filter', () => {
    expect(ranked(compare(known, { filter: { models: ['lab/closed'] } }))).toEqual(['host/closed']);
    expect(ranked(compare(known, { filter: { retired: 'INCLUDE', deprecated: 'INCLUDE' } }))).toHaveLength(4);
  });

  it('is no second way to serve a model that is there', () => {
    const fast: { readonly [name: string]: Known } = {
      sol: { prices: PRICES },
      'sol-fast': { prices: PRICES, model: { variantOf: asModelSlug('lab/sol') } },
      'gone-fast': { prices: PRICES, model: { variantOf: asModelSlug('lab/gone') } },
    };
    const comparison = compare(fast);
    expect(ranked(comparison)).toEqual(['host/gone-fast', 'host/sol']);
    expect(reasons(comparison)).toEqual(['host/sol-fast DUPLICATE']);
    expect(ranked(compare(fast, { filter: { search: 'fast' } }))).toEqual([
      'host/gone-fast',
      'host/sol-fast',
    ]);
  });
});

it('what judges or reads pages is no model to chat with, whatever lists say that it can do', () => {
  const names = ['nemotron-3.5-content-safety', 'olmocr-7b-0725', 'nemotron-3.5-super'];
  const known = Object.fromEntries(names.map((name) => [name, { prices: PRICES }]));
  expect(ranked(compare(known, { task: 'CHAT' }))).toEqual(['host/nemotron-3.5-super']);
});

describe('the speech tasks', () => {
  const spoken: Known = { prices: [priced('characters', '15'), priced('seconds', '100')] };
  const known = (names: readonly string[], capability: 'SPEECH' | 'TRANSCRIPTION') =>
    Object.fromEntries(names.map((name) => [name, { ...spoken, offering: { capabilities: [capability] } }]));

  it('leave out models for live conversations', () => {
    const names = ['tts-1', 'grok-voice-think-fast-2.0', 'nova-2-sonic', 'gpt-realtime-2'];
    expect(reasons(compare(known(names, 'SPEECH'), { task: 'SPEECH' }))).toEqual(
      expect.arrayContaining([
        'host/gpt-realtime-2 OPERATION',
        'host/grok-voice-think-fast-2.0 OPERATION',
        'host/nova-2-sonic OPERATION',
      ]),
    );
    const heard = ['scribe_v2', 'gpt-realtime-whisper'];
    expect(reasons(compare(known(heard, 'TRANSCRIPTION'), { task: 'TRANSCRIPTION' }))).toContain(
      'host/gpt-realtime-whisper OPERATION',
    );
  });

  it('do not take a recognizer for a voice', () => {
    const comparison = compare({ 'azure-stt': spoken, 'azure-tts': spoken }, { task: 'SPEECH' });
    expect(reasons(comparison)).toContain('host/azure-stt OPERATION');
    expect(reasons(comparison)).not.toContain('host/azure-tts OPERATION');
  });
});

it('says which benchmark a task prefers where too few have a score at it', () => {
  const scored = (benchmark: string): Known => ({
    prices: PRICES,
    offering: { capabilities: ['TOOLS'] },
    quality: [
      {
        benchmark,
        category: 'GENERAL',
        lessIsBetter: false,
        score: 60,
        reportedBy: 'INDEPENDENT',
        series: benchmark,
        represents: true,
        provenance,
      },
    ],
  });
  const few = compare(
    { a: scored('index'), b: scored('index'), c: scored('index'), d: scored('index-coding') },
    { task: 'CODING' },
  );
  expect([few.benchmark, few.preferredBenchmark]).toEqual(['index', 'index-coding']);
  const all = compare({ a: scored('index-coding'), b: scored('index-coding') }, { task: 'CODING' });
  expect([all.benchmark, all.preferredBenchmark]).toEqual(['index-coding', undefined]);
});
