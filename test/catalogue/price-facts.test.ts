import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import { listProviders } from '../../src/adapters/providers/configure-providers.ts';
import { buildCatalogue } from '../../src/catalogue/build-catalogue.ts';
import type { Catalogue } from '../../src/catalogue/catalogue.ts';
import { choosePrice, PRICE_KINDS, type PriceKind } from '../../src/catalogue/choose-price.ts';
import type { ServiceTier } from '../../src/domain/completion-request.ts';
import { perOf } from '../../src/domain/meters.ts';
import type { Offering } from '../../src/domain/model.ts';
import { Decimal } from '../../src/domain/money.ts';
import type { MeterAttributes } from '../../src/domain/price.ts';
import { shippedSeed } from '../support/shipped.ts';

/**
 * Rates of much-used models, each with the lists or the page that state it and the day of what they say: those on which two
 * lists agree, and those of which one speaks. In US dollars unless `CNY` stands behind the offering, for as many units as
 * `perOf` says: 1,000,000 tokens or characters, 1,000 calls, one hour, one image. `batch.`, `flex.`, `priority.` and `fast.`
 * stand before rates of that tier; `@` and a number of tokens behind those of longer prompts; in braces, on what an image's
 * depends. `at` is when it holds, where that matters: announced changes are asked on both sides.
 */
type Fact = readonly [offering: string, kind: string, amount: string, sources: string, at?: string];

const facts: readonly Fact[] = JSON.parse(
  readFileSync(new URL('./price-facts.json', import.meta.url), 'utf8'),
);

const TIERS: { readonly [prefix: string]: ServiceTier } = {
  batch: 'BATCH',
  flex: 'FLEX',
  priority: 'PRIORITY',
  fast: 'FAST',
};

/** When what has no day of its own is asked: evening in Beijing. */
const NOON = '2026-11-30T12:00:00Z';

const isKind = (name: string): name is PriceKind => name in PRICE_KINDS;

/** Lists differ in case, and in whether Bedrock's ids end in the number of the package. */
const keyOf = (id: string): string => id.toLowerCase().replace(/^(bedrock\/.*?)(?:-v1)?(?::0)?$/, '$1');

type Shipped = { readonly catalogue: Catalogue; readonly byId: ReadonlyMap<string, Offering> };

/** What a server that starts at that moment knows. */
const shippedAt = async (readAt: string): Promise<Shipped> => {
  const catalogue = buildCatalogue({
    seed: await shippedSeed(),
    providers: await listProviders([], { secret: () => undefined, variable: () => undefined }),
    readings: [],
    readAt: new Date(readAt),
  });
  return { catalogue, byId: new Map(catalogue.offerings.map((offering) => [keyOf(offering.id), offering])) };
};

let shipped: Shipped;
beforeAll(async () => {
  shipped = await shippedAt(NOON);
});

const attributesIn = (list: string | undefined): MeterAttributes | undefined =>
  list === undefined
    ? undefined
    : Object.fromEntries(
        list.split(',').map((pair) => {
          const [name = '', value = ''] = pair.split('=');
          return [name, value];
        }),
      );

const rateOf = ({ catalogue, byId }: Shipped, subject: string, kind: string, at = NOON): string => {
  const [, id = '', attributes, currency = 'USD'] = /^([^{ ]+)(?:\{(.+)\})?(?: (CNY))?$/.exec(subject) ?? [];
  const [, tier, name = '', above] = /^(?:(\w+)\.)?(\w+)(?:@(\d+))?$/.exec(kind) ?? [];
  if (!isKind(name)) return `no kind of price: ${name}`;
  const offering = byId.get(keyOf(id));
  if (offering === undefined) return 'no offering';
  const chosen = choosePrice(offering, catalogue.pricesOf(offering.id), {
    kind: name,
    at: new Date(at),
    serviceTier: tier === undefined ? 'STANDARD' : (TIERS[tier] ?? 'STANDARD'),
    promptTokens: above === undefined ? 1 : Number(above) + 1,
    outputTokens: 1,
    currency,
    attributes: attributesIn(attributes),
  });
  if (chosen.kind === 'UNKNOWN') return chosen.code;
  return chosen.price.amount.times(perOf(PRICE_KINDS[name])).dividedBy(chosen.price.per).toString();
};

const wrongOf = (asked: Shipped, list: readonly Fact[]): readonly string[] =>
  list.flatMap(([id, kind, amount, sources, at]) => {
    const rate = rateOf(asked, id, kind, at);
    return rate === new Decimal(amount).toString()
      ? []
      : [`${id} ${kind} ${at ?? ''}: ${rate}, not ${amount} (${sources})`];
  });

describe('the shipped prices', () => {
  it('are those that public lists and pages state', () => {
    expect(wrongOf(shipped, facts)).toEqual([]);
    expect(facts.length).toBeGreaterThan(2_300);
  });

  it.each(['2026-12-01T00:00:00Z', '2027-01-01T00:00:00Z'])(
    'change when an announced change comes, %s, for a server that starts later too',
    async (day) => {
      const changed = facts.filter(([, , , , at]) => at === day);
      expect(changed.length).toBeGreaterThan(10);
      expect(wrongOf(await shippedAt(day.replace('T00', 'T12')), changed)).toEqual([]);
    },
  );

  it('leave out a tier that a page does not have', () => {
    expect(rateOf(shipped, 'openai/gpt-6.2-sol', 'flex.input')).toBe('TIER_UNPRICED');
    expect(rateOf(shipped, 'openai/gpt-6.2-astra', 'flex.output')).toBe('TIER_UNPRICED');
  });

  it('show both values where lists disagree', () => {
    // A list that states DeepSeek's rate of its peak hours as the only one, and the page that states both.
    const { catalogue } = shipped;
    const [input] = catalogue
      .pricesOf(
        catalogue.offerings.find(({ id }) => id === 'deepseek/deepseek-flash')?.id ?? expect.unreachable(),
      )
      .filter(
        ({ meter, conditions }) =>
          meter.direction === 'INPUT' && meter.tokenType === 'PLAIN' && conditions.timeWindow === undefined,
      );
    if (input === undefined) return expect.unreachable();
    const disagreement = catalogue.disagreementOf(input.id);
    expect([disagreement?.lowest.toString(), disagreement?.highest.toString()]).toEqual(['0.15', '0.3']);
    expect(catalogue.observationsOf(input).map(({ provenance }) => provenance.source)).toContain('pi-ai');
  });
});
