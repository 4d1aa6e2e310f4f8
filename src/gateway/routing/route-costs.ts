import type { ServiceTier } from '../../domain/completion-request.ts';
import type { ModelSlug } from '../../domain/ids.ts';
import type { Offering } from '../../domain/model.ts';
import type { CompiledRoute, RouteCandidate } from './candidate.ts';
import type { ExpectedTokens } from './rate-card.ts';

/** Numbers of the piece of rates that a candidate was last in, side by side; see `RatePiece`. */
const BASE = 0;
const INPUT = 1;
const OUTPUT = 2;
const INPUT_FROM = 3;
const INPUT_TO = 4;
const OUTPUT_FROM = 5;
const OUTPUT_TO = 6;
const FROM_MS = 7;
const TO_MS = 8;
const WIDTH = 9;

/**
 * The costs of all candidates of a route in one go. What each one's card says is kept in one flat row for as long as requests
 * fall into the same piece of its rates: hundreds of cards, each asked for itself, take several times as long.
 */
export type RouteCosts = {
  /** By the candidates' places; uncached. `tokensOf` is asked once for each model. */
  of(at: Date, serviceTier: ServiceTier, tokensOf: (offering: Offering) => ExpectedTokens): Float64Array;
};

const writeRow = (
  rows: Float64Array,
  start: number,
  candidate: RouteCandidate | undefined,
  tokens: ExpectedTokens,
  at: Date,
  serviceTier: ServiceTier,
): number => {
  if (candidate === undefined) return Number.NaN;
  const { rates } = candidate;
  const piece = rates.pieceOf?.(tokens, at, serviceTier);
  if (piece === undefined) return rates.costOf(tokens, at, serviceTier);
  rows[start + BASE] = piece.base;
  rows[start + INPUT] = piece.input;
  rows[start + OUTPUT] = piece.output;
  rows[start + INPUT_FROM] = piece.inputFrom;
  rows[start + INPUT_TO] = piece.inputTo;
  rows[start + OUTPUT_FROM] = piece.outputFrom;
  rows[start + OUTPUT_TO] = piece.outputTo;
  rows[start + FROM_MS] = piece.from;
  rows[start + TO_MS] = piece.to;
  return piece.base + piece.input * tokens.input + piece.output * tokens.output;
};

const cellOf = (rows: Float64Array, place: number): number => rows[place] ?? 0;

/** Whether sizes and time lie in the piece of a row. */
const isWithin = (rows: Float64Array, start: number, input: number, output: number, time: number): boolean =>
  input >= cellOf(rows, start + INPUT_FROM) &&
  input < cellOf(rows, start + INPUT_TO) &&
  output >= cellOf(rows, start + OUTPUT_FROM) &&
  output < cellOf(rows, start + OUTPUT_TO) &&
  time >= cellOf(rows, start + FROM_MS) &&
  time < cellOf(rows, start + TO_MS);

const NOTHING: ExpectedTokens = { input: Number.NaN, cacheRead: 0, output: Number.NaN };

const createRouteCosts = (candidates: readonly RouteCandidate[]): RouteCosts => {
  const tables = new Map<ServiceTier, Float64Array>();
  const models = new Map<ModelSlug, number>();
  const firstOf: Offering[] = [];
  const modelOf = Int32Array.from(candidates, ({ offering }) => {
    const known = models.get(offering.modelSlug);
    if (known !== undefined) return known;
    models.set(offering.modelSlug, firstOf.length);
    return firstOf.push(offering) - 1;
  });

  /** Of one request at a time. */
  const expected: ExpectedTokens[] = [];

  const tableOf = (serviceTier: ServiceTier): Float64Array => {
    let table = tables.get(serviceTier);
    if (table === undefined) {
      // NaN lies in no piece: the card is asked.
      table = new Float64Array(candidates.length * WIDTH).fill(Number.NaN);
      tables.set(serviceTier, table);
    }
    return table;
  };

  return {
    of(at, serviceTier, tokensOf) {
      const rows = tableOf(serviceTier);
      const time = at.getTime();
      for (let model = 0; model < firstOf.length; model += 1) {
        const offering = firstOf[model];
        if (offering !== undefined) expected[model] = tokensOf(offering);
      }
      const costs = new Float64Array(candidates.length);
      for (let place = 0; place < candidates.length; place += 1) {
        const start = place * WIDTH;
        const tokens = expected[modelOf[place] ?? 0] ?? NOTHING;
        costs[place] = isWithin(rows, start, tokens.input, tokens.output, time)
          ? cellOf(rows, start + BASE) +
            cellOf(rows, start + INPUT) * tokens.input +
            cellOf(rows, start + OUTPUT) * tokens.output
          : writeRow(rows, start, candidates[place], tokens, at, serviceTier);
      }
      return costs;
    },
  };
};

const known = new WeakMap<CompiledRoute, RouteCosts>();

export const costsOfRoute = (route: CompiledRoute): RouteCosts => {
  let costs = known.get(route);
  if (costs === undefined) {
    costs = createRouteCosts(route.candidates);
    known.set(route, costs);
  }
  return costs;
};
