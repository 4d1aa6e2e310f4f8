import type { ServiceTier } from '../../domain/completion-request.ts';
import type { RouteCandidate } from './candidate.ts';
import type { ExpectedTokens, RateTerms } from './rate-card.ts';

/** Tokens of one request without a cache, by the places of a route's models. */
export type RouteTokens = {
  readonly inputs: Float64Array;
  readonly outputs: Float64Array;
  /** The most of `inputs`. */
  readonly mostInput: number;
};

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

const writeRow = (
  rows: Float64Array,
  start: number,
  candidate: RouteCandidate | undefined,
  tokens: ExpectedTokens,
  at: Date,
  terms: RateTerms,
): number => {
  if (candidate === undefined) return Number.NaN;
  const { rates } = candidate;
  const piece = rates.pieceOf?.(tokens, at, terms);
  if (piece === undefined) return rates.costOf(tokens, at, terms);
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

/** Sizes and a time; in what is asked both ends are inclusive, in what is known `to` is exclusive. */
type Range = {
  inputFrom: number;
  inputTo: number;
  outputFrom: number;
  outputTo: number;
  from: number;
  to: number;
};

const NO_RANGE: Readonly<Range> = {
  inputFrom: Number.POSITIVE_INFINITY,
  inputTo: Number.NEGATIVE_INFINITY,
  outputFrom: Number.POSITIVE_INFINITY,
  outputTo: Number.NEGATIVE_INFINITY,
  from: Number.POSITIVE_INFINITY,
  to: Number.NEGATIVE_INFINITY,
};

/** The pieces that all candidates were last in, and what they have in common: there no row has to be looked at. */
type Table = { readonly rows: Float64Array; common: Readonly<Range> };

const covers = (known: Readonly<Range>, asked: Readonly<Range>): boolean =>
  asked.inputFrom >= known.inputFrom &&
  asked.inputTo < known.inputTo &&
  asked.outputFrom >= known.outputFrom &&
  asked.outputTo < known.outputTo &&
  asked.from >= known.from &&
  asked.to < known.to;

/** Math.max and Math.min make NaN of a row that has no piece, and NaN covers nothing. */
const commonOf = (rows: Float64Array): Range => {
  const common: Range = {
    inputFrom: Number.NEGATIVE_INFINITY,
    inputTo: Number.POSITIVE_INFINITY,
    outputFrom: Number.NEGATIVE_INFINITY,
    outputTo: Number.POSITIVE_INFINITY,
    from: Number.NEGATIVE_INFINITY,
    to: Number.POSITIVE_INFINITY,
  };
  for (let start = 0; start < rows.length; start += WIDTH) {
    common.inputFrom = Math.max(common.inputFrom, cellOf(rows, start + INPUT_FROM));
    common.inputTo = Math.min(common.inputTo, cellOf(rows, start + INPUT_TO));
    common.outputFrom = Math.max(common.outputFrom, cellOf(rows, start + OUTPUT_FROM));
    common.outputTo = Math.min(common.outputTo, cellOf(rows, start + OUTPUT_TO));
    common.from = Math.max(common.from, cellOf(rows, start + FROM_MS));
    common.to = Math.min(common.to, cellOf(rows, start + TO_MS));
  }
  return common;
};

/**
 * The costs of all candidates of a route in one go. What each one's card says is kept in one flat row for as long as requests
 * fall into the same piece of its rates: hundreds of cards, each asked for itself, take several times as long.
 */
export class RouteCosts {
  readonly #candidates: readonly RouteCandidate[];
  readonly #modelOf: Int32Array;
  readonly #plain = new Map<ServiceTier, Table>();
  readonly #thinking = new Map<ServiceTier, Table>();

  /** `modelOf`: the place of each candidate's model among those that tokens are told of. */
  constructor(candidates: readonly RouteCandidate[], modelOf: Int32Array) {
    this.#candidates = candidates;
    this.#modelOf = modelOf;
  }

  #tableOf({ serviceTier, thinks }: RateTerms): Table {
    const tables = thinks ? this.#thinking : this.#plain;
    let table = tables.get(serviceTier);
    if (table === undefined) {
      // NaN lies in no piece: the card is asked.
      table = { rows: new Float64Array(this.#candidates.length * WIDTH).fill(Number.NaN), common: NO_RANGE };
      tables.set(serviceTier, table);
    }
    return table;
  }

  /** By the candidates' places; uncached. */
  of(at: Date, terms: RateTerms, { inputs, outputs }: RouteTokens): Float64Array {
    const table = this.#tableOf(terms);
    const { rows } = table;
    const time = at.getTime();
    const asked = { ...NO_RANGE, from: time, to: time };
    for (let model = 0; model < inputs.length; model += 1) {
      const input = cellOf(inputs, model);
      const output = cellOf(outputs, model);
      if (input < asked.inputFrom) asked.inputFrom = input;
      if (input > asked.inputTo) asked.inputTo = input;
      if (output < asked.outputFrom) asked.outputFrom = output;
      if (output > asked.outputTo) asked.outputTo = output;
    }
    const candidates = this.#candidates;
    const modelOf = this.#modelOf;
    const count = candidates.length;
    const costs = new Float64Array(count);
    if (covers(table.common, asked)) {
      for (let place = 0, start = 0; place < count; place += 1, start += WIDTH) {
        const model = modelOf[place] ?? 0;
        costs[place] =
          cellOf(rows, start + BASE) +
          cellOf(rows, start + INPUT) * cellOf(inputs, model) +
          cellOf(rows, start + OUTPUT) * cellOf(outputs, model);
      }
      return costs;
    }
    for (let place = 0, start = 0; place < count; place += 1, start += WIDTH) {
      const model = modelOf[place] ?? 0;
      const input = cellOf(inputs, model);
      const output = cellOf(outputs, model);
      costs[place] = isWithin(rows, start, input, output, time)
        ? cellOf(rows, start + BASE) +
          cellOf(rows, start + INPUT) * input +
          cellOf(rows, start + OUTPUT) * output
        : writeRow(rows, start, candidates[place], { input, cacheRead: 0, output }, at, terms);
    }
    table.common = commonOf(rows);
    return costs;
  }
}
