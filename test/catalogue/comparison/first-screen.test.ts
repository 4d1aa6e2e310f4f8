import { describe, expect, it } from 'vitest';
import { type Comparison, compareOfferings } from '../../../src/catalogue/comparison/compare-offerings.ts';
import type { ComparisonInput } from '../../../src/catalogue/comparison/comparison-input.ts';
import { CRITERIA } from '../../../src/catalogue/comparison/criteria.ts';
import { TASK_PRESETS, TASKS } from '../../../src/catalogue/comparison/task-presets.ts';
import { METER_OF_USAGE } from '../../../src/catalogue/meter.ts';
import { asModelSlug, asOfferingId, asProviderId } from '../../../src/domain/ids.ts';
import type { Offering } from '../../../src/domain/model.ts';
import { Decimal } from '../../../src/domain/money.ts';
import type { Meter, Price } from '../../../src/domain/price.ts';
import type { ProviderInfo, ProviderKind } from '../../../src/domain/provider.ts';
import { AT, catalogueOf, type Known, provenance } from './catalogue-of.ts';

const priced = (meter: Meter, amount: string, per: number): Price =>
  ({
    id: `price-${JSON.stringify(meter)}-${amount}` as Price['id'],
    offeringId: asOfferingId('host/any'),
    meter,
    amount: new Decimal(amount),
    per,
    currency: 'USD',
    serviceTier: 'STANDARD',
    conditions: {},
    tierMode: 'CLIFF',
    billing: 'METERED',
    provenance,
  }) satisfies Price;

const million = (input: string, output: string): readonly Price[] => [
  priced(METER_OF_USAGE.input, input, 1_000_000),
  priced(METER_OF_USAGE.output, output, 1_000_000),
];

const at = (provider: string, name: string, facts: Partial<Offering> = {}): Partial<Offering> => ({
  id: asOfferingId(`${provider}/${name}`),
  providerId: asProviderId(provider),
  providerModelId: name,
  ...facts,
});
const model = (name: string): Pick<Offering, 'modelSlug'> => ({ modelSlug: asModelSlug(`lab/${name}`) });

const provider = (id: string, kind: ProviderKind, on: boolean, needsEndpoint = false): ProviderInfo => ({
  id: asProviderId(id),
  name: id,
  kind,
  completes: true,
  operations: [],
  status: on
    ? { kind: 'ON' }
    : { kind: 'OFF', reason: 'set KEY', ...(needsEndpoint && { needsEndpoint: true }) },
});

const compare = (
  known: { readonly [name: string]: Known },
  input: ComparisonInput = {},
  providers: readonly ProviderInfo[] = [],
): Comparison => {
  const result = compareOfferings(catalogueOf(known, [], providers), { of: () => [] }, input, AT);
  if (result.kind === 'INVALID') throw new Error(`${result.problem.path} ${result.problem.problem}`);
  return result.comparison;
};
const idsOf = ({ ranked }: Comparison): readonly string[] => ranked.map(({ offering }) => offering.id);
const reasonOf = ({ excluded }: Comparison, id: string): string | undefined =>
  excluded.find(({ offering }) => offering.id === id)?.excluded.reason;

describe('a row for each model', () => {
  const labs = [
    provider('lab', 'LAB', true),
    provider('cloud', 'CLOUD', true),
    provider('reseller', 'AGGREGATOR', true),
  ];
  const served: { readonly [name: string]: Known } = {
    a: { offering: at('reseller', 'talker', model('talker')), prices: million('1', '4') },
    b: { offering: at('lab', 'talker', model('talker')), prices: million('1', '4') },
    c: { offering: at('cloud', 'talker', model('talker')), prices: million('2', '8') },
    d: { offering: at('cloud', 'other', model('other')), prices: million('3', '9') },
  };

  it('stands at its cheapest offering, the lab before a reseller at the same price, with the others folded', () => {
    const comparison = compare(served, {}, labs);
    expect(idsOf(comparison).toSorted()).toEqual(['cloud/other', 'lab/talker']);
    const row = comparison.ranked.find(({ offering }) => offering.id === 'lab/talker');
    expect(row?.others.map(({ offering, perRequest }) => [offering.id, perRequest.toFixed()])).toEqual([
      ['reseller/talker', '0.0022'],
      ['cloud/talker', '0.0044'],
    ]);
    expect(row?.blendedPrice?.toFixed()).toBe('1.75');
  });

  it('is one for each offering if that is asked', () => {
    expect(idsOf(compare(served, { grouping: 'NONE' }, labs))).toHaveLength(4);
  });

  it('prefers what a key turns on to resellers and to unknown endpoints while nothing is on', () => {
    const off = [
      provider('lab', 'LAB', false),
      provider('reseller', 'RELAY', false),
      provider('cloud', 'CLOUD', false, true),
    ];
    const known = {
      a: { offering: at('reseller', 'talker', model('talker')), prices: million('0.1', '0.4'), off: true },
      b: { offering: at('cloud', 'talker', model('talker')), prices: million('0.2', '0.8'), off: true },
      c: { offering: at('lab', 'talker', model('talker')), prices: million('1', '4'), off: true },
    };
    const comparison = compare(known, {}, off);
    expect(comparison.availability).toBe('ANY');
    expect(comparison.availabilityNote).toMatch(/No provider is configured yet/);
    expect(idsOf(comparison)).toEqual(['lab/talker']);
    expect(comparison.ranked[0]?.others.map(({ offering }) => offering.id)).toEqual(['reseller/talker']);
    expect(reasonOf(comparison, 'cloud/talker')).toBe('OFF');
    const all = compare(known, { availability: 'ANY' }, off);
    expect(all.ranked[0]?.others.map(({ offering }) => offering.id)).toEqual([
      'reseller/talker',
      'cloud/talker',
    ]);
  });
});

describe('what is left out', () => {
  const prices = million('1', '4');
  const on = [provider('lab', 'LAB', true), provider('sandbox', 'SANDBOX', true)];

  it('is what cannot be called, once something can', () => {
    const known = {
      a: { offering: at('lab', 'a'), prices },
      b: { offering: at('lab', 'b'), prices, off: true },
    };
    expect(reasonOf(compare(known, {}, on), 'lab/b')).toBe('OFF');
    expect(idsOf(compare(known, { availability: 'ANY' }, on))).toHaveLength(2);
  });

  it('is the sandbox, unless it is named', () => {
    const known = { a: { offering: at('sandbox', 'echo'), prices } };
    expect(reasonOf(compare(known, {}, on), 'sandbox/echo')).toBe('SANDBOX');
    expect(idsOf(compare(known, { filter: { providers: ['sandbox'] } }, on))).toEqual(['sandbox/echo']);
  });

  it.each([
    'text-embedding-9',
    'lab-guard-4',
    'whisper-large',
    'talker-tts',
    'painter-image-1',
    'bge-m3',
    'omni-moderation-latest',
    'talker-realtime',
  ])('is %s in a list for chat, though no source states what it does', (name) => {
    expect(reasonOf(compare({ a: { offering: at('lab', name), prices } }, {}, on), `lab/${name}`)).toBe(
      'OPERATION',
    );
  });

  it('is a name that moves beside one that does not, and a second name of one offering', () => {
    const comparison = compare(
      {
        moving: { offering: at('lab', 'talker-latest', model('talker-latest')), prices },
        dated: { offering: at('lab', 'talker-2512', model('talker')), prices },
        short: { offering: at('lab', 'talker', model('talker')), prices },
        alone: { offering: at('lab', 'chatter-latest', model('chatter')), prices },
      },
      {},
      on,
    );
    expect(idsOf(comparison).toSorted()).toEqual(['lab/chatter-latest', 'lab/talker']);
    expect(reasonOf(comparison, 'lab/talker-latest')).toBe('DUPLICATE');
    expect(reasonOf(comparison, 'lab/talker-2512')).toBe('DUPLICATE');
  });
});

describe('the order', () => {
  const released = (date: string) => ({ releaseDate: new Date(date) });

  it('of models of unknown quality goes by age and price class, never by price alone', () => {
    const comparison = compare({
      tiny: { prices: million('0.01', '0.02'), model: released('2026-10-01') },
      flagship: { prices: million('10', '50'), model: released('2026-06-01') },
      middle: { prices: million('2', '8'), model: released('2026-07-01') },
      middling: { prices: million('2.5', '8'), model: released('2026-08-01') },
      old: { prices: million('10', '50'), model: released('2024-11-01') },
    });
    expect(idsOf(comparison)).toEqual([
      'host/flagship',
      'host/middling',
      'host/middle',
      'host/tiny',
      'host/old',
    ]);
    expect(comparison.groups.map(({ orderedBy }) => orderedBy)).toEqual(['RELEASE_AND_CLASS']);
    expect(comparison.ranked.map(({ priceClass }) => priceClass)).toEqual([
      'FLAGSHIP',
      'MID',
      'MID',
      'SMALL',
      'FLAGSHIP',
    ]);
  });

  it('is by any column if that is asked, what is unknown last in either direction, with ranks kept', () => {
    const known = {
      old: { prices: million('3', '3'), model: released('2024-01-01') },
      fresh: { prices: million('2', '2'), model: released('2026-01-01') },
      unknown: { prices: million('1', '1') },
    };
    const by = (field: 'RELEASE_DATE' | 'COST' | 'BLENDED_PRICE', direction: 'ASC' | 'DESC') =>
      idsOf(compare(known, { sort: { field, direction } })).map((id) => id.replace('host/', ''));
    expect(by('RELEASE_DATE', 'ASC')).toEqual(['old', 'fresh', 'unknown']);
    expect(by('RELEASE_DATE', 'DESC')).toEqual(['fresh', 'old', 'unknown']);
    expect(by('COST', 'ASC')).toEqual(['unknown', 'fresh', 'old']);
    expect(by('BLENDED_PRICE', 'DESC')).toEqual(['old', 'fresh', 'unknown']);
    expect(
      compare(known, { sort: { field: 'COST', direction: 'ASC' } }).ranked.map(({ rank }) => rank),
    ).toEqual([3, 1, 2]);
  });

  it('is by cost alone if cost alone is asked', () => {
    const known = {
      dear: { prices: million('9', '9'), model: released('2026-11-01') },
      cheap: { prices: million('1', '1') },
    };
    expect(idsOf(compare(known, { weights: { COST: 1 } }))).toEqual(['host/cheap', 'host/dear']);
  });
});

describe('a task', () => {
  it('sets what is not given, field by field', () => {
    const known = {
      able: { prices: million('1', '1'), offering: { capabilities: ['COMPLETION', 'TOOLS'] as const } },
      unable: { prices: million('1', '1') },
    };
    const comparison = compare(known, { task: 'AGENT', workload: { inputTokens: 50_000 } });
    expect(comparison.workload).toMatchObject({
      inputTokens: 50_000,
      outputTokens: 2_000,
      cachedInputShare: 0.9,
    });
    expect(idsOf(comparison)).toEqual(['host/able']);
    expect(idsOf(compare(known, { task: 'AGENT', filter: { capabilities: [] } }))).toHaveLength(2);
  });

  it('is a chat if nothing is given, and none if a workload is', () => {
    expect(compare({}).task).toBe('CHAT');
    expect(compare({}, { workload: { inputTokens: 1, outputTokens: 1 } }).task).toBeUndefined();
    expect(() => compare({}, { workload: { inputTokens: 1 } })).toThrow(/workload.outputTokens/);
  });

  it('of speech is billed by what each provider counts', () => {
    const { ranked } = compare(
      {
        letters: {
          offering: { providerModelId: 'reader-tts' },
          prices: [priced(METER_OF_USAGE.characters, '15', 1_000_000)],
        },
        tokens: {
          offering: { providerModelId: 'talker-tts' },
          prices: [
            priced(METER_OF_USAGE.input, '0.6', 1_000_000),
            priced(METER_OF_USAGE.audioOutput, '12', 1_000_000),
          ],
        },
        chat: { prices: million('1', '1') },
      },
      { task: 'SPEECH' },
    );
    expect(ranked.map(({ offering, perRequest }) => [offering.id, perRequest.toFixed()])).toEqual([
      ['host/tokens', '0.007275'],
      ['host/letters', '0.0075'],
    ]);
  });

  it.each(TASK_PRESETS)('%s weighs something and says why its figures are what they are', (name) => {
    const { weights, explanation, workload } = TASKS[name];
    expect(CRITERIA.reduce((sum, each) => sum + weights[each], 0)).toBeCloseTo(1);
    expect(explanation).toMatch(/\.$/);
    expect(compare({}, { task: name }).workload).toEqual(workload);
  });
});
