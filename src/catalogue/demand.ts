import type { Meter, MeterAttributes } from '../domain/price.ts';
import { USAGE_KINDS, type Usage, type UsageKind } from '../domain/usage.ts';
import { METER_OF_USAGE, REQUEST_METER } from './meter.ts';
import { rateKey } from './tariff.ts';

/** What was used of one kind. */
export type Demand = {
  readonly meter: Meter;
  readonly quantity: number;
  /** For tokens: where they begin in the prompt or in the answer, counted from 1. */
  readonly first: number;
  /** What rows are looked up by, in turn: the next one where the one before has no rows in force. */
  readonly rates: readonly string[];
  readonly attributes?: MeterAttributes;
};

/** Order of tokens: caches hold the beginning of a prompt, thinking comes before the answer. Only graduated tiers depend on it. */
const PROMPT_ORDER = [
  'cacheRead',
  'imageCacheRead',
  'audioCacheRead',
  'cacheWrite1h',
  'cacheWrite5m',
  'input',
  'imageInput',
  'audioInput',
] as const satisfies readonly UsageKind[];
const ANSWER_ORDER = [
  'reasoning',
  'output',
  'imageOutput',
  'audioOutput',
] as const satisfies readonly UsageKind[];

/** Rows that price a kind of usage for want of rows of its own. */
export const SUBSTITUTES: { readonly [Kind in UsageKind]?: Meter } = {
  reasoning: METER_OF_USAGE.output,
  audioCacheRead: METER_OF_USAGE.cacheRead,
  imageCacheRead: METER_OF_USAGE.cacheRead,
  seconds: { ...METER_OF_USAGE.seconds, direction: 'NONE' },
  characters: { ...METER_OF_USAGE.characters, direction: 'NONE' },
};

/** What is made, of which a request says quality, size and the like. */
const MADE: ReadonlySet<UsageKind> = new Set<UsageKind>(['images', 'imageOutput', 'seconds']);

const ratesOf = (kind: UsageKind): readonly string[] => {
  const substitute = SUBSTITUTES[kind];
  const own = rateKey(METER_OF_USAGE[kind]);
  return substitute === undefined ? [own] : [own, rateKey(substitute)];
};

const KINDS = USAGE_KINDS.map((kind) => ({
  kind,
  meter: METER_OF_USAGE[kind],
  rates: ratesOf(kind),
  isMade: MADE.has(kind),
  before: orderOf(kind, PROMPT_ORDER) ?? orderOf(kind, ANSWER_ORDER) ?? [],
}));

/** The kinds that come before one in an order that has it. */
function orderOf(kind: UsageKind, order: readonly UsageKind[]): readonly UsageKind[] | undefined {
  const place = order.indexOf(kind);
  return place === -1 ? undefined : order.slice(0, place);
}

/** In the order of the kinds of usage; what was not used is left out. */
export const demandsOf = (usage: Usage, attributes: MeterAttributes | undefined): Demand[] => {
  const demands: Demand[] = [];
  for (const { kind, meter, rates, isMade, before } of KINDS) {
    const quantity = usage[kind];
    if (quantity <= 0) continue;
    let first = 1;
    for (const earlier of before) first += usage[earlier];
    demands.push(
      isMade && attributes !== undefined
        ? { meter, quantity, first, rates, attributes }
        : { meter, quantity, first, rates },
    );
  }
  return demands;
};

/** What was used besides the usual kinds, by its own attributes. */
export const demandOfExtra = ({ meter, quantity }: { meter: Meter; quantity: number }): Demand => ({
  meter,
  quantity,
  first: 1,
  rates: [rateKey(meter)],
  ...(meter.attributes !== undefined && { attributes: meter.attributes }),
});

/** A call that nobody counted. */
export const REQUEST_DEMAND: Demand = {
  meter: REQUEST_METER,
  quantity: 1,
  first: 1,
  rates: [rateKey(REQUEST_METER)],
};

/** What rows of plain text tokens are looked up by. */
export const PLAIN_RATES = {
  INPUT: [rateKey(METER_OF_USAGE.input)],
  OUTPUT: [rateKey(METER_OF_USAGE.output)],
} as const;
