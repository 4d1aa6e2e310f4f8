import type { Rejection, RouteDecision } from '../../domain/attempt.ts';
import type { FailureCode } from '../../domain/failure.ts';
import type { ModelSlug, RouteName } from '../../domain/ids.ts';
import type { Capability, Offering } from '../../domain/model.ts';
import type { RoutePolicy } from '../../domain/route.ts';
import type { Warning } from '../../domain/warning.ts';
import { needsAt, takes } from '../estimate/needs.ts';
import type { Spender } from './budget/route-budgets.ts';
import type { Barred, RouteCandidate } from './candidate.ts';
import { type CountedModel, countedModel } from './expected-tokens.ts';
import { RouteCosts } from './route-costs.ts';
import type { Ranked } from './strategies/order.ts';
import { orderOf } from './strategies/registry.ts';

/** What a route is made of. */
export type RouteParts = {
  readonly policy: RoutePolicy;
  readonly saved?: { readonly name: RouteName; readonly version: number } | undefined;
  /** As listed, fallbacks last; no offering twice. */
  readonly candidates: readonly RouteCandidate[];
  /** Those that can be none as long as the catalogue stands. */
  readonly rejected: readonly Rejection[];
  /** What filters passed over, as many as are kept: they look at all that is on. */
  readonly unfit: readonly Rejection[];
  /** Routes within, by name, compiled. */
  readonly nested: ReadonlyMap<RouteName, CompiledRoute>;
  /** Instead of it while its budget is to be saved; absent: it has none. */
  readonly cheaper?: CompiledRoute | undefined;
  /** What its canary stands for; absent: it has none. */
  readonly canary?: CompiledRoute | undefined;
  /** What its mirror stands for, a route for each of its rules; absent: it has none. */
  readonly mirrors?: readonly CompiledRoute[] | undefined;
  /** What it spends is counted as; SERVED if not given. */
  readonly spender?: Spender | undefined;
  /** It is there to save the budget of another. */
  readonly savesBudget?: boolean;
  /** What is tried after some failures, each a route by itself. */
  readonly byFailure: readonly CompiledFailureFallback[];
};

export type CompiledFailureFallback = {
  readonly on: ReadonlySet<FailureCode>;
  readonly route: CompiledRoute;
};

/** What was decided of a request; the same for all that are alike, for as long as all candidates are well. */
export type StandingPlan = {
  readonly decision: RouteDecision;
  readonly chosen: readonly {
    readonly ranked: Ranked;
    readonly warnings: readonly Warning[];
    /** It gets the client's own request. */
    readonly passesOn: boolean;
  }[];
  /** Those that are no fallbacks. */
  readonly main: readonly Ranked[];
};

/** Requests that are alike come in thousands; who varies them without end has each worked out for itself. */
const MAX_STANDING = 200;

const lacking = ({ lacks }: Offering, wanted: readonly Capability[]): Capability | undefined =>
  wanted.find((each) => lacks.includes(each));

/**
 * A policy with names looked up and facts checked, and all that follows from them alone. Made once for a policy, a catalogue
 * and the providers that are on; what goes by requests and by the moment is asked of it with each request.
 */
export class CompiledRoute implements RouteParts {
  readonly policy: RouteParts['policy'];
  readonly saved: RouteParts['saved'];
  readonly candidates: RouteParts['candidates'];
  readonly rejected: RouteParts['rejected'];
  readonly unfit: RouteParts['unfit'];
  readonly nested: RouteParts['nested'];
  readonly cheaper: RouteParts['cheaper'];
  readonly canary: RouteParts['canary'];
  readonly mirrors: readonly CompiledRoute[];
  readonly spender: Spender;
  readonly savesBudget: boolean;
  readonly byFailure: RouteParts['byFailure'];
  readonly models: readonly CountedModel[];
  /** The place of a candidate's model among them, by its `index`. */
  readonly modelOf: Int32Array;
  /** When the first of them is switched off, in milliseconds; Infinity: no day is stated of any. */
  readonly firstEndMs: number;
  /** When the last of them ends; infinite where one has no end. */
  readonly lastEndMs: number;
  /** The least tokens that any of them is known to take; Infinity where none is known. */
  readonly leastLimit: number;
  /** Whether any of its candidates is used on a condition. */
  readonly isConditional: boolean;
  /** Whether it goes by its list alone while all of it are well, so that plans may stand. */
  readonly isSteady: boolean;
  readonly #unable: (readonly (Barred | undefined)[] | undefined)[] = [];
  readonly #standing = new Map<string, StandingPlan>();
  #costs: RouteCosts | undefined;
  #rejectedOn: readonly Rejection[] | undefined;

  constructor(parts: RouteParts) {
    const { policy, saved, candidates, rejected, unfit, nested, byFailure } = parts;
    const { cheaper, canary, mirrors = [], spender = 'SERVED', savesBudget } = parts;
    this.canary = canary;
    this.mirrors = mirrors;
    this.spender = spender;
    this.cheaper = cheaper;
    this.savesBudget = savesBudget === true;
    this.policy = policy;
    this.saved = saved;
    this.candidates = candidates;
    this.rejected = rejected;
    this.unfit = unfit;
    this.nested = nested;
    this.byFailure = byFailure;
    const places = new Map<ModelSlug, number>();
    const models: CountedModel[] = [];
    const modelOf = new Int32Array(candidates.length);
    let firstEndMs = Number.POSITIVE_INFINITY;
    let lastEndMs = candidates.length === 0 ? Number.POSITIVE_INFINITY : 0;
    let leastLimit = Number.POSITIVE_INFINITY;
    for (const { index, offering } of candidates) {
      const { modelSlug, retiresAt, limits } = offering;
      const place = places.get(modelSlug) ?? models.push(countedModel(offering)) - 1;
      places.set(modelSlug, place);
      modelOf[index] = place;
      const endMs = retiresAt?.getTime() ?? Number.POSITIVE_INFINITY;
      firstEndMs = Math.min(firstEndMs, endMs);
      lastEndMs = Math.max(lastEndMs, endMs);
      leastLimit = Math.min(
        leastLimit,
        limits.contextWindow ?? leastLimit,
        limits.maxInputTokens ?? leastLimit,
      );
    }
    this.models = models;
    this.modelOf = modelOf;
    this.firstEndMs = firstEndMs;
    this.lastEndMs = lastEndMs;
    this.leastLimit = leastLimit;
    const { strategy } = policy;
    this.isConditional = candidates.some(({ conditions }) => conditions !== undefined);
    this.isSteady =
      !this.isConditional &&
      strategy.kind !== 'STICKY' &&
      policy.rising === undefined &&
      orderOf(strategy).kind === 'PRIORITY' &&
      nested.size === 0 &&
      candidates.every(
        ({ maxCostUsd, momentary, askedRegion, speed }) =>
          maxCostUsd === undefined &&
          momentary === undefined &&
          askedRegion === undefined &&
          speed === undefined,
      );
  }

  /** What keeps each candidate from doing what is needed, by its `index`; undefined: nothing that is known. */
  unable(needs: number): readonly (Barred | undefined)[] {
    let found = this.#unable[needs];
    if (found === undefined) {
      const { capabilities, inputModalities } = needsAt(needs, 0);
      found = this.candidates.map((candidate) => {
        const { offering } = candidate;
        const capability = lacking(offering, capabilities);
        const modality = inputModalities.find((each) => takes(offering, each) === 'NO');
        if (modality !== undefined)
          return { candidate, reason: 'MODALITY', detail: () => `It takes no ${modality}.` };
        return capability && { candidate, reason: 'CAPABILITY', detail: () => `It lacks ${capability}.` };
      });
      this.#unable[needs] = found;
    }
    return found;
  }

  /** All that may be called in its name, in one order or another. */
  get everyCandidate(): readonly RouteCandidate[] {
    const own = this.cheaper === undefined ? this.candidates : this.cheaper.candidates;
    const canary = this.canary?.candidates ?? [];
    const others = this.byFailure.flatMap(({ route }) => route.candidates);
    return canary.length + others.length === 0 ? own : [...own, ...canary, ...others];
  }

  get costs(): RouteCosts {
    this.#costs ??= new RouteCosts(this.candidates, this.modelOf);
    return this.#costs;
  }

  /** Those rejected though they are on: of a model's own name every completion would list the same providers that are off. */
  get rejectedOn(): readonly Rejection[] {
    this.#rejectedOn ??= this.rejected.filter(({ reason }) => reason !== 'NOT_CONFIGURED');
    return this.#rejectedOn;
  }

  standing(key: string): StandingPlan | undefined {
    return this.#standing.get(key);
  }

  keep(key: string, plan: StandingPlan): void {
    if (this.#standing.size >= MAX_STANDING) this.#standing.clear();
    this.#standing.set(key, plan);
  }
}

/** Whether a route is a model's own name and nothing else. */
export const isPlain = ({ saved, policy }: CompiledRoute, { model }: { readonly model: string }): boolean => {
  const [rule, ...others] = policy.candidates;
  return (
    saved === undefined &&
    others.length === 0 &&
    rule?.target.kind === 'MODEL' &&
    rule.target.name === model &&
    policy.fallback.candidates.length === 0
  );
};
