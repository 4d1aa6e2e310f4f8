import { choosePrice } from '../../../catalogue/choose-price.ts';
import { isCurrency } from '../../../catalogue/filter/filter-problem.ts';
import { upcomingChanges, upcomingPrices } from '../../../catalogue/history/upcoming.ts';
import { currentPrices } from '../../../catalogue/price-engine.ts';
import type { HistoricPrice } from '../../../catalogue/price-history.ts';
import type { OfferingId } from '../../../domain/ids.ts';
import type { Currency } from '../../../domain/money.ts';
import type { MeterAttributes, Price } from '../../../domain/price.ts';
import { isRegionWord, isSameRegion } from '../../../domain/region.ts';
import type { Loaders } from '../context.ts';
import { entity } from '../entity.ts';
import { invalidInput } from '../errors.ts';
import { STORED_WEIGHT, WEIGHT_OF_PAST, weight } from '../field-weight.ts';
import { pageOfStore } from '../page.ts';
import { present } from '../present.ts';
import { ModelRef, OfferingRef, PriceRef, ProvenanceRef, ProviderRef } from '../refs.ts';
import { BreakerStatusRef } from './breaker-status.ts';
import { BillingEnum, ModelJoinEnum, ServiceTierEnum } from './enums.ts';
import { ModelFactsRef } from './facts.ts';
import { OfferingWindowRef, StatWindowEnum } from './offering-window.ts';
import { PerfStatRef } from './perf-stat.ts';
import { HistoricPriceConnection, HistoricPriceRef, PriceChangeRef } from './price-change.ts';
import { PriceKindEnum, PriceResultUnion } from './price-explanation.ts';
import { RateLimitStateRef } from './rate-limit.ts';

/** An offering has about so many rates. */
const ROWS = 4;

OfferingRef.implement({
  description:
    'A model as served by one provider, at its own price. The id is `provider/providerModelId`; every `model` input takes it.',
  extensions: entity({ id: (id, context) => OfferingRef.getDataloader(context).load(id) }),
  interfaces: [ModelFactsRef],
  fields: (t) => ({
    provider: t.field({
      type: ProviderRef,
      description: 'Who serves it.',
      resolve: (offering) => offering.providerId,
    }),
    model: t.field({
      type: ModelRef,
      description: 'What it serves.',
      resolve: (offering) => offering.modelSlug,
    }),
    providerModelId: t.exposeString('providerModelId', {
      description: 'The name that the provider uses in its API.',
    }),
    join: t.expose('join', {
      type: ModelJoinEnum,
      description: 'How it is known that it serves this model.',
    }),
    joinReason: t.exposeString('joinReason', {
      description:
        'Why it is matched to this model: the source that states it, or the rules by which its id was read. For UNJOINED, why no model was found.',
    }),
    billing: t.expose('billing', { type: BillingEnum, description: 'How it is charged for.' }),
    on: t.boolean({
      description: 'Whether this server can call it.',
      resolve: (offering, _args, { catalogue }) => catalogue.current().isOn(offering),
    }),
    listed: t.boolean({
      description:
        'Whether a source or the configuration lists it. false: a request named it and its provider got the name as it is; its price, limits and capabilities are unknown.',
      resolve: ({ unlisted }) => unlisted === undefined,
    }),
    pricedAs: t.field({
      type: OfferingRef,
      nullable: true,
      description:
        'The offering of the same provider whose rates it has, as no source states any for its own name: a declared deployment has those of its model, a fine-tuned model those of its base. null for all others.',
      resolve: ({ pricedAs }) => pricedAs,
    }),
    region: t.string({
      nullable: true,
      description: 'Where it is served from; null if not stated.',
      resolve: (offering) => offering.region,
    }),
    contextWindow: t.int({
      nullable: true,
      description: 'Largest prompt plus answer in tokens here; null if unknown.',
      resolve: (offering) => offering.limits.contextWindow,
    }),
    deprecated: t.exposeBoolean('deprecated', {
      description: 'Whether the source calls it deprecated here.',
    }),
    rateLimits: t.field({
      type: RateLimitStateRef,
      nullable: true,
      description:
        "What is left of the provider's limits for this offering, read from its answers to this node; null if it has said nothing yet. Of the operation that `breaker` is of.",
      resolve: (offering, _args, { gateway }) => gateway.health.statusOf(offering.id).limits,
    }),
    provenance: t.expose('provenance', { type: ProvenanceRef, description: 'Where these facts come from.' }),
    prices: t.field({
      type: [PriceRef],
      extensions: weight((args, below) => 6 + (args.at == null ? 0 : WEIGHT_OF_PAST) + ROWS * below()),
      description:
        'Its price rows in force at a moment, tiers and windows included. A past moment is answered as this server knew it then; one before its first record, by the dates of the rows of that record. Empty means unknown or free: see `billing`.',
      args: {
        at: t.arg({ type: 'DateTime', description: 'The moment; now if not given.' }),
        all: t.arg.boolean({
          defaultValue: false,
          description: 'true: every dated row, past and future ones too.',
        }),
      },
      resolve: async (offering, { at, all }, { loaders, now }) => {
        const rows = all
          ? await loaders.pricesOfOffering.load(offering.id)
          : await pricesAt(offering.id, at ?? undefined, loaders, now());
        return at == null ? [...rows] : rows.map((row) => ({ ...row, askedAt: at }));
      },
    }),
    price: t.field({
      type: PriceResultUnion,
      extensions: weight((args, below) => 6 + (args.at == null ? 0 : WEIGHT_OF_PAST) + below()),
      description:
        'The one row that prices one kind of usage of a request at a moment, as a bill would; or why none does. A past moment is answered as `prices` does.',
      args: {
        at: t.arg({ type: 'DateTime', description: 'The moment; now if not given.' }),
        kind: t.arg({
          type: PriceKindEnum,
          required: true,
          defaultValue: 'input',
          description: 'What is used.',
        }),
        serviceTier: t.arg({
          type: ServiceTierEnum,
          required: true,
          defaultValue: 'STANDARD',
          description: 'How the request is served.',
        }),
        promptTokens: t.arg({
          type: 'NonNegativeInt',
          required: true,
          defaultValue: 1,
          description: 'All input tokens of the request.',
        }),
        outputTokens: t.arg({
          type: 'NonNegativeInt',
          required: true,
          defaultValue: 1,
          description: 'All output tokens of the request.',
        }),
        thinking: t.arg.boolean({
          description: 'Whether the model is let think; if not given, only for REASONING.',
        }),
        region: t.arg.string({
          description:
            "The region that serves the request, in any case: a country's code, an area such as `EU`, or a cloud's word such as `eu-central-1`; a rate for an area holds for all that lies in it. If not given, the offering's own.",
        }),
        attributes: t.arg({
          type: 'JSONObject',
          description:
            'What the rate depends on besides, texts by name in lower case, e.g. `{"quality": "high", "size": "1024x1024"}`.',
        }),
        currency: t.arg.string({
          description: 'ISO 4217 code, in any case; if not given, that of the first row.',
        }),
      },
      resolve: async (offering, { at, attributes, currency, region, ...asked }, { loaders, now }) => {
        const { kind, serviceTier, promptTokens, outputTokens, ...rest } = asked;
        const rows = await pricesAt(offering.id, at ?? undefined, loaders, now());
        const chosen = choosePrice(offering, rows, {
          ...{ kind, serviceTier, promptTokens, outputTokens },
          ...present(rest),
          currency: currency == null ? undefined : currencyIn(currency),
          region: region == null ? undefined : regionIn(region, rows),
          at: at ?? now(),
          attributes: textsIn(attributes ?? {}),
        });
        if (chosen.kind !== 'PRICE') return chosen;
        return at == null ? chosen.price : { ...chosen.price, askedAt: at };
      },
    }),
    upcomingPrices: t.field({
      type: [PriceRef],
      description:
        'Its price rows that are announced: those whose `effectiveFrom` is yet to come, the next first.',
      resolve: async (offering, _args, { loaders, now }) =>
        upcomingPrices(await loaders.pricesOfOffering.load(offering.id), now()),
    }),
    upcomingPriceChanges: t.field({
      type: [PriceChangeRef],
      description:
        'What becomes of its rates by dates that sources state, the next first: `at` is when. Each is sent by the subscription `priceChanges` and listed by the query once it happens.',
      resolve: async (offering, _args, { loaders, now }) =>
        upcomingChanges(offering, await loaders.pricesOfOffering.load(offering.id), now()),
    }),
    priceHistory: t.connection(
      {
        type: HistoricPriceRef,
        extensions: STORED_WEIGHT,
        description:
          'Every rate that this server listed, from its own record: those that are listed now, then those that ended last. A rate whose `effectiveFrom` is yet to come is listed from the moment on at which its source states it. Read forwards.',
        resolve: (offering, args, { priceHistory }) =>
          pageOfStore(
            args,
            (historic: HistoricPrice) => historic.id,
            (page) => priceHistory.historyOf(offering.id, page),
          ),
      },
      HistoricPriceConnection,
    ),
    stats: t.field({
      type: OfferingWindowRef,
      extensions: weight(4),
      description:
        "Its statistics in this server's own traffic over a window: counts, shares and percentiles. Of all operations but counts of tokens.",
      args: {
        window: t.arg({
          type: StatWindowEnum,
          required: true,
          defaultValue: 'FIVE_MINUTES',
          description: 'Which time up to now.',
        }),
      },
      resolve: (offering, { window }, { gateway }) => gateway.stats.window(offering.id, window),
    }),
    breaker: t.field({
      type: BreakerStatusRef,
      description:
        'Whether calls are let through to it, by the default rules; where no route goes by these, by rules that leave it alone. Each operation has a breaker of its own: this is that of completions where the offering is for these, else of the operation that it is for.',
      resolve: (offering, _args, { gateway }) => gateway.health.statusOf(offering.id),
    }),
    performance: t.field({
      type: [PerfStatRef],
      description:
        "How it was measured: by this server's own traffic of the last minutes first, then by other sources, newest first.",
      resolve: (offering, _args, { catalogue, gateway }) => [
        ...gateway.stats.of(offering.id),
        ...catalogue.current().performanceOf(offering.id),
      ],
    }),
  }),
});

/** The members of a JSON object that are texts or numbers, as attributes of meters are written. */
const textsIn = (attributes: { readonly [name: string]: unknown }): MeterAttributes =>
  Object.fromEntries(
    Object.entries(attributes).flatMap(([name, value]) =>
      typeof value === 'string' || typeof value === 'number'
        ? [[name.toLowerCase(), String(value).toLowerCase()]]
        : [],
    ),
  );

const MAX_SHOWN = 20;

const currencyIn = (text: string): Currency => {
  const currency = text.toUpperCase();
  if (isCurrency(currency)) return currency;
  throw invalidInput(
    'currency',
    `takes an ISO 4217 code, e.g. USD or CNY; got "${text.slice(0, MAX_SHOWN)}".`,
  );
};

/** A word that a row names is known, whatever its form. */
const regionIn = (text: string, rows: readonly Price[]): string => {
  const isNamed = rows.some(
    ({ conditions: { region } }) => region !== undefined && isSameRegion(region, text),
  );
  if (isNamed || isRegionWord(text)) return text;
  throw invalidInput(
    'region',
    `takes a country's code, an area or a cloud's region, e.g. DE, EU or us-east-1; got "${text.slice(0, MAX_SHOWN)}".`,
  );
};

/** Rows in force: of now from the catalogue, of the past from the record. */
const pricesAt = async (
  id: OfferingId,
  at: Date | undefined,
  loaders: Loaders,
  now: Date,
): Promise<readonly Price[]> =>
  at === undefined || at >= now
    ? currentPrices(await loaders.pricesOfOffering.load(id), at ?? now)
    : loaders.pricesAt.load({ id, at });
