import type { ServiceTier } from '../../domain/completion-request.ts';
import { keepResults } from '../../domain/keep-results.ts';
import { METERS, perOf } from '../../domain/meters.ts';
import type { Billing, Capability, Limits } from '../../domain/model.ts';
import type { Meter, Modality, PriceConditions, RowBilling, TimeWindow } from '../../domain/price.ts';
import type {
  DatedReading,
  SourceFacts,
  SourceOffering,
  SourcePrice,
  SourceScores,
} from '../../ports/catalogue-source.ts';

/** A file of `seed-data`: what one list says, in our words, as short as it can be said. */
export type ShippedList = {
  /** Id of the source in provenances, e.g. `pi-ai`. */
  readonly source: string;
  readonly name: string;
  readonly version: string;
  /** ISO 8601. */
  readonly publishedAt: string;
  /** Day on which its author compared it with the providers' pages, unless a row says another; absent: the day of publication. */
  readonly checkedAt?: string;
  /** SPDX expression. */
  readonly licence: string;
  /** Words that the licence asks to be shown. */
  readonly attribution?: string;
  readonly pageUrl: string;
  readonly providers: readonly ShippedProvider[];
  readonly models?: readonly ShippedModel[];
};

export type ShippedProvider = {
  readonly id: string;
  readonly name?: string;
  readonly baseUrl?: string;
  readonly docsUrl?: string;
  /** Of its rows, unless they say another; absent: USD. */
  readonly currency?: string;
  /** Page that states its rows, unless they say another. */
  readonly url?: string;
  readonly checkedAt?: string;
  /** The lab of its models. */
  readonly lab?: string;
  /** What each of its offerings can do, besides what the offering says. */
  readonly capabilities?: readonly Capability[];
  readonly billing?: Billing;
  readonly offerings: readonly ShippedOffering[];
};

export type ShippedFacts = Limits & {
  readonly inputs?: readonly Modality[];
  readonly outputs?: readonly Modality[];
  readonly capabilities?: readonly Capability[];
  readonly lacks?: readonly Capability[];
  /** `YYYY-MM-DD`. */
  readonly released?: string;
  /** `2025`, `2025-04` or `2025-04-30`. */
  readonly cutoff?: string;
  /** `YYYY-MM-DD`. */
  readonly retires?: string;
  readonly openWeights?: boolean;
  /** Of the weights; see `ModelFacts`. */
  readonly licence?: string;
  readonly deprecated?: boolean;
};

export type ShippedOffering = ShippedFacts & {
  /** The name that the provider's API takes. */
  readonly id: string;
  readonly name?: string;
  /** `lab/model`, if the list itself says which model it is. */
  readonly model?: string;
  readonly huggingFaceId?: string;
  readonly region?: string;
  readonly billing?: Billing;
  readonly url?: string;
  readonly prices?: readonly ShippedPrices[];
};

/** Rates of one offering that apply under the same conditions. */
export type ShippedPrices = {
  readonly tier?: ServiceTier;
  /** From, inclusive, and to, exclusive. */
  readonly promptTokens?: readonly [number, number?];
  readonly outputTokens?: readonly [number, number?];
  readonly thinking?: boolean;
  readonly timeWindow?: TimeWindow;
  readonly region?: string;
  readonly currency?: string;
  readonly billing?: RowBilling;
  /** ISO 8601. */
  readonly effectiveFrom?: string;
  readonly effectiveTo?: string;
  readonly checkedAt?: string;
  readonly url?: string;
  /**
   * Decimal text by the word of the meter: a name of METERS, and attributes behind it, e.g. `input`,
   * `images{quality=high,size=1024x1024}`, `toolCalls{tool=web_search}`. For as many units as `perOf` says.
   */
  readonly rates: { readonly [meter: string]: string };
};

/** Facts of a model, whoever serves it. It names none: which models there are is what offerings and labs' lists say. */
export type ShippedModel = ShippedFacts & {
  /** `lab/model`. */
  readonly slug: string;
  readonly name?: string;
  readonly huggingFaceId?: string;
  readonly url?: string;
};

const meters = new Map<string, Meter>(Object.entries(METERS));

/** The meter that a word means. Throws for a word that means none: files of `seed-data` are ours. */
export const meterOfWord = (word: string): Meter => {
  const known = meters.get(word);
  if (known !== undefined) return known;
  const [, name = '', list = ''] = /^(\w+)\{(.+)\}$/.exec(word) ?? [];
  const plain = meters.get(name);
  if (plain === undefined) throw new Error(`no meter is called "${word}"`);
  const attributes = Object.fromEntries(
    list.split(',').map((pair) => {
      const [key = '', value = ''] = pair.split('=');
      return [key, value];
    }),
  );
  const meter: Meter = { ...plain, attributes };
  meters.set(word, meter);
  return meter;
};

const rangeOf = ([from, to]: readonly [number, number?]): { from: number; to?: number } =>
  to === undefined ? { from } : { from, to };

const ALWAYS: PriceConditions = {};

const conditionsOf = ({
  promptTokens,
  outputTokens,
  thinking,
  timeWindow,
  region,
}: ShippedPrices): PriceConditions =>
  (promptTokens ?? outputTokens ?? thinking ?? timeWindow ?? region) === undefined
    ? ALWAYS
    : {
        ...(promptTokens === undefined ? {} : { promptTokens: rangeOf(promptTokens) }),
        ...(outputTokens === undefined ? {} : { outputTokens: rangeOf(outputTokens) }),
        ...(thinking === undefined ? {} : { thinking }),
        ...(timeWindow === undefined ? {} : { timeWindow }),
        ...(region === undefined ? {} : { region }),
      };

/** The same text for the same day, whatever list states it. */
const moment = keepResults((day) => (day.length === 10 ? `${day}T00:00:00.000Z` : day));

const rowsOf = (stated: ShippedPrices, provider: ShippedProvider): readonly SourcePrice[] => {
  const { tier, rates } = stated;
  const checkedAt = stated.checkedAt ?? provider.checkedAt;
  const checked = checkedAt === undefined ? undefined : moment(checkedAt);
  const conditions = conditionsOf(stated);
  const currency = stated.currency ?? provider.currency ?? 'USD';
  const effectiveFrom = stated.effectiveFrom === undefined ? undefined : moment(stated.effectiveFrom);
  const effectiveTo = stated.effectiveTo === undefined ? undefined : moment(stated.effectiveTo);
  return Object.entries(rates).map(([word, amount]): SourcePrice => {
    const meter = meterOfWord(word);
    const row: { -readonly [Name in keyof SourcePrice]: SourcePrice[Name] } = {
      meter,
      amount,
      per: perOf(meter),
      currency,
      serviceTier: tier ?? 'STANDARD',
      conditions,
      tierMode: 'CLIFF',
      billing: stated.billing ?? 'METERED',
    };
    if (effectiveFrom !== undefined) row.effectiveFrom = effectiveFrom;
    if (effectiveTo !== undefined) row.effectiveTo = effectiveTo;
    if (stated.url !== undefined) row.sourceUrl = stated.url;
    if (checked !== undefined) row.checkedAt = checked;
    return row;
  });
};

const factsOf = (stated: ShippedFacts, capabilities: readonly Capability[] | undefined): SourceFacts => {
  const { contextWindow, maxInputTokens, maxOutputTokens } = stated;
  return {
    limits: {
      ...(contextWindow === undefined ? {} : { contextWindow }),
      ...(maxInputTokens === undefined ? {} : { maxInputTokens }),
      ...(maxOutputTokens === undefined ? {} : { maxOutputTokens }),
    },
    ...(stated.inputs === undefined ? {} : { inputModalities: stated.inputs }),
    ...(stated.outputs === undefined ? {} : { outputModalities: stated.outputs }),
    capabilities: [...(capabilities ?? []), ...(stated.capabilities ?? [])],
    lacks: stated.lacks ?? [],
    ...(stated.released === undefined ? {} : { releaseDate: moment(stated.released) }),
    ...(stated.cutoff === undefined ? {} : { knowledgeCutoff: stated.cutoff }),
    ...(stated.retires === undefined ? {} : { retiresAt: moment(stated.retires) }),
    ...(stated.openWeights === undefined ? {} : { openWeights: stated.openWeights }),
    ...(stated.licence === undefined ? {} : { licence: stated.licence }),
    ...(stated.deprecated === undefined ? {} : { deprecated: stated.deprecated }),
  };
};

const offeringOf = (stated: ShippedOffering, provider: ShippedProvider): SourceOffering => {
  const billing = stated.billing ?? provider.billing;
  const url = stated.url ?? provider.url;
  return {
    providerId: provider.id,
    providerModelId: stated.id,
    ...(stated.name === undefined ? {} : { name: stated.name }),
    identity: {
      ...(stated.model === undefined ? {} : { slug: stated.model }),
      ...(stated.huggingFaceId === undefined ? {} : { huggingFaceId: stated.huggingFaceId }),
      ...(provider.lab === undefined ? {} : { lab: provider.lab, name: stated.id }),
    },
    facts: factsOf(stated, provider.capabilities),
    ...(stated.region === undefined ? {} : { region: stated.region }),
    ...(billing === undefined ? {} : { billing }),
    prices: (stated.prices ?? []).flatMap((prices) => rowsOf(prices, provider)),
    performance: [],
    ...(url === undefined ? {} : { sourceUrl: url }),
  };
};

const statedOf = (stated: ShippedModel): SourceScores => ({
  identity: {
    slug: stated.slug,
    ...(stated.huggingFaceId === undefined ? {} : { huggingFaceId: stated.huggingFaceId }),
  },
  quality: [],
  facts: factsOf(stated, undefined),
  ...(stated.name === undefined ? {} : { displayName: stated.name }),
  ...(stated.url === undefined ? {} : { sourceUrl: stated.url }),
});

/** What a file of `seed-data` says, in the form of sources that are read live. */
export const readShippedList = (list: ShippedList): DatedReading => {
  const { source, name, version, licence, attribution, pageUrl } = list;
  const publishedAt = new Date(list.publishedAt);
  return {
    sourceId: source,
    sourceUrl: pageUrl,
    observedAt: publishedAt,
    checkedAt: list.checkedAt === undefined ? publishedAt : new Date(moment(list.checkedAt)),
    edition: { name, version, licence, pageUrl, ...(attribution === undefined ? {} : { attribution }) },
    reading: {
      providers: list.providers.map((provider) => ({
        providerId: provider.id,
        ...(provider.name === undefined ? {} : { name: provider.name }),
        ...(provider.docsUrl === undefined ? {} : { docsUrl: provider.docsUrl }),
        ...(provider.baseUrl === undefined ? {} : { baseUrl: provider.baseUrl }),
      })),
      models: [],
      offerings: list.providers.flatMap((provider) =>
        provider.offerings.map((offering) => offeringOf(offering, provider)),
      ),
      scores: (list.models ?? []).map(statedOf),
      fx: [],
      problems: [],
    },
  };
};
