import type { RouteCandidate } from './candidate.ts';
import type { RateTerms } from './rate-card.ts';

/** Tokens of one request without a cache, by the places of a route's models. */
export type RouteTokens = {
  readonly inputs: Float64Array;
  readonly outputs: Float64Array;
  /** The most of `inputs`. */
  readonly mostInput: number;
};

/** More of them are worked out anew: requests of most sizes are priced by the same one. */
const MAX_TABLES = 4;

const cellOf = (cells: Float64Array, place: number): number => cells[place] ?? Number.NaN;

/** What the cards of all candidates say of requests of some sizes, terms and times, side by side; see `RatePiece`. */
class RateTable {
  readonly #terms: RateTerms;
  #from = Number.NEGATIVE_INFINITY;
  #to = Number.POSITIVE_INFINITY;
  /** By the places of models: sizes for which all of their candidates go on to charge so. */
  readonly #inputFrom: Float64Array;
  readonly #inputTo: Float64Array;
  readonly #outputFrom: Float64Array;
  readonly #outputTo: Float64Array;
  /** By the places of candidates. */
  readonly #base: Float64Array;
  readonly #input: Float64Array;
  readonly #output: Float64Array;

  constructor(
    candidates: readonly RouteCandidate[],
    modelOf: Int32Array,
    { inputs, outputs }: RouteTokens,
    at: Date,
    terms: RateTerms,
  ) {
    this.#terms = terms;
    this.#inputFrom = inputs.map(() => Number.NEGATIVE_INFINITY);
    this.#inputTo = inputs.map(() => Number.POSITIVE_INFINITY);
    this.#outputFrom = this.#inputFrom.slice();
    this.#outputTo = this.#inputTo.slice();
    this.#base = new Float64Array(candidates.length);
    this.#input = new Float64Array(candidates.length);
    this.#output = new Float64Array(candidates.length);
    for (const [place, { rates }] of candidates.entries()) {
      const model = modelOf[place] ?? 0;
      const piece = rates.pieceOf(cellOf(inputs, model), cellOf(outputs, model), at, terms);
      this.#base[place] = piece.base;
      this.#input[place] = piece.input;
      this.#output[place] = piece.output;
      this.#inputFrom[model] = Math.max(cellOf(this.#inputFrom, model), piece.inputFrom);
      this.#inputTo[model] = Math.min(cellOf(this.#inputTo, model), piece.inputTo);
      this.#outputFrom[model] = Math.max(cellOf(this.#outputFrom, model), piece.outputFrom);
      this.#outputTo[model] = Math.min(cellOf(this.#outputTo, model), piece.outputTo);
      this.#from = Math.max(this.#from, piece.from);
      this.#to = Math.min(this.#to, piece.to);
    }
  }

  covers({ inputs, outputs }: RouteTokens, time: number, { serviceTier, thinks }: RateTerms): boolean {
    if (time < this.#from || time >= this.#to) return false;
    if (serviceTier !== this.#terms.serviceTier || thinks !== this.#terms.thinks) return false;
    for (let model = 0; model < inputs.length; model += 1) {
      const input = cellOf(inputs, model);
      const output = cellOf(outputs, model);
      if (!(input >= cellOf(this.#inputFrom, model) && input < cellOf(this.#inputTo, model))) return false;
      if (!(output >= cellOf(this.#outputFrom, model) && output < cellOf(this.#outputTo, model)))
        return false;
    }
    return true;
  }

  costsOf(modelOf: Int32Array, { inputs, outputs }: RouteTokens): Float64Array {
    const costs = new Float64Array(modelOf.length);
    for (let place = 0; place < costs.length; place += 1) {
      const model = modelOf[place] ?? 0;
      costs[place] =
        cellOf(this.#base, place) +
        cellOf(this.#input, place) * cellOf(inputs, model) +
        cellOf(this.#output, place) * cellOf(outputs, model);
    }
    return costs;
  }
}

/** The costs of all candidates of a route in one go: hundreds of cards, each asked for itself, take several times as long. */
export class RouteCosts {
  readonly #candidates: readonly RouteCandidate[];
  readonly #modelOf: Int32Array;
  /** The one that was made last first. */
  #tables: readonly RateTable[] = [];

  /** `modelOf`: the place of each candidate's model among those that tokens are told of. */
  constructor(candidates: readonly RouteCandidate[], modelOf: Int32Array) {
    this.#candidates = candidates;
    this.#modelOf = modelOf;
  }

  /** By the candidates' places; uncached. */
  of(at: Date, terms: RateTerms, tokens: RouteTokens): Float64Array {
    const modelOf = this.#modelOf;
    const time = at.getTime();
    for (const table of this.#tables)
      if (table.covers(tokens, time, terms)) return table.costsOf(modelOf, tokens);
    const table = new RateTable(this.#candidates, modelOf, tokens, at, terms);
    this.#tables = [table, ...this.#tables.slice(0, MAX_TABLES - 1)];
    return table.costsOf(modelOf, tokens);
  }
}
