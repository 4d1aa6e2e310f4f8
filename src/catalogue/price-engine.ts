import type { Cost, CostLine } from '../domain/cost.ts';
import type { Offering } from '../domain/model.ts';
import { type Currency, Decimal, ZERO } from '../domain/money.ts';
import type { Meter, Price } from '../domain/price.ts';
import {
  inputTokensOf,
  outputTokensOf,
  USAGE_KINDS,
  type Usage,
  type UsageKind,
  usageOf,
} from '../domain/usage.ts';
import { METER_OF_USAGE, meterKey, REQUEST_METER } from './meter.ts';
import { priceAt } from './price-selection.ts';

/** The rows whose dates include `at`, whatever their other conditions, in the order given. */
export const currentPrices = (prices: readonly Price[], at: Date): readonly Price[] =>
  prices.filter(
    ({ effectiveFrom, effectiveTo }) =>
      (effectiveFrom === undefined || effectiveFrom <= at) && (effectiveTo === undefined || at < effectiveTo),
  );

/** What a cost is worked out from. */
export type CostInput = {
  readonly offering: Pick<Offering, 'billing'>;
  /** The offering's rows, past and future ones included. */
  readonly prices: readonly Price[];
  /** Absent where the provider did not report it. */
  readonly usage: Usage | undefined;
  /** When the request was sent. */
  readonly at: Date;
};

/** What was used of one kind; for tokens `first` is where they begin in the prompt, counted from 1. */
type Demand = { readonly meter: Meter; readonly quantity: number; readonly first: number };

/** Order of tokens in a prompt: caches hold its beginning. Only graduated tiers depend on it. */
const PROMPT_ORDER = [
  'cacheRead',
  'cacheWrite1h',
  'cacheWrite5m',
  'input',
  'imageInput',
  'audioInput',
] as const satisfies readonly UsageKind[];

const demandsOf = (usage: Usage): readonly Demand[] => {
  const first = new Map<UsageKind, number>();
  let position = 1;
  for (const kind of PROMPT_ORDER) {
    first.set(kind, position);
    position += usage[kind];
  }
  return USAGE_KINDS.filter((kind) => usage[kind] > 0).map((kind) => ({
    meter: METER_OF_USAGE[kind],
    quantity: usage[kind],
    first: first.get(kind) ?? 1,
  }));
};

const rowsFor = (rows: readonly Price[], meter: Meter): readonly Price[] => {
  const key = meterKey(meter);
  const own = rows.filter((row) => meterKey(row.meter) === key);
  return own.length > 0 || meter.tokenType !== 'REASONING'
    ? own
    : rowsFor(rows, { ...meter, tokenType: 'PLAIN' });
};

const lineOf = (meter: Meter, quantity: number, row: Price): CostLine => ({
  meter,
  quantity,
  unitPrice: row.amount,
  per: row.per,
  amount: row.amount.times(quantity).dividedBy(row.per),
  priceId: row.id,
});

/** Stretches of token positions in which the same tiers apply, as [first, last] pairs, both inclusive. */
const stretches = (
  rows: readonly Price[],
  first: number,
  last: number,
): readonly (readonly [number, number])[] => {
  const starts = rows
    .flatMap(({ conditions: { promptTokens } }) => [promptTokens?.from, promptTokens?.to])
    .filter((bound): bound is number => bound !== undefined && bound > first && bound <= last);
  const ordered = [...new Set([first, ...starts])].toSorted((one, other) => one - other);
  return ordered.map((start, index) => [start, (ordered[index + 1] ?? last + 1) - 1]);
};

/** The lines of one meter; undefined where any of it has no price. */
const linesFor = (
  { meter, quantity, first }: Demand,
  rows: readonly Price[],
  at: Date,
  promptTokens: number,
): readonly CostLine[] | undefined => {
  const candidates = rowsFor(rows, meter);
  const row = priceAt(candidates, at, promptTokens);
  if (row === undefined) return undefined;
  if (row.tierMode === 'CLIFF' || meter.family !== 'TOKENS' || meter.direction !== 'INPUT')
    return [lineOf(meter, quantity, row)];
  const lines: CostLine[] = [];
  for (const [start, end] of stretches(candidates, first, first + quantity - 1)) {
    const tier = priceAt(candidates, at, start);
    if (tier === undefined) return undefined;
    lines.push(lineOf(meter, end - start + 1, tier));
  }
  return lines;
};

type Bill = {
  readonly currency: Currency;
  readonly lines: readonly CostLine[];
  readonly missing: readonly Meter[];
};

const billIn = (
  currency: Currency,
  prices: readonly Price[],
  demands: readonly Demand[],
  at: Date,
  promptTokens: number,
): Bill => {
  const rows = prices.filter((price) => price.currency === currency);
  const lines: CostLine[] = [];
  const missing: Meter[] = [];
  for (const demand of demands) {
    const found = linesFor(demand, rows, at, promptTokens);
    if (found === undefined) missing.push(demand.meter);
    else lines.push(...found);
  }
  return { currency, lines, missing };
};

/** Families whose quantities have a kind of usage of their own. */
const OWN_KINDS = { CHARACTERS: 'characters', SECONDS: 'seconds', IMAGES: 'images' } as const;

/**
 * Whether a row counts what the usage does not tell: an image, say, of which neither the number nor any token was
 * reported. Usage in tokens tells all there is to bill, as the provider then does not count the other.
 */
const isUntold = ({ meter: { family } }: Price, usage: Usage): boolean =>
  family in OWN_KINDS &&
  usage[OWN_KINDS[family as keyof typeof OWN_KINDS]] === 0 &&
  inputTokensOf(usage) + outputTokensOf(usage) === 0;

/**
 * What one call cost, exactly.
 *
 * Each kind of usage is billed by the row of its meter that is in force at `at`; see `priceAt` for which one.
 * CLIFF: the tier that all input tokens of the request fall in prices every token. GRADUATED: the n-th input
 * token is priced like a prompt of n tokens; output, which has no place in the prompt, goes by the whole
 * prompt. Reasoning without a row of its own is billed as plain output. Nothing else falls back: cached,
 * audio and image tokens without a row are METER_UNPRICED. A call to an offering that is priced by the request is one
 * request unless the provider counts otherwise, and needs no usage where nothing else is priced. Where rows are of several currencies, the bill
 * is in the one that prices most meters, the first of them if several do, for tariffs are not mixed.
 */
export const costOf = ({ offering, prices, usage: reported, at }: CostInput): Cost => {
  if (offering.billing === 'FREE') return { kind: 'FREE' };
  const rows = offering.billing === 'UNKNOWN' ? [] : currentPrices(prices, at);
  const [firstRow] = rows;
  const byRequestAlone = firstRow !== undefined && rows.every((row) => row.meter.family === 'REQUESTS');
  const usage = reported ?? (byRequestAlone ? usageOf({ requests: 1 }) : undefined);
  if (usage === undefined) return { kind: 'UNPRICED', reason: 'NO_USAGE', lines: [], missing: [] };
  if (firstRow === undefined) return { kind: 'UNPRICED', reason: 'NO_PRICE', lines: [], missing: [] };

  const perRequest = usage.requests === 0 && rows.some((row) => row.meter.family === 'REQUESTS');
  const demands = [
    ...demandsOf(usage),
    ...(perRequest ? [{ meter: REQUEST_METER, quantity: 1, first: 1 }] : []),
  ];
  const promptTokens = inputTokensOf(usage);
  const [first, ...others] = [...new Set(rows.map((row) => row.currency))];
  const bill = others
    .map((currency) => billIn(currency, rows, demands, at, promptTokens))
    .reduce(
      (best, other) => (other.missing.length < best.missing.length ? other : best),
      billIn(first ?? firstRow.currency, rows, demands, at, promptTokens),
    );
  const { currency, lines, missing } = bill;
  if (missing.length > 0) return { kind: 'UNPRICED', reason: 'METER_UNPRICED', lines, missing };
  if (rows.some((row) => isUntold(row, usage)))
    return { kind: 'UNPRICED', reason: 'NO_USAGE', lines, missing: [] };
  const total = lines.reduce((sum, line) => sum.plus(line.amount), ZERO);
  return { kind: 'PRICED', lines, total, currency };
};

/**
 * The amount of one currency for 1,000,000 plain text tokens in or out, as a request with a short prompt
 * pays it at `at`. 0 where the provider charges nothing; undefined where no row states it.
 */
export const ratePerMillion = (
  offering: Pick<Offering, 'billing'>,
  prices: readonly Price[],
  direction: 'INPUT' | 'OUTPUT',
  currency: Currency,
  at: Date,
): Decimal | undefined => {
  if (offering.billing === 'FREE') return ZERO;
  if (offering.billing === 'UNKNOWN') return undefined;
  const meter = direction === 'INPUT' ? METER_OF_USAGE.input : METER_OF_USAGE.output;
  const rows = currentPrices(prices, at).filter((price) => price.currency === currency);
  const row = priceAt(rowsFor(rows, meter), at, 1);
  return row === undefined ? undefined : new Decimal(row.amount).times(1_000_000).dividedBy(row.per);
};
