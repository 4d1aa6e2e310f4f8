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
 * `perOf` says: 1,000,000 tokens or characters, 1,000 calls, one hour, one image. `batch.`, `flex.` and `priority.` stand
 * before rates of that tier; `@` and a number of tokens behind those of longer prompts; in braces, on what an image's depends.
 */
type Fact = readonly [offering: string, kind: string, amount: string, sources: string];

const facts: readonly Fact[] = JSON.parse(
  readFileSync(new URL('./price-facts.json', import.meta.url), 'utf8'),
);

const TIERS: { readonly [prefix: string]: ServiceTier } = {
  batch: 'BATCH',
  flex: 'FLEX',
  priority: 'PRIORITY',
};

const isKind = (name: string): name is PriceKind => name in PRICE_KINDS;

/** Lists differ in case, and in whether Bedrock's ids end in the number of the package. */
const keyOf = (id: string): string => id.toLowerCase().replace(/^(bedrock\/.*?)(?:-v1)?(?::0)?$/, '$1');

let catalogue: Catalogue;
let byId: ReadonlyMap<string, Offering>;
beforeAll(async () => {
  catalogue = buildCatalogue({
    seed: await shippedSeed(),
    providers: await listProviders([], { secret: () => undefined, variable: () => undefined }),
    readings: [],
    readAt: new Date('2026-11-30T12:00:00Z'),
  });
  byId = new Map(catalogue.offerings.map((offering) => [keyOf(offering.id), offering]));
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

const rateOf = (subject: string, kind: string): string => {
  const [, id = '', attributes, currency = 'USD'] = /^([^{ ]+)(?:\{(.+)\})?(?: (CNY))?$/.exec(subject) ?? [];
  const [, tier, name = '', above] = /^(?:(\w+)\.)?(\w+)(?:@(\d+))?$/.exec(kind) ?? [];
  if (!isKind(name)) return `no kind of price: ${name}`;
  const offering = byId.get(keyOf(id));
  if (offering === undefined) return 'no offering';
  const chosen = choosePrice(offering, catalogue.pricesOf(offering.id), {
    kind: name,
    at: new Date('2026-11-30T12:00:00Z'),
    serviceTier: tier === undefined ? 'STANDARD' : (TIERS[tier] ?? 'STANDARD'),
    promptTokens: above === undefined ? 1 : Number(above) + 1,
    outputTokens: 1,
    currency,
    attributes: attributesIn(attributes),
  });
  if (chosen.kind === 'UNKNOWN') return chosen.code;
  return chosen.price.amount.times(perOf(PRICE_KINDS[name])).dividedBy(chosen.price.per).toString();
};

describe('the shipped prices', () => {
  it('are those that public lists and pages state', () => {
    const wrong = facts.flatMap(([id, kind, amount, sources]) => {
      const rate = rateOf(id, kind);
      return rate === new Decimal(amount).toString()
        ? []
        : [`${id} ${kind}: ${rate}, not ${amount} (${sources})`];
    });
    expect(wrong).toEqual([]);
    expect(facts.length).toBeGreaterThan(2_050);
  });

  it('show both values where lists disagree', () => {
    // A list that states DeepSeek's rate of its peak hours as the only one, and the page that states both.
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
