import { describe, expect, it } from 'vitest';
import type { Catalogue } from '../../../src/catalogue/catalogue.ts';
import { asModelSlug, asOfferingId } from '../../../src/domain/ids.ts';
import { Decimal } from '../../../src/domain/money.ts';
import type { DeclaredOffering } from '../../../src/domain/provider-settings.ts';
import type { SourcePrice } from '../../../src/ports/catalogue-source.ts';
import { shippedSeed } from '../../support/shipped.ts';
import { build, EARLIER, host, NOW, pricesOf, rate, reading, seedOf, served, stated } from './readings.ts';

const both = (input: string, output: string): readonly SourcePrice[] => [
  rate('input', input),
  rate('output', output),
];
const says = (source: string, prices: readonly SourcePrice[], observedAt = EARLIER) =>
  reading(source, [stated('acme/m', { prices })], { observedAt });
const reasons = (catalogue: Catalogue) =>
  catalogue.quarantine.map(({ source, reason }) => `${source} ${reason}`);

describe('precedence', () => {
  it.each([
    ['overrides', ['overrides', 'genai-prices', 'models-dev', 'litellm', 'portkey', 'other']],
    ['genai-prices', ['genai-prices', 'models-dev', 'litellm', 'portkey', 'other']],
    ['models-dev', ['models-dev', 'litellm', 'portkey', 'other']],
    ['litellm', ['litellm', 'portkey', 'other']],
    ['portkey', ['portkey', 'other']],
  ])('%s wins', (winner, sources) => {
    const lists = sources.map((source, index) => says(source, both(`1.${index}`, `2.${index}`)));
    for (const readings of [lists, lists.toReversed()])
      expect(served(build(readings), 'acme/m')).toEqual([
        `INPUT PLAIN 1 USD ${winner}`,
        `OUTPUT PLAIN 2 USD ${winner}`,
      ]);
  });

  it("is a provider's own list's for its own offerings alone", () => {
    const lists = [
      reading('deepinfra', [stated('deepinfra/m', { prices: both('1', '2') })]),
      reading('genai-prices', [stated('deepinfra/m', { prices: both('1.1', '2.1') })]),
    ];
    expect(served(build(lists), 'deepinfra/m')).toContain('INPUT PLAIN 1 USD deepinfra');
    const foreign = [says('deepinfra', both('1', '2')), says('genai-prices', both('1.1', '2.1'))];
    expect(served(build(foreign), 'acme/m')).toContain('INPUT PLAIN 1.1 USD genai-prices');
  });

  it('puts what is declared before all but overrides', () => {
    const declared = {
      providerModelId: 'm',
      prices: { input: new Decimal('7'), output: new Decimal('8'), currency: 'USD' },
    };
    const providers = [host('acme', { declared: [declared] })];
    const lists = [says('genai-prices', both('1', '2')), says('overrides', [rate('input', '9')])];
    expect(served(build(lists, { providers }), 'acme/m')).toEqual([
      'INPUT PLAIN 9 USD overrides',
      'OUTPUT PLAIN 8 USD config',
    ]);
  });

  it('lets a live list replace what was shipped of it, and others fill what it lacks', () => {
    const seed = seedOf([], [says('genai-prices', [...both('1', '2'), rate('cacheRead', '0.5')])]);
    const live = says('genai-prices', both('1.1', '2.2'));
    expect(served(build([live], { seed }), 'acme/m')).toEqual([
      'INPUT PLAIN 1.1 USD genai-prices',
      'OUTPUT PLAIN 2.2 USD genai-prices',
    ]);
    expect(served(build([live, says('litellm', [rate('cacheRead', '0.4')])], { seed }), 'acme/m')).toContain(
      'INPUT CACHE_READ 0.4 USD litellm',
    );
  });
});

describe('groups', () => {
  const tiers = (
    low: string,
    high: string,
    kind: 'input' | 'output' | 'cacheRead',
  ): readonly SourcePrice[] => [
    rate(kind, low, { conditions: { promptTokens: { from: 0, to: 200_001 } } }),
    rate(kind, high, { conditions: { promptTokens: { from: 200_001 } } }),
  ];

  it('have all tiers of one source, and input and output of the same one', () => {
    const lists = [
      says('genai-prices', [rate('input', '1')]),
      says('litellm', [...tiers('1', '2', 'input'), ...tiers('3', '4', 'output')]),
    ];
    expect(served(build(lists), 'acme/m')).toEqual([
      'INPUT PLAIN 1 USD 0-200001 litellm',
      'INPUT PLAIN 2 USD 200001- litellm',
      'OUTPUT PLAIN 3 USD 0-200001 litellm',
      'OUTPUT PLAIN 4 USD 200001- litellm',
    ]);
  });

  it('that the first lacks come from one with the same tiers, if there is such', () => {
    const lists = [
      says('genai-prices', [...tiers('1', '2', 'input'), ...tiers('3', '4', 'output')]),
      says('models-dev', [rate('cacheRead', '0.3')]),
      says('portkey', tiers('0.1', '0.2', 'cacheRead')),
    ];
    expect(served(build(lists), 'acme/m').slice(0, 2)).toEqual([
      'INPUT CACHE_READ 0.1 USD 0-200001 portkey',
      'INPUT CACHE_READ 0.2 USD 200001- portkey',
    ]);
  });

  it('keep yuan and dollars apart', () => {
    const yuan = both('2.5', '10').map((price) => ({ ...price, currency: 'CNY' }));
    const catalogue = build([says('genai-prices', both('1.2', '6')), says('portkey', yuan)]);
    expect(served(catalogue, 'acme/m')).toEqual([
      'INPUT PLAIN 1.2 USD genai-prices',
      'INPUT PLAIN 2.5 CNY portkey',
      'OUTPUT PLAIN 10 CNY portkey',
      'OUTPUT PLAIN 6 USD genai-prices',
    ]);
    expect(reasons(catalogue)).toEqual([]);
  });
});

describe('what all sources say', () => {
  it('is kept for each served row, in its unit, and where they differ it is a disagreement', () => {
    const catalogue = build([
      says('genai-prices', both('1', '2')),
      says('litellm', [rate('input', '0.0015', { per: 1000 }), rate('output', '0.000002', { per: 1 })]),
    ]);
    const [input, output] = pricesOf(catalogue, 'acme/m');
    if (input === undefined || output === undefined) throw new Error('no prices');
    expect(
      catalogue.observationsOf(input).map(({ amount, provenance }) => `${amount} ${provenance.source}`),
    ).toEqual(['1 genai-prices', '1.5 litellm']);
    expect(catalogue.disagreementOf(input.id)).toMatchObject({
      lowest: new Decimal('1'),
      highest: new Decimal('1.5'),
      ratio: 1.5,
      sources: ['litellm'],
      observations: [{ amount: new Decimal('1.5'), provenance: { source: 'litellm' } }],
    });
    expect(catalogue.disagreementOf(output.id)).toBeUndefined();
  });

  it('is dated by when it was first stated and last read', () => {
    const first = build([says('litellm', both('1', '2'))]);
    const later = build([says('litellm', both('1', '2'), NOW)], { previous: first });
    expect(pricesOf(later, 'acme/m')[0]?.provenance).toEqual({
      source: 'litellm',
      sourceUrl: 'https://litellm.test/',
      observedAt: EARLIER,
      statedAt: NOW,
      readAt: NOW,
    });
    expect(pricesOf(later, 'acme/m').map(({ id }) => id)).toEqual(
      pricesOf(first, 'acme/m').map(({ id }) => id),
    );
  });
});

describe('a shipped list with windows or tiers', () => {
  const windowed = (rest: string, night: string) => [
    rate('input', rest),
    rate('input', night, { conditions: { timeWindow: { from: '16:30', to: '00:30', zone: 'UTC' } } }),
    rate('output', '2'),
  ];
  const seed = seedOf([], [says('genai-prices', windowed('1', '0.5'))]);

  it('is confirmed by a flat live one that states its plain rate, and keeps its windows', () => {
    expect(served(build([says('models-dev', both('1', '2'))], { seed }), 'acme/m')).toEqual([
      'INPUT PLAIN 0.5 USD genai-prices',
      'INPUT PLAIN 1 USD genai-prices',
      'OUTPUT PLAIN 2 USD genai-prices',
    ]);
  });

  it('gives way to one that states another', () => {
    expect(served(build([says('models-dev', both('1.2', '2'))], { seed }), 'acme/m')).toEqual([
      'INPUT PLAIN 1.2 USD models-dev',
      'OUTPUT PLAIN 2 USD models-dev',
    ]);
  });

  it('never keeps the operator from stating a flat one', () => {
    expect(served(build([says('overrides', both('1', '2'))], { seed }), 'acme/m')).toEqual([
      'INPUT PLAIN 1 USD overrides',
      'OUTPUT PLAIN 2 USD overrides',
    ]);
  });
});

describe('rates that are not believed', () => {
  const before = build([says('models-dev', both('1', '2'))]);

  it('a jump over 3 times waits, and what was believed is served on, with its age', () => {
    for (const [input, waits] of [
      ['3.01', true],
      ['3', false],
      ['0.33', true],
      ['0.34', false],
    ] as const) {
      const next = build([says('models-dev', both(input, '2'), NOW)], { previous: before });
      expect([input, reasons(next)]).toEqual([input, waits ? ['models-dev JUMP'] : []]);
      expect(served(next, 'acme/m')[0]).toBe(`INPUT PLAIN ${waits ? '1' : input} USD models-dev`);
      if (waits) expect(pricesOf(next, 'acme/m')[0]?.provenance.observedAt).toEqual(EARLIER);
    }
  });

  it('a jump waits on while it is repeated, and is believed once a second source says the same within 1 %', () => {
    const jumped = says('models-dev', both('5', '2'), NOW);
    const once = build([jumped], { previous: before });
    const twice = build([jumped], { previous: once });
    expect(served(twice, 'acme/m')[0]).toBe('INPUT PLAIN 1 USD models-dev');
    const [row] = pricesOf(twice, 'acme/m');
    if (row === undefined) throw new Error('no price');
    expect(twice.observationsOf(row)).toMatchObject([
      { amount: new Decimal('1') },
      { amount: new Decimal('5'), quarantined: 'JUMP' },
    ]);
    expect(twice.disagreementOf(row.id)).toMatchObject({
      lowest: new Decimal('1'),
      highest: new Decimal('5'),
      observations: [{ amount: new Decimal('5'), quarantined: 'JUMP' }],
    });
    const far = build([jumped, says('litellm', both('5.06', '2'))], { previous: twice });
    expect(served(far, 'acme/m')[0]).toBe('INPUT PLAIN 1 USD models-dev');
    const agreed = build([jumped, says('litellm', both('5.04', '2'))], { previous: twice });
    expect(served(agreed, 'acme/m')[0]).toBe('INPUT PLAIN 5 USD models-dev');
    expect(reasons(agreed)).toEqual([]);
  });

  it('a jump against what was shipped waits as well', () => {
    const seed = seedOf([], [says('genai-prices', both('1', '2'))]);
    const next = build([says('models-dev', both('5', '2'))], { seed });
    expect(served(next, 'acme/m')[0]).toBe('INPUT PLAIN 1 USD genai-prices');
    expect(reasons(next)).toEqual(['models-dev JUMP']);
  });

  it('a wrong unit is told from a jump; what the operator says is never doubted', () => {
    const next = build([says('portkey', both('100', '200'), NOW)], { previous: before });
    expect(reasons(next)).toEqual(['portkey UNIT', 'portkey UNIT']);
    const operator = build([says('overrides', both('100', '200'))], { previous: before });
    expect(served(operator, 'acme/m')[0]).toBe('INPUT PLAIN 100 USD overrides');
    expect(reasons(operator)).toEqual([]);
  });

  it('with three sources, it is the one against all others that has a wrong unit, whatever its rank', () => {
    const wrong = (factor: number) =>
      build([
        says('genai-prices', both(String(1 * factor), '2')),
        says('models-dev', both('1', '2')),
        says('litellm', both('1', '2')),
      ]);
    for (const factor of [100, 1000, 10_000, 1_000_000, 0.01]) {
      const catalogue = wrong(factor);
      expect([factor, reasons(catalogue)]).toEqual([factor, ['genai-prices UNIT']]);
      expect(served(catalogue, 'acme/m')[0]).toBe('INPUT PLAIN 1 USD models-dev');
    }
    expect(reasons(wrong(3))).toEqual([]);
    expect(reasons(wrong(7))).toEqual(['genai-prices JUMP']);
  });

  it('with three sources that all differ, none is thought to have a wrong unit', () => {
    const catalogue = build([
      says('genai-prices', both('100', '2')),
      says('models-dev', both('1', '2')),
      says('litellm', both('3', '2')),
    ]);
    expect(reasons(catalogue)).toEqual([]);
  });

  it('one source does not outvote another by its shipped and its live list', () => {
    const twice = (input: string, output: string) =>
      build([says('genai-prices', both('1', '4')), says('litellm', both(input, output))], {
        seed: seedOf([], [says('litellm', both(input, output))]),
      });
    expect(reasons(twice('2', '8'))).toEqual([]);
    expect(served(twice('2', '8'), 'acme/m')[0]).toBe('INPUT PLAIN 1 USD genai-prices');
    const shipped = seedOf([], [says('pi-ai', both('1', '4')), says('litellm', both('7', '28'))]);
    expect(reasons(build([says('litellm', both('7', '28'))], { seed: shipped }))).not.toContain('pi-ai JUMP');
    const confirmed = build(
      [
        says('litellm', both('2', '8')),
        says('models-dev', both('2', '8')),
        says('genai-prices', both('1', '4')),
      ],
      { seed: seedOf([], [says('litellm', both('2', '8'))]) },
    );
    expect(reasons(confirmed)).toEqual(['genai-prices MULTIPLE', 'genai-prices MULTIPLE']);
  });

  it('rows that cannot be read, and what a source itself does not believe, are listed', () => {
    const problems = [{ subject: 'acme/x', reason: 'ABSURD', detail: 'states 1e9' }] as const;
    const catalogue = build([
      reading(
        'litellm',
        [stated('acme/m', { prices: [rate('input', '-1'), rate('output', 'free'), rate('cacheRead', '1')] })],
        { problems },
      ),
    ]);
    expect(reasons(catalogue).toSorted()).toEqual([
      'litellm ABSURD',
      'litellm MALFORMED',
      'litellm NEGATIVE',
    ]);
    expect(served(catalogue, 'acme/m')).toEqual(['INPUT CACHE_READ 1 USD litellm']);
  });
});

describe('billing', () => {
  const billing = (catalogue: Catalogue) => catalogue.offering(asOfferingId('acme/m'))?.billing;

  it('of a plan is no price of 0, and a list of zeroes is no price', () => {
    expect(billing(build([reading('models-dev', [stated('acme/m', { billing: 'PLAN' })])]))).toBe('PLAN');
    const zeroes = build([says('models-dev', both('0', '0'))]);
    expect(billing(zeroes)).toBe('UNKNOWN');
    expect(served(zeroes, 'acme/m')).toEqual([]);
  });

  it('by the first source that states it leaves out rows of those that bill otherwise', () => {
    const plan = reading('models-dev', [stated('acme/m', { billing: 'PLAN' })]);
    const catalogue = build([plan, says('litellm', both('1', '2'))]);
    expect(billing(catalogue)).toBe('PLAN');
    expect(served(catalogue, 'acme/m')).toEqual([]);
  });
});

describe('what the shipped lists call plans', () => {
  it('has no price, and is not free', async () => {
    const catalogue = build([], { seed: await shippedSeed(), providers: [] });
    const plans = catalogue.offerings.filter(({ billing: how }) => how === 'PLAN');
    const providers = new Set(plans.map(({ providerId }) => providerId));
    expect([...providers]).toEqual(
      expect.arrayContaining([
        'github-copilot',
        'kimi-coding',
        'openai-codex',
        'opencode-go',
        'zai-coding-cn',
      ]),
    );
    expect(plans.filter(({ id }) => catalogue.pricesOf(id).length > 0)).toEqual([]);
  });
});

describe('a provider that names a model and an operator who says more of it', () => {
  const billing = (...declared: readonly DeclaredOffering[]) => {
    const catalogue = build([], { providers: [host('acme', { declared })] });
    return [catalogue.offering(asOfferingId('acme/m'))?.billing, served(catalogue, 'acme/m')];
  };
  const free: DeclaredOffering = { providerModelId: 'm', billing: 'FREE' };

  it('leave it free where the operator states no price', () => {
    const named: DeclaredOffering = { providerModelId: 'm', modelSlug: asModelSlug('meta/llama-4') };
    expect(billing(free, named)).toEqual(['FREE', []]);
    const catalogue = build([], { providers: [host('acme', { declared: [free, named] })] });
    expect(catalogue.offering(asOfferingId('acme/m'))?.modelSlug).toBe('meta/llama-4');
  });

  it('bill by what the operator states', () => {
    const prices = { input: new Decimal('7'), currency: 'USD' };
    expect(billing(free, { providerModelId: 'm', prices })).toEqual([
      'METERED',
      ['INPUT PLAIN 7 USD config'],
    ]);
    expect(billing(free, { providerModelId: 'm', billing: 'PLAN' })).toEqual(['PLAN', []]);
  });
});

describe('the seed', () => {
  it('alone prices at least 300 models at 30 providers', async () => {
    const catalogue = build([], { seed: await shippedSeed(), providers: [] });
    const priced = catalogue.offerings.filter(({ id }) => catalogue.pricesOf(id).length > 0);
    expect(new Set(priced.map(({ modelSlug }) => modelSlug)).size).toBeGreaterThanOrEqual(300);
    expect(new Set(priced.map(({ providerId }) => providerId)).size).toBeGreaterThanOrEqual(30);
  });
});
