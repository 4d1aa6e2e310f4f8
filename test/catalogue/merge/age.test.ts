import { describe, expect, it } from 'vitest';
import type { Catalogue } from '../../../src/catalogue/catalogue.ts';
import { comparePrice } from '../../../src/catalogue/compare-price.ts';
import { currentPrices } from '../../../src/catalogue/price-engine.ts';
import { Decimal } from '../../../src/domain/money.ts';
import type { DatedReading, SourcePrice } from '../../../src/ports/catalogue-source.ts';
import { build, host, NOW, pricesOf, rate, reading, seedOf, served, stated } from './readings.ts';

const day = (text: string): Date => new Date(`${text}T00:00:00Z`);
const both = (input: string, output: string, more: Partial<SourcePrice> = {}): readonly SourcePrice[] => [
  rate('input', input, more),
  rate('output', output, more),
];
const says = (source: string, prices: readonly SourcePrice[], on: string, model = 'm'): DatedReading =>
  reading(source, [stated(`acme/${model}`, { prices })], { observedAt: day(on) });
const shipped = (...readings: readonly DatedReading[]): Catalogue =>
  build([], { seed: seedOf([], readings) });
const tiers = (kind: 'input' | 'output', low: string, high: string, bound = 200_001) => [
  rate(kind, low, { conditions: { promptTokens: { from: 0, to: bound } } }),
  rate(kind, high, { conditions: { promptTokens: { from: bound } } }),
];

describe('rates of several sources', () => {
  it('are those of the newest, whatever its precedence', () => {
    const catalogue = shipped(
      says('genai-prices', both('1', '2'), '2026-09-23'),
      says('pi-ai', both('1.5', '3'), '2026-11-20'),
    );
    expect(served(catalogue, 'acme/m')).toEqual(['INPUT PLAIN 1.5 USD pi-ai', 'OUTPUT PLAIN 3 USD pi-ai']);
  });

  it('go by precedence where they are of the same fortnight', () => {
    const at = (on: string) =>
      served(
        shipped(says('genai-prices', both('1', '2'), on), says('pi-ai', both('1.5', '3'), '2026-11-20')),
        'acme/m',
      )[0];
    expect(at('2026-11-06')).toBe('INPUT PLAIN 1 USD genai-prices');
    expect(at('2026-11-05')).toBe('INPUT PLAIN 1.5 USD pi-ai');
  });

  it('of a tier are not doubted because flat lists do not know the tier', () => {
    const catalogue = shipped(
      says('pi-ai', [...tiers('input', '1', '4'), rate('output', '8')], '2026-09-20'),
      says('litellm', both('1', '8'), '2026-09-20'),
      says('other', both('1', '8'), '2026-09-20'),
    );
    expect(catalogue.quarantine).toEqual([]);
    expect(served(catalogue, 'acme/m')).toContain('INPUT PLAIN 4 USD 200001- pi-ai');
  });

  it('are as old as their author says, not as the package that carries them', () => {
    const old = both('0.135', '0.55', { checkedAt: '2025-07-12T00:00:00Z' });
    const catalogue = shipped(
      says('genai-prices', old, '2026-11-20'),
      says('other', both('0.14', '0.28'), '2026-08-01'),
    );
    expect(served(catalogue, 'acme/m')[0]).toBe('INPUT PLAIN 0.14 USD other');
  });

  it('of a live list that knows none of the newest models are no newer than the newest that it knows', () => {
    const names = Array.from({ length: 120 }, (_, index) => `acme/m${index}`);
    const facts = (released: string) => ({ facts: { releaseDate: `${released}T00:00:00Z` } });
    const list = (source: string, price: string, on: string, more: readonly string[]) =>
      reading(
        source,
        [...names, ...more].map((id) =>
          stated(id, {
            ...(id === 'acme/new' ? facts('2026-11-10') : facts('2026-07-01')),
            prices: both(price, '2'),
          }),
        ),
        { observedAt: day(on) },
      );
    const seed = seedOf([], [list('pi-ai', '1', '2026-11-12', ['acme/new'])]);
    const at = (more: readonly string[]) =>
      served(build([list('models-dev', '1.2', '2026-11-20', more)], { seed }), 'acme/m0')[0];
    expect(at(['acme/new'])).toBe('INPUT PLAIN 1.2 USD models-dev');
    expect(at([])).toBe('INPUT PLAIN 1 USD pi-ai');
  });

  it('are the richer ones where the plain rates agree, even of an older source', () => {
    const catalogue = shipped(
      says('pi-ai', both('1', '2'), '2026-11-20'),
      says('litellm', [...tiers('input', '1', '3'), ...tiers('output', '2', '6')], '2026-08-01'),
    );
    expect(served(catalogue, 'acme/m')).toHaveLength(4);
    const other = shipped(
      says('pi-ai', both('1.1', '2'), '2026-11-20'),
      says('litellm', [...tiers('input', '1', '3'), ...tiers('output', '2', '6')], '2026-08-01'),
    );
    expect(served(other, 'acme/m')).toEqual(['INPUT PLAIN 1.1 USD pi-ai', 'OUTPUT PLAIN 2 USD pi-ai']);
  });

  it('of caches come from a source whose plain rates are the same, or from none', () => {
    const cached = (input: string) => [...both(input, '0.6'), rate('cacheRead', '0.015')];
    const of = (input: string) =>
      served(
        shipped(says('pi-ai', both('0.15', '0.6'), '2026-11-20'), says('other', cached(input), '2026-08-01')),
        'acme/m',
      );
    expect(of('0.15')).toContain('INPUT CACHE_READ 0.015 USD other');
    expect(of('0.1')).toEqual(['INPUT PLAIN 0.15 USD pi-ai', 'OUTPUT PLAIN 0.6 USD pi-ai']);
  });

  it('that are rounded yield to the precise ones of two others', () => {
    const with275 = (source: string, on: string) => says(source, [rate('cacheRead', '0.275')], on);
    const rounded = says('pi-ai', [rate('cacheRead', '0.28')], '2026-11-20');
    const one = shipped(rounded, with275('a', '2026-08-01'));
    expect(served(one, 'acme/m')).toEqual(['INPUT CACHE_READ 0.28 USD pi-ai']);
    const two = shipped(rounded, with275('a', '2026-08-01'), with275('b', '2026-08-01'));
    expect(served(two, 'acme/m')).toEqual(['INPUT CACHE_READ 0.275 USD a']);
  });

  it('of a tier stay out where the list that states them is of an older standard rate', () => {
    const batch = [...both('3', '15'), ...both('1.5', '7.5', { serviceTier: 'BATCH' })];
    const catalogue = shipped(
      says('pi-ai', both('2', '10'), '2026-11-20'),
      says('litellm', batch, '2026-08-01'),
    );
    expect(pricesOf(catalogue, 'acme/m').map(({ serviceTier }) => serviceTier)).toEqual([
      'STANDARD',
      'STANDARD',
    ]);
  });
});

describe('bounds of sizes', () => {
  it.each([199_999, 200_000, 200_001])('stated from %i are those of the page: above 200,000', (from) => {
    const bound = from === 199_999 ? 200_000 : from;
    const [low, high] = pricesOf(
      shipped(says('pi-ai', tiers('input', '1', '2', bound), '2026-11-20')),
      'acme/m',
    );
    expect(low?.conditions.promptTokens).toEqual({ from: 0, to: 200_001 });
    expect(high?.conditions.promptTokens).toEqual({ from: 200_001 });
  });

  it('that differ by one token are no disagreement', () => {
    const catalogue = shipped(
      says('pi-ai', tiers('input', '1', '2', 272_001), '2026-11-20'),
      says('litellm', tiers('input', '1', '2', 272_000), '2026-11-19'),
    );
    for (const { id } of pricesOf(catalogue, 'acme/m')) expect(catalogue.disagreementOf(id)).toBeUndefined();
  });
});

describe('rates in doubt', () => {
  it('of two sources that differ from what is served, and from each other, are all shown', () => {
    const audio = (amount: string): readonly SourcePrice[] => [rate('audioInput', amount)];
    const before = build([says('genai-prices', audio('2.5'), '2026-11-01')]);
    const catalogue = build(
      [
        says('genai-prices', audio('2.5'), '2026-11-19'),
        says('litellm', audio('40'), '2026-11-19'),
        says('portkey', audio('100'), '2026-11-19'),
      ],
      { previous: before },
    );
    const [row] = pricesOf(catalogue, 'acme/m');
    if (row === undefined) throw new Error('no price');
    expect(row.amount.toString()).toBe('2.5');
    const { observations = [], highest } = catalogue.disagreementOf(row.id) ?? {};
    expect(highest?.toString()).toBe('100');
    expect(observations.map(({ amount, quarantined }) => `${amount} ${quarantined}`)).toEqual([
      '40 JUMP',
      '100 JUMP',
    ]);
  });

  it('are served once what was served is 120 days older', () => {
    const at = (on: string) =>
      served(
        build([says('models-dev', both('5', '10'), '2026-11-19')], {
          previous: build([says('genai-prices', both('1', '2'), on)]),
        }),
        'acme/m',
      );
    expect(at('2026-08-01')).toEqual([]);
    expect(at('2026-07-01')).toContain('INPUT PLAIN 5 USD models-dev');
  });

  it('are placeholders, and very small ones that one source alone states', () => {
    const of = (amount: string, more: readonly DatedReading[] = []) => {
      const catalogue = shipped(says('litellm', [rate('input', amount)], '2026-11-01'), ...more);
      return catalogue.quarantine[0]?.reason ?? served(catalogue, 'acme/m')[0];
    };
    expect(of('0.001')).toBe('PLACEHOLDER');
    expect(of('0.0023')).toBe('UNCONFIRMED');
    expect(of('0.003')).toBe('INPUT PLAIN 0.003 USD litellm');
    expect(of('0.0023', [says('other', [rate('input', '0.0023')], '2026-11-01')])).toContain('0.0023');
  });
});

describe('lists of something else', () => {
  const reasons = (catalogue: Catalogue) =>
    catalogue.quarantine.map(({ source, reason }) => `${source} ${reason}`);

  it('at half of what two others say, in and out, are not served as the standard rates', () => {
    const half = says('models-dev', both('1', '5'), '2026-11-20');
    const others = ['pi-ai', 'litellm'].map((source) => says(source, both('2', '10'), '2026-11-19'));
    const catalogue = shipped(half, ...others);
    expect(reasons(catalogue)).toEqual(['models-dev MULTIPLE', 'models-dev MULTIPLE']);
    const [row] = pricesOf(catalogue, 'acme/m');
    if (row === undefined) throw new Error('no price');
    expect(row.amount.toString()).toBe('2');
    expect(catalogue.disagreementOf(row.id)?.observations[0]).toMatchObject({ quarantined: 'MULTIPLE' });
    // What others said before the price fell says nothing of now; nor is a half in doubt that a second source states.
    const fallen = ['pi-ai', 'litellm'].map((source) => says(source, both('2', '10'), '2026-10-01'));
    expect(served(shipped(half, ...fallen), 'acme/m')).toContain('INPUT PLAIN 1 USD models-dev');
    expect(reasons(shipped(half, says('b', both('1', '5'), '2026-11-20'), ...others))).toEqual([]);
  });

  it('in dollars at somebody’s rate of yuan are no prices, and dollars of the provider’s own are', () => {
    const yuan = both('8', '28').map((price) => ({ ...price, currency: 'CNY' }));
    const of = (input: string, output: string) => {
      const catalogue = shipped(
        says('llm-prices-cn', yuan, '2026-08-01'),
        says('genai-prices', both(input, output), '2026-09-23'),
      );
      return [
        reasons(catalogue).length,
        new Set(pricesOf(catalogue, 'acme/m').map(({ currency }) => currency)).size,
      ];
    };
    expect(of('1.103', '3.862')).toEqual([2, 1]);
    expect(of('1.1', '3.9')).toEqual([0, 2]);
  });
});

describe('a rate beside those of other offerings of its model', () => {
  it('is far from them where it is over 3 times the dearest, and knows what it costs at the lab', () => {
    const identity = { slug: 'openai/m' };
    const at = (id: string, amount: string) => stated(id, { identity, prices: [rate('input', amount)] });
    const list = reading('pi-ai', [at('openai/m', '2'), at('groq/m', '3'), at('relay/m', '9.5')]);
    const catalogue = build([], { seed: seedOf(['openai/m'], [list]) });
    const of = (id: string) => {
      const [row] = pricesOf(catalogue, id);
      return row === undefined ? undefined : comparePrice(catalogue, row, NOW);
    };
    expect(of('relay/m')).toMatchObject({
      lab: { offeringId: 'openai/m', ratio: 4.75 },
      others: 2,
      isFar: true,
    });
    expect(of('groq/m')).toMatchObject({ lab: { ratio: 1.5 }, isFar: false });
    expect(of('openai/m')).not.toHaveProperty('lab');
  });
});

describe('any statements of several sources', () => {
  const SOURCES = ['genai-prices', 'pi-ai', 'litellm', 'pi-catalog', 'other'];
  const RATES = ['1', '1.2', '2', '3', '4', '9'];
  type Said = {
    readonly source: string;
    readonly age: number;
    readonly currency: string;
    readonly input: string;
    readonly output: string;
    readonly cacheRead?: string;
    readonly high?: string;
  };
  /** The same on every run. */
  const createRandom = (seed: number) => {
    let state = seed;
    const below = (end: number): number => {
      state = (state * 1_664_525 + 1_013_904_223) % 4_294_967_296;
      return Math.floor((state / 4_294_967_296) * end);
    };
    const someRate = (): string => RATES[below(RATES.length)] ?? '1';
    return { below, someRate };
  };
  const some = ({ below, someRate }: ReturnType<typeof createRandom>): readonly Said[] =>
    SOURCES.filter(() => below(10) < 7).map((source) => ({
      source,
      age: below(120),
      currency: below(4) === 0 ? 'CNY' : 'USD',
      input: someRate(),
      output: someRate(),
      ...(below(2) === 0 && { cacheRead: below(2) === 0 ? '0.1' : '0.2' }),
      ...(below(3) === 0 && { high: someRate() }),
    }));
  const readingOf = ({ source, age, currency, input, output, cacheRead, high }: Said): DatedReading =>
    reading(
      source,
      [
        stated('acme/m', {
          prices: [
            ...(high === undefined ? [rate('input', input)] : tiers('input', input, high)),
            rate('output', output),
            ...(cacheRead === undefined ? [] : [rate('cacheRead', cacheRead)]),
          ].map((price) => ({ ...price, currency })),
        }),
      ],
      { observedAt: new Date(NOW.getTime() - age * 86_400_000) },
    );
  const SEEDS = Array.from({ length: 300 }, (_, index) => index + 1);

  it('give the same rates in whatever order they come, of sources that state them, with tariffs apart', () => {
    for (const seed of SEEDS) {
      const list = some(createRandom(seed));
      const readings = list.map(readingOf);
      const made = (ordered: readonly DatedReading[]) =>
        seed % 2 === 0 ? build(ordered) : shipped(...ordered);
      const rows = pricesOf(made(readings), 'acme/m');
      const ids = (of: readonly { readonly id: string }[]) => of.map(({ id }) => id).toSorted();
      expect(ids(pricesOf(made(readings.toReversed()), 'acme/m'))).toEqual(ids(rows));
      for (const row of rows) {
        const one = list.find(({ source }) => source === row.provenance.source);
        expect(one?.currency).toBe(row.currency);
        expect([one?.input, one?.output, one?.cacheRead, one?.high]).toContain(row.amount.toString());
      }
    }
  });

  it('are those of two new ones that agree, not of an older one', () => {
    for (const seed of SEEDS) {
      const random = createRandom(seed);
      const older = some(random).map((one) => ({ ...one, age: one.age + 20, currency: 'USD' }));
      const [input, output] = [random.someRate(), random.someRate()];
      const pair = ['new-one', 'new-two'].map((source) => says(source, both(input, output), '2026-11-20'));
      const rows = currentPrices(pricesOf(shipped(...older.map(readingOf), ...pair), 'acme/m'), NOW).filter(
        ({ meter, conditions }) => meter.tokenType === 'PLAIN' && (conditions.promptTokens?.from ?? 0) === 0,
      );
      expect(rows.map(({ amount }) => amount.toString()).toSorted()).toEqual([input, output].toSorted());
    }
  });
});

describe('rates that follow from rules', () => {
  const rules = [
    {
      id: 'write',
      says: 'A 1-hour write costs twice the input',
      providers: ['acme'],
      models: ['c-*'],
      except: ['c-old*'],
      of: { serviceTier: 'STANDARD', direction: 'INPUT', tokenTypes: ['PLAIN'] },
      gives: { tokenType: 'CACHE_WRITE_1H' },
      factor: '2',
      sourceUrl: 'https://acme.test/cache',
      day: '2026-11-01',
    },
    {
      id: 'batch',
      says: 'Batches cost half',
      providers: ['acme'],
      models: ['c-*'],
      of: { serviceTier: 'STANDARD' },
      gives: { serviceTier: 'BATCH' },
      factor: '0.5',
      sourceUrl: 'https://acme.test/batch',
      day: '2026-11-01',
    },
  ] as const;
  const of = (model: string, prices: readonly SourcePrice[]): readonly string[] => {
    const seed = { ...seedOf([], [says('pi-ai', prices, '2026-11-20', model)]), rules };
    const catalogue = build([], { seed, providers: [host('acme')] });
    return pricesOf(catalogue, `acme/${model}`)
      .map(({ meter, amount, serviceTier, conditions, provenance }) =>
        [
          serviceTier,
          meter.direction,
          meter.tokenType,
          amount,
          ...(conditions.promptTokens === undefined ? [] : [conditions.promptTokens.from]),
          provenance.source,
        ].join(' '),
      )
      .toSorted();
  };

  it('are exact, one upon the other, in each tier of size, with their reason', () => {
    expect(of('c-1', [...tiers('input', '0.0333', '0.0667'), rate('output', '3')])).toEqual([
      'BATCH INPUT CACHE_WRITE_1H 0.0333 0 rules',
      'BATCH INPUT CACHE_WRITE_1H 0.0667 200001 rules',
      'BATCH INPUT PLAIN 0.01665 0 rules',
      'BATCH INPUT PLAIN 0.03335 200001 rules',
      'BATCH OUTPUT PLAIN 1.5 rules',
      'STANDARD INPUT CACHE_WRITE_1H 0.0666 0 rules',
      'STANDARD INPUT CACHE_WRITE_1H 0.1334 200001 rules',
      'STANDARD INPUT PLAIN 0.0333 0 pi-ai',
      'STANDARD INPUT PLAIN 0.0667 200001 pi-ai',
      'STANDARD OUTPUT PLAIN 3 pi-ai',
    ]);
    const seed = { ...seedOf([], [says('pi-ai', both('1', '2'), '2026-11-20', 'c-1')]), rules };
    const row = pricesOf(build([], { seed }), 'acme/c-1').find(({ serviceTier }) => serviceTier === 'BATCH');
    expect(row?.provenance).toEqual({
      source: 'rules',
      sourceUrl: 'https://acme.test/batch',
      observedAt: day('2026-11-01'),
      statedAt: day('2026-11-20'),
      explanation: 'Batches cost half: 0.5 x 1 USD (pi-ai)',
    });
    expect(row?.derivation).toMatchObject({
      ruleId: 'batch',
      rule: 'Batches cost half',
      factor: new Decimal('0.5'),
      base: { amount: new Decimal('1'), source: 'pi-ai' },
    });
  });

  it('stand behind a rate that a source states, which is shown to differ', () => {
    const prices = [...both('1', '2'), rate('cacheWrite1h', '1.9')];
    const seed = { ...seedOf([], [says('pi-ai', prices, '2026-11-20', 'c-1')]), rules };
    const catalogue = build([], { seed });
    const row = pricesOf(catalogue, 'acme/c-1').find(({ meter }) => meter.tokenType === 'CACHE_WRITE_1H');
    if (row === undefined) throw new Error('no price');
    expect(row.amount).toEqual(new Decimal('1.9'));
    expect(catalogue.disagreementOf(row.id)?.sources).toEqual(['rules']);
  });

  it('are of every region that they name, but for the rates that a source states there, in any case', () => {
    const regional = {
      id: 'regional',
      says: 'One region costs 1.1 times',
      providers: ['acme'],
      models: ['c-[1-3]'],
      of: {},
      gives: { regions: ['us', 'eu'] },
      factor: '1.1',
      sourceUrl: 'https://acme.test/regions',
      day: '2026-11-01',
    } as const;
    const inRegions = (model: string) => {
      const prices = [...both('1', '2'), rate('output', '2.5', { conditions: { region: 'EU' } })];
      const seed = { ...seedOf([], [says('pi-ai', prices, '2026-11-20', model)]), rules: [regional] };
      return pricesOf(build([], { seed }), `acme/${model}`)
        .map(({ amount, conditions }) => `${conditions.region ?? 'any'} ${amount}`)
        .toSorted();
    };
    expect(inRegions('c-2')).toEqual(['EU 2.5', 'any 1', 'any 2', 'eu 1.1', 'us 1.1', 'us 2.2']);
    expect(inRegions('c-4')).toEqual(['EU 2.5', 'any 1', 'any 2']);
  });

  it('are of the models that they name, and not of those that they leave out', () => {
    expect(of('d-1', both('1', '2'))).toHaveLength(2);
    expect(of('c-old', both('1', '2'))).toEqual([
      'BATCH INPUT PLAIN 0.5 rules',
      'BATCH OUTPUT PLAIN 1 rules',
      'STANDARD INPUT PLAIN 1 pi-ai',
      'STANDARD OUTPUT PLAIN 2 pi-ai',
    ]);
  });
});
