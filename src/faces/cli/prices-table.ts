import type { Catalogue } from '../../catalogue/catalogue.ts';
import { conditionWords } from '../../catalogue/condition-words.ts';
import type { PriceExplanation } from '../../catalogue/explain-price.ts';
import { currentPrices } from '../../catalogue/price-engine.ts';
import { lastSeenAt } from '../../catalogue/staleness.ts';
import type { OfferingId } from '../../domain/ids.ts';
import type { Offering } from '../../domain/model.ts';
import type { Meter, Price, PriceConditions } from '../../domain/price.ts';
import { refusalMessage } from '../../domain/refusal.ts';
import { age, day, money, tokens } from './figures.ts';
import { PLAIN_TERMINAL, type Terminal } from './terminal.ts';
import { type Column, textTable, wrapped } from './text-table.ts';

/** A rate that was served: both moments as far as is known. */
export type PastPrice = { readonly price: Price; readonly servedFrom?: Date; readonly servedTo?: Date };

/** What is printed of a name. */
export type PriceList = {
  readonly offerings: readonly Offering[];
  readonly prices: readonly Price[];
  /** By offering; absent: it was not asked for or could not be read. */
  readonly history?: readonly PastPrice[];
  /** By the id of the row; absent: it was not asked for. */
  readonly explanations?: ReadonlyMap<string, PriceExplanation>;
};

const words = (word: string): string => word.toLowerCase().replaceAll('_', ' ');

const meterText = ({ family, direction, modality, tokenType, attributes = {} }: Meter): string =>
  [
    ...(direction === 'NONE' ? [] : [words(direction)]),
    ...(modality === 'TEXT' || modality === 'NONE' ? [] : [words(modality)]),
    ...(tokenType === 'PLAIN' ? [] : [words(tokenType)]),
    words(family),
    ...Object.entries(attributes).map(([name, value]) => `${name}=${value}`),
  ].join(' ');

const conditionsText = (conditions: PriceConditions): string | undefined =>
  conditionWords(conditions)
    .map(({ text }) => text)
    .join(', ') || undefined;

/** `0.15 USD / 1M`. */
const rateText = ({ amount, currency, per }: Price): string =>
  `${money(amount)} ${currency}${per === 1 ? ' each' : ` / ${tokens(per)}`}`;

const seenAgo = ({ provenance }: Price, at: Date): string => {
  const seen = lastSeenAt(provenance).getTime();
  return age(Math.max(0, at.getTime() - seen) / 1_000);
};

const columnsAt = (at: Date): readonly Column<Price>[] => [
  { title: 'OFFERING', align: 'LEFT', cut: 'LAST', text: ({ offeringId }) => offeringId },
  { title: 'WHAT', align: 'LEFT', cut: 'FIRST', text: ({ meter }) => meterText(meter) },
  { title: 'RATE', align: 'RIGHT', style: 'COST', text: rateText },
  {
    title: 'WHEN',
    align: 'LEFT',
    text: ({ conditions, serviceTier }) =>
      [...(serviceTier === 'STANDARD' ? [] : [words(serviceTier)]), conditionsText(conditions) ?? '']
        .filter((each) => each !== '')
        .join(', ') || undefined,
    cut: 'FIRST',
  },
  { title: 'FROM', align: 'LEFT', dropOrder: 1, text: ({ provenance }) => provenance.source },
  { title: 'AGE', align: 'RIGHT', style: 'DIM', dropOrder: 2, text: (price) => seenAgo(price, at) },
];

const HISTORY_COLUMNS: readonly Column<PastPrice>[] = [
  { title: 'OFFERING', align: 'LEFT', cut: 'LAST', text: ({ price }) => price.offeringId },
  { title: 'WHAT', align: 'LEFT', cut: 'FIRST', text: ({ price }) => meterText(price.meter) },
  { title: 'RATE', align: 'RIGHT', text: ({ price }) => rateText(price) },
  { title: 'SERVED FROM', align: 'LEFT', text: ({ servedFrom }) => servedFrom && day(servedFrom) },
  { title: 'TO', align: 'LEFT', text: ({ servedTo }) => servedTo && day(servedTo) },
  { title: 'FROM', align: 'LEFT', cut: 'FIRST', text: ({ price }) => price.provenance.source },
];

/** What can be called first, then what the lab itself serves. */
const foremost = (catalogue: Catalogue, offerings: readonly Offering[]): readonly Offering[] => {
  const placeOf = (offering: Offering): number => {
    if (catalogue.isOn(offering)) return 0;
    return catalogue.model(offering.modelSlug)?.lab === String(offering.providerId) ? 1 : 2;
  };
  return offerings.toSorted((one, other) => placeOf(one) - placeOf(other));
};

/** The offerings that a name means, whether or not they are on, or why it means none. */
export const offeringsNamed = (catalogue: Catalogue, name: string): readonly Offering[] | string => {
  const found = catalogue.resolve(name);
  switch (found.kind) {
    case 'OFFERING':
      // A name that is a slug as well means the model, whoever serves it.
      return found.model.slug.toLowerCase() === name.toLowerCase()
        ? foremost(catalogue, catalogue.offeringsOf(found.model.slug))
        : [found.offering];
    case 'MODEL':
      return foremost(catalogue, catalogue.offeringsOf(found.model.slug));
    case 'AMBIGUOUS':
      return refusalMessage({ code: 'AMBIGUOUS_MODEL', name, candidates: found.candidates });
    case 'UNKNOWN':
      return refusalMessage({ code: 'UNKNOWN_MODEL', name, suggestions: found.suggestions() });
  }
};

/** Rows of these offerings: those in force at `at`, or all. */
export const pricesOf = (
  catalogue: Catalogue,
  offerings: readonly { readonly id: OfferingId }[],
  all: boolean,
  at: Date,
): readonly Price[] =>
  offerings.flatMap(({ id }) => {
    const rows = catalogue.pricesOf(id);
    return all ? rows : currentPrices(rows, at);
  });

const explanationLines = (
  prices: readonly Price[],
  explanations: ReadonlyMap<string, PriceExplanation>,
  terminal: Terminal,
): readonly string[] =>
  prices.flatMap((price) => {
    const text = explanations.get(price.id)?.text;
    return text === undefined
      ? []
      : ['', ...wrapped(`${price.offeringId}, ${meterText(price.meter)}: ${text}`, terminal)];
  });

/** How a list of prices is shown. */
export type PriceListView = {
  readonly at: Date;
  /** Rows, of the rates and of the history. */
  readonly limit: number;
  readonly notes: readonly string[];
  readonly terminal?: Terminal;
};

const moreText = (all: readonly unknown[], limit: number, what: string): readonly string[] =>
  all.length > limit
    ? [`… and ${all.length - limit} more ${what}: --limit ${all.length} shows all of them.`]
    : [];

export const pricesTable = (
  { offerings, prices, history, explanations }: PriceList,
  { at, limit, notes, terminal = PLAIN_TERMINAL }: PriceListView,
): string => {
  const priced = new Set(prices.map(({ offeringId }) => offeringId));
  const unpriced = offerings.filter(({ id }) => !priced.has(id));
  const shown = prices.slice(0, limit);
  const table =
    prices.length === 0 ? ['No source states a price for it.'] : textTable(columnsAt(at), shown, terminal);
  return `${[
    ...table,
    ...moreText(prices, limit, 'rates'),
    ...(explanations === undefined ? [] : explanationLines(shown, explanations, terminal)),
    ...(history === undefined
      ? []
      : [
          '',
          ...(history.length === 0
            ? ['The store has no history of it yet.']
            : textTable(HISTORY_COLUMNS, history.slice(0, limit), terminal)),
          ...moreText(history, limit, 'rates that were served'),
        ]),
    '',
    ...(unpriced.length === 0 || prices.length === 0
      ? []
      : wrapped(
          `Without a price: ${unpriced.map(({ id, billing }) => `${id} (${words(billing)})`).join(', ')}.`,
          terminal,
        )),
    ...notes.flatMap((line) => wrapped(line, terminal)),
  ].join('\n')}\n`;
};

const explanationJson = ({
  at,
  applies,
  basis,
  derivation,
  conditions,
  chosenOver,
  warnings,
  text,
}: PriceExplanation) => ({
  at: at.toISOString(),
  applies,
  basis,
  ...(derivation !== undefined && {
    derivation: {
      ruleId: derivation.ruleId,
      rule: derivation.rule,
      factor: derivation.factor.toFixed(),
      base: { ...derivation.base, amount: derivation.base.amount.toFixed() },
    },
  }),
  conditions,
  chosenOver: chosenOver.map(({ amount, provenance, quarantined, reason }) => ({
    amount: amount.toFixed(),
    source: provenance.source,
    sourceUrl: provenance.sourceUrl,
    quarantined,
    reason,
  })),
  warnings,
  text,
});

const priceJson = (price: Price, explanation?: PriceExplanation) => ({
  id: price.id,
  offering: price.offeringId,
  meter: price.meter,
  amount: price.amount.toFixed(),
  per: price.per,
  currency: price.currency,
  serviceTier: price.serviceTier,
  conditions: price.conditions,
  tierMode: price.tierMode,
  billing: price.billing,
  effectiveFrom: price.effectiveFrom?.toISOString(),
  effectiveTo: price.effectiveTo?.toISOString(),
  source: price.provenance.source,
  sourceUrl: price.provenance.sourceUrl,
  observedAt: price.provenance.observedAt.toISOString(),
  checkedAt: price.provenance.checkedAt?.toISOString(),
  ...(explanation !== undefined && { explanation: explanationJson(explanation) }),
});

/** The same for programs: amounts are decimal text with all digits; what is not known is absent. */
export const pricesJson = (
  { offerings, prices, history, explanations }: PriceList,
  limit: number,
  notes: readonly string[],
): string =>
  `${JSON.stringify(
    {
      notes,
      offerings: offerings.map(({ id, modelSlug, join, billing }) => ({
        id,
        model: modelSlug,
        join,
        billing,
      })),
      prices: prices.slice(0, limit).map((price) => priceJson(price, explanations?.get(price.id))),
      ...(history !== undefined && {
        history: history.slice(0, limit).map(({ price, servedFrom, servedTo }) => ({
          ...priceJson(price),
          servedFrom: servedFrom?.toISOString(),
          servedTo: servedTo?.toISOString(),
        })),
      }),
    },
    null,
    2,
  )}\n`;
