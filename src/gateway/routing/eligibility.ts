import type { Rejection, RejectionReason } from '../../domain/attempt.ts';
import type { CompletionRequest } from '../../domain/completion-request.ts';
import type { Capability, Offering } from '../../domain/model.ts';
import type { Modality } from '../../domain/price.ts';
import { type Needs, needsOf, takes } from '../estimate/needs.ts';
import type { RouteCandidate } from './candidate.ts';
import { retiredMisfit } from './candidate-filter.ts';
import { type RouteShape, shapeOf } from './route-costs.ts';

/** A candidate that may not be used for this request, or not now. Its words are made only for who reads them. */
export type Barred = {
  readonly candidate: RouteCandidate;
  readonly reason: RejectionReason;
  readonly retryAfterMs?: number;
  /** It is barred by a guess alone: where nothing else is left it may be used. */
  readonly isGuess?: true;
  detail(): string;
};

/** What a request is, as far as candidates can be unfit for it. */
export type Demands = {
  readonly request: CompletionRequest;
  readonly at: Date;
  /** ERROR: what cannot reason is unfit where reasoning is asked for. WARN: it is used where nothing else is left. */
  readonly unsupported: 'ERROR' | 'WARN';
  /** Nothing will be called: neither the size of the prompt nor how an offering is doing bars it. */
  readonly isHypothetical?: true | undefined;
  /** The most that `inputTokens` comes to for any of the candidates. */
  mostInputTokens(): number;
  /** About how many tokens the prompt has for the candidate's model. */
  inputTokens(offering: Offering): number;
  /** In US dollars; NaN: not known. */
  costOf(candidate: RouteCandidate): number;
};

/** Candidates by whether they may be used; both as listed. */
export type Eligible = {
  readonly candidates: readonly RouteCandidate[];
  readonly barred: readonly Barred[];
  /** Those of the candidates whose breakers let a single call through; undefined where all are well. */
  readonly onProbation?: ReadonlySet<RouteCandidate>;
};

/**
 * The count of a prompt's tokens is rough: what is a little over may fit yet, and its provider knows. What is rejected here is
 * over by more than the estimate is off.
 */
const SURELY = 0.85;

const lacking = (offering: Offering, wanted: readonly Capability[]): Capability | undefined => {
  for (const each of wanted) if (offering.lacks.includes(each)) return each;
  return undefined;
};

const notTaken = (offering: Offering, wanted: readonly Modality[]): Modality | undefined => {
  for (const each of wanted) if (takes(offering, each) === 'NO') return each;
  return undefined;
};

const usd = (amount: number): string => `${Number(amount.toPrecision(3))} USD`;

/** Looks at candidates for one request. Cheap: it runs before each. */
class Gate {
  readonly #demands: Demands;
  readonly #needs: Needs;
  readonly #capabilities: readonly Capability[];
  readonly #asksNothing: boolean;
  readonly #now: number;
  /** Whether any candidate may be at its end, or too short for the prompt: else none has to be looked at for it. */
  readonly #someEnd: boolean;
  /** Whether nothing else is left: then what lists have ended is asked, for its provider knows better. */
  readonly #allEnd: boolean;
  readonly #someTooLong: boolean;
  onProbation: Set<RouteCandidate> | undefined;

  constructor(demands: Demands, { firstEndMs, lastEndMs, leastLimit }: RouteShape) {
    this.#demands = demands;
    const { at, request } = demands;
    this.#someEnd = firstEndMs <= at.getTime();
    this.#allEnd = lastEndMs <= at.getTime();
    this.#someTooLong =
      leastLimit !== Number.POSITIVE_INFINITY &&
      demands.mostInputTokens() * SURELY + (request.maxOutputTokens ?? 0) > leastLimit;
    this.#needs = needsOf(demands.request, 0);
    this.#capabilities = this.#needs.capabilities;
    this.#asksNothing = this.#capabilities.length === 0 && this.#needs.inputModalities.length === 0;
    this.#now = demands.at.getTime();
  }

  bar(candidate: RouteCandidate): Barred | undefined {
    const { pulse, breaker } = candidate;
    if (this.#someEnd) {
      const { retiresAt, endStatedBy } = candidate.offering;
      const isLastResort = this.#allEnd && endStatedBy === 'LISTS';
      if (retiresAt !== undefined && retiresAt.getTime() <= this.#now && !isLastResort) {
        const { reason, detail } = retiredMisfit(retiresAt);
        return { candidate, reason, detail: () => detail };
      }
    }
    if (!this.#asksNothing) {
      const unable = this.#unable(candidate);
      if (unable !== undefined) return unable;
    }
    if (this.#demands.isHypothetical) return this.#tooDear(candidate) ?? this.#unfitNow(candidate);
    const tooLong = this.#someTooLong ? this.#tooLong(candidate) : undefined;
    if (tooLong !== undefined) return tooLong;
    const { closedByGuess: guess } = pulse;
    const askedUntil = guess === undefined ? pulse.closedUntil : guess.askedUntil;
    if (askedUntil > this.#now) {
      const retryAfterMs = Math.ceil(askedUntil - this.#now);
      return {
        candidate,
        reason: 'RATE_LIMITED',
        retryAfterMs,
        detail: () => `Its provider asked not to be called for another ${retryAfterMs} ms.`,
      };
    }
    const state = breaker.state();
    if (state === 'OPEN') {
      const retryAfterMs = Math.ceil(breaker.retryAfterMs());
      const why = breaker.reason();
      return {
        candidate,
        reason: 'BREAKER_OPEN',
        retryAfterMs,
        detail: () => `${why ?? 'It failed too often'}; it is tried again in ${retryAfterMs} ms.`,
      };
    }
    const unfit = this.#tooDear(candidate) ?? this.#unfitNow(candidate);
    if (unfit !== undefined) return unfit;
    if (guess !== undefined && pulse.closedUntil > this.#now) {
      const retryAfterMs = Math.ceil(pulse.closedUntil - this.#now);
      const why = pulse.closedReason ?? 'It refused this account recently.';
      return {
        candidate,
        reason: guess.kind === 'LIMITED' ? 'RATE_LIMITED' : 'UNUSABLE',
        retryAfterMs,
        isGuess: true,
        detail: () =>
          `${why} Until ${retryAfterMs} ms from now it is called only where nothing else is left.`,
      };
    }
    if (state === 'HALF_OPEN') {
      this.onProbation ??= new Set();
      this.onProbation.add(candidate);
    }
    return undefined;
  }

  #unable(candidate: RouteCandidate): Barred | undefined {
    const { offering } = candidate;
    const capability = lacking(offering, this.#capabilities);
    const modality = notTaken(offering, this.#needs.inputModalities);
    if (capability === undefined && modality === undefined) return undefined;
    return {
      candidate,
      reason: modality === undefined ? 'CAPABILITY' : 'MODALITY',
      detail: () => (modality === undefined ? `It lacks ${capability}.` : `It takes no ${modality}.`),
    };
  }

  #tooLong(candidate: RouteCandidate): Barred | undefined {
    const { contextWindow, maxInputTokens } = candidate.offering.limits;
    if (contextWindow === undefined && maxInputTokens === undefined) return undefined;
    const input = this.#demands.inputTokens(candidate.offering);
    const reserved = this.#demands.request.maxOutputTokens ?? 0;
    const sure = input * SURELY;
    const ofWhole = contextWindow !== undefined && sure + reserved > contextWindow;
    if (!ofWhole && (maxInputTokens === undefined || sure <= maxInputTokens)) return undefined;
    return {
      candidate,
      reason: 'CONTEXT_TOO_SMALL',
      detail: () =>
        ofWhole
          ? `Its context window is ${contextWindow} tokens; the prompt has about ${Math.round(input)}${reserved > 0 ? `, and ${reserved} are reserved for the answer` : ''}.`
          : `It takes ${maxInputTokens} input tokens; the prompt has about ${Math.round(input)}.`,
    };
  }

  #tooDear(candidate: RouteCandidate): Barred | undefined {
    const ceiling = candidate.maxCostUsd;
    if (ceiling === undefined) return undefined;
    const cost = this.#demands.costOf(candidate);
    if (cost <= ceiling) return undefined;
    if (Number.isNaN(cost))
      return {
        candidate,
        reason: 'UNKNOWN_PRICE',
        detail: () => 'No price of it is known to hold against the ceiling.',
      };
    return {
      candidate,
      reason: Number.isNaN(ceiling) ? 'NO_FX_RATE' : 'COST_ABOVE',
      detail: () =>
        Number.isNaN(ceiling)
          ? 'No exchange rate leads from the currency of the ceiling to US dollars.'
          : `The request costs about ${usd(cost)} there; at most ${usd(ceiling)} may be spent.`,
    };
  }

  #unfitNow(candidate: RouteCandidate): Barred | undefined {
    const misfit = candidate.momentary?.(this.#demands.at);
    if (misfit === undefined) return undefined;
    const { reason, detail } = misfit;
    return { candidate, reason, detail: () => detail };
  }
}

/**
 * Which candidates may be used for a request as things are. Where the request says that what cannot be honoured may be left
 * out, and none of them reasons, they are used without reasoning; their providers' warnings say so.
 */
export const eligibleOf = (candidates: readonly RouteCandidate[], demands: Demands): Eligible => {
  const gate = new Gate(demands, shapeOf(candidates));
  const passed: RouteCandidate[] = [];
  const barred: Barred[] = [];
  for (const candidate of candidates) {
    const bar = gate.bar(candidate);
    if (bar === undefined) passed.push(candidate);
    else barred.push(bar);
  }
  if (passed.length > 0 || demands.unsupported === 'ERROR' || demands.request.reasoningEffort === undefined) {
    const { onProbation } = gate;
    return onProbation === undefined
      ? { candidates: passed, barred }
      : { candidates: passed, barred, onProbation };
  }
  const { reasoningEffort: _dropped, ...rest } = demands.request;
  return eligibleOf(candidates, { ...demands, request: rest });
};

export const rejectionOf = (barred: Barred): Rejection => {
  const { candidate, reason, retryAfterMs } = barred;
  return {
    offeringId: candidate.offering.id,
    reason,
    detail: barred.detail(),
    ...(retryAfterMs !== undefined && { retryAfterMs }),
  };
};
