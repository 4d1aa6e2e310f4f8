import { withoutReasoning } from '../estimate/needs.ts';
import type { Barred, RouteCandidate } from './candidate.ts';
import { retiredMisfit } from './candidate-filter.ts';
import type { CompiledRoute } from './compiled-route.ts';
import { obstacleTo } from './health/availability.ts';
import type { RequestFacts } from './request-facts.ts';

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

const usd = (amount: number): string => `${Number(amount.toPrecision(3))} USD`;

/** Whether a prompt may be too long for any of them. */
export const isTooLongForSome = (route: CompiledRoute, facts: RequestFacts): boolean =>
  route.leastLimit !== Number.POSITIVE_INFINITY &&
  facts.mayExceed((route.leastLimit - facts.reservedTokens) / SURELY, route);

/** Looks at candidates for one request. Cheap: it runs before each. */
class Gate {
  readonly #route: CompiledRoute;
  readonly #facts: RequestFacts;
  /** What is so whenever requests ask for as much. */
  readonly #unable: readonly (Barred | undefined)[];
  readonly #now: number;
  readonly #isHypothetical: boolean;
  /** Whether any candidate may be at its end, or too short for the prompt: else none has to be looked at for it. */
  readonly #someEnd: boolean;
  /** Whether nothing else is left: then what lists have ended is asked, for its provider knows better. */
  readonly #allEnd: boolean;
  readonly #someTooLong: boolean;
  onProbation: Set<RouteCandidate> | undefined;

  constructor(route: CompiledRoute, facts: RequestFacts, needs: number) {
    this.#route = route;
    this.#facts = facts;
    const { at, isHypothetical } = facts.ask;
    this.#now = at.getTime();
    this.#isHypothetical = isHypothetical === true;
    this.#unable = route.unable(needs);
    this.#someEnd = route.firstEndMs <= this.#now;
    this.#allEnd = route.lastEndMs <= this.#now;
    this.#someTooLong = isTooLongForSome(route, facts);
  }

  bar(candidate: RouteCandidate): Barred | undefined {
    if (this.#someEnd) {
      const { retiresAt, endStatedBy } = candidate.offering;
      const isLastResort = this.#allEnd && endStatedBy === 'LISTS';
      if (retiresAt !== undefined && retiresAt.getTime() <= this.#now && !isLastResort) {
        const { reason, detail } = retiredMisfit(retiresAt);
        return { candidate, reason, detail: () => detail };
      }
    }
    const unable = this.#unable[candidate.index];
    if (unable !== undefined) return unable;
    if (this.#isHypothetical) return this.#tooDear(candidate) ?? this.#unfitNow(candidate);
    const tooLong = this.#someTooLong ? this.#tooLong(candidate) : undefined;
    if (tooLong !== undefined) return tooLong;
    const obstacle = obstacleTo(candidate.availability, this.#facts.nowMs);
    const isFinal = obstacle !== undefined && !obstacle.isGuess && obstacle.roomAfterMs === undefined;
    if (isFinal) return { candidate, ...obstacle };
    const unfit = this.#tooDear(candidate) ?? this.#unfitNow(candidate);
    if (unfit !== undefined) return unfit;
    if (obstacle !== undefined) return { candidate, ...obstacle };
    if (candidate.availability.state() === 'HALF_OPEN') {
      this.onProbation ??= new Set();
      this.onProbation.add(candidate);
    }
    return undefined;
  }

  #tooLong(candidate: RouteCandidate): Barred | undefined {
    const { contextWindow, maxInputTokens } = candidate.offering.limits;
    if (contextWindow === undefined && maxInputTokens === undefined) return undefined;
    const input = this.#facts.inputTokens(candidate.offering);
    const reserved = this.#facts.reservedTokens;
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
    const cost = this.#facts.contextOf(this.#route).costOf(candidate);
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
    const misfit = candidate.momentary?.(this.#facts.ask.at);
    if (misfit === undefined) return undefined;
    const { reason, detail } = misfit;
    return { candidate, reason, detail: () => detail };
  }
}

/**
 * Which candidates may be used for a request as things are. Where the request says that what cannot be honoured may be left
 * out, and none of them reasons, they are used without reasoning; their providers' warnings say so.
 */
export const eligibleOf = (route: CompiledRoute, facts: RequestFacts, needs = facts.needs): Eligible => {
  const { budgetSpent } = facts;
  if (budgetSpent !== undefined)
    return {
      candidates: [],
      barred: route.candidates.map((candidate) => ({ candidate, reason: 'BUDGET_SPENT', ...budgetSpent })),
    };
  const gate = new Gate(route, facts, needs);
  const passed: RouteCandidate[] = [];
  const barred: Barred[] = [];
  for (const candidate of route.candidates) {
    const bar = gate.bar(candidate);
    if (bar === undefined) passed.push(candidate);
    else barred.push(bar);
  }
  const weaker = withoutReasoning(needs);
  if (passed.length === 0 && weaker !== needs && facts.ask.command.unsupported === 'WARN')
    return eligibleOf(route, facts, weaker);
  const { onProbation } = gate;
  return onProbation === undefined
    ? { candidates: passed, barred }
    : { candidates: passed, barred, onProbation };
};
