import type { Catalogue } from '../../catalogue/catalogue.ts';
import { nearestNames } from '../../catalogue/nearest-names.ts';
import { otherOperation, WRITES_NO_TEXT } from '../../catalogue/offering-operation.ts';
import { placesOf } from '../../catalogue/offering-regions.ts';
import type { Rejection } from '../../domain/attempt.ts';
import { asOfferingId, type OfferingId, type ProviderId, type RouteName } from '../../domain/ids.ts';
import type { Offering } from '../../domain/model.ts';
import { omitUndefined } from '../../domain/omit-undefined.ts';
import type { OperationKind } from '../../domain/operation.ts';
import type { PerfStat } from '../../domain/performance.ts';
import type { CompletionRefusal } from '../../domain/refusal.ts';
import { refusalMessage } from '../../domain/refusal.ts';
import {
  type CandidateRule,
  DEFAULT_POLICY,
  type Route,
  type RouteCondition,
  type RoutePolicy,
} from '../../domain/route.ts';
import type { Provider } from '../../ports/provider.ts';
import type { RecentSpeed } from '../offering-stats.ts';
import { descriptorOf } from '../operations/kinds.ts';
import { meaningOf } from '../stages/resolve-model.ts';
import { ok, refused, type Staged } from '../stages/stage.ts';
import { cheaperPolicy } from './budget/cheaper-policy.ts';
import { canaryPolicy } from './canary/canary-policy.ts';
import type { RouteCandidate } from './candidate.ts';
import {
  ceilingOf,
  compileFilter,
  firstFound,
  lowerCeiling,
  type Misfit,
  type MomentaryCheck,
  type OfferingCheck,
  type RouteFilter,
  regionOf,
  retiredMisfit,
} from './candidate-filter.ts';
import { type CompiledFailureFallback, CompiledRoute, type RouteParts } from './compiled-route.ts';
import type { HealthBoard } from './health/health-board.ts';
import { mirrorPolicies } from './mirror/mirror-policies.ts';
import type { RouteBook } from './policy/route-book.ts';
import { rateCardOf } from './rate-card.ts';
import { askedRegions } from './regions.ts';
import { prefersSpeed, speedCheck } from './speed-check.ts';

export type CompileDependencies = {
  readonly catalogue: Catalogue;
  readonly providers: ReadonlyMap<ProviderId, Provider>;
  readonly book: RouteBook;
  readonly health: HealthBoard;
  readonly at: Date;
  /** What is to be done; absent: completions. */
  readonly operation?: OperationKind | undefined;
  /** What this server measured of an offering; nothing if absent. */
  readonly measured?: (id: OfferingId) => readonly PerfStat[];
  /** How fast an offering answers at present; not known if absent. */
  readonly speedOf?: (id: OfferingId) => RecentSpeed;
};

/** Routes within routes go no deeper; saving refuses cycles, and what is saved on several nodes at once ends here. */
const MAX_LEVELS = 8;
/** Of what filters pass over: they look at all that is on. */
const MAX_UNFIT = 200;

const NO_COMPLETIONS: Misfit = { reason: 'NO_COMPLETIONS', detail: 'Its provider has no language models.' };
const NOT_FOR_TEXT: Misfit = { reason: 'NO_COMPLETIONS', detail: 'It does not answer with text.' };

const writesText: OfferingCheck = ({ capabilities, lacks, outputModalities }) => {
  if (outputModalities !== undefined && outputModalities.length > 0 && !outputModalities.includes('TEXT'))
    return NOT_FOR_TEXT;
  if (capabilities.includes('COMPLETION')) return undefined;
  if (lacks.includes('COMPLETION')) return NOT_FOR_TEXT;
  return capabilities.some((each) => WRITES_NO_TEXT.has(each)) ? NOT_FOR_TEXT : undefined;
};

/** Whether a provider does what is to be done, for some model at least. */
const isAble = (provider: Provider, operation: OperationKind | undefined): boolean =>
  operation === undefined ? provider.completes : provider.operations[operation] !== undefined;

const unableTo = (operation: OperationKind): Misfit => ({
  reason: 'CAPABILITY',
  detail: `Its provider cannot ${descriptorOf(operation).ability}.`,
});

/** What an offering has to be for, of all that a filter finds. */
const isFor = (operation: OperationKind | undefined): OfferingCheck => {
  if (operation === undefined || operation === 'TOKEN_COUNT') return writesText;
  return (offering) => {
    const other = otherOperation(offering, operation);
    return other === undefined
      ? undefined
      : { reason: 'CAPABILITY', detail: `It is for ${other}, not to ${descriptorOf(operation).ability}.` };
  };
};

/** What an offering must hold to become a candidate, and while it is one. */
type Terms = {
  readonly filters: readonly RouteFilter[];
  readonly check?: OfferingCheck;
  readonly momentary?: MomentaryCheck | undefined;
  readonly ceiling?: number | undefined;
  /** Of a nested route. */
  readonly askedRegion?: string | undefined;
  readonly conditions?: readonly RouteCondition[] | undefined;
};

const whyUnfit = ({ filters, check }: Terms, offering: Offering): Misfit | undefined =>
  firstFound([...filters.map(({ lasting }) => lasting), ...(check === undefined ? [] : [check])], offering);

const momentaryOf = ({ filters, momentary }: Terms, offering: Offering): MomentaryCheck | undefined => {
  const checks = [momentary, ...filters.map((filter) => filter.momentary(offering))].filter(
    (check) => check !== undefined,
  );
  return checks.length < 2 ? checks[0] : (at) => firstFound(checks, at);
};

/** One rule at its place. */
type Placed = {
  readonly rule: CandidateRule;
  readonly group: number;
  readonly isFallback: boolean;
  /** When it is used; absent: always. */
  readonly conditions?: readonly RouteCondition[];
};

/** Looks up what one policy names. */
class Compiler {
  readonly #dependencies: CompileDependencies;
  readonly #policy: RoutePolicy;
  readonly #saved: CompiledRoute['saved'];
  /** Names of the routes that it is compiled for, the outermost first. */
  readonly #above: readonly string[];
  /** The same with its own. */
  readonly #path: readonly string[];
  /** What every candidate must hold. */
  readonly #required: readonly RouteFilter[];
  readonly #ceiling: number | undefined;
  readonly #candidates = new Map<OfferingId, RouteCandidate>();
  readonly #rejected = new Map<OfferingId, Rejection>();
  readonly #unfit = new Map<OfferingId, Rejection>();
  readonly #nested = new Map<RouteName, CompiledRoute>();

  constructor(
    dependencies: CompileDependencies,
    policy: RoutePolicy,
    saved: CompiledRoute['saved'],
    above: readonly string[] = [],
  ) {
    this.#dependencies = dependencies;
    this.#policy = policy;
    this.#saved = saved;
    this.#above = above;
    this.#path = saved === undefined ? above : [...above, saved.name];
    const { require } = policy;
    this.#required = require === undefined ? [] : [compileFilter(require, dependencies)];
    this.#ceiling = require && ceilingOf(dependencies.catalogue, require);
  }

  compile(
    more: Pick<RouteParts, 'cheaper' | 'canary' | 'mirrors' | 'spender' | 'savesBudget'> = {},
  ): Staged<CompiledRoute> {
    const { candidates: main, fallback } = this.#policy;
    for (const [group, rule] of [...main, ...fallback.candidates].entries()) {
      const refusal = this.#add({
        rule,
        group,
        isFallback: group >= main.length,
        ...(rule.when !== undefined && { conditions: [rule.when] }),
      });
      // A saved route outlives what it names; what somebody writes now is told to be wrong.
      if (refusal !== undefined && this.#saved === undefined) return refused(refusal);
    }
    const byFailure: CompiledFailureFallback[] = [];
    for (const { on, candidates } of fallback.byFailure ?? []) {
      const listed = this.#listed(candidates);
      if (listed.kind === 'REFUSED') return listed;
      byFailure.push({ on: new Set(on), route: listed.value });
    }
    for (const id of this.#candidates.keys()) this.#rejected.delete(id);
    const unfit = [...this.#unfit.values()].filter(
      ({ offeringId }) => !this.#candidates.has(offeringId) && !this.#rejected.has(offeringId),
    );
    return ok(
      new CompiledRoute({
        policy: this.#policy,
        saved: this.#saved,
        candidates: [...this.#candidates.values()],
        rejected: [...this.#rejected.values()],
        unfit,
        nested: this.#nested,
        ...more,
        byFailure,
      }),
    );
  }

  /** Candidates that are tried as listed, under all other rules of the policy. */
  #listed(candidates: readonly CandidateRule[]): Staged<CompiledRoute> {
    const { require, preferRegions, preferredMaxTtft, preferredMinTps, breaker } = this.#policy;
    const policy: RoutePolicy = {
      ...DEFAULT_POLICY,
      ...omitUndefined({ preferredMaxTtft, preferredMinTps }),
      candidates,
      preferRegions,
      breaker,
      ...(require !== undefined && { require }),
    };
    return new Compiler(this.#dependencies, policy, this.#saved, this.#above).compile();
  }

  /** Adds what a rule stands for; a refusal where its name stands for nothing. */
  #add(placed: Placed): CompletionRefusal | undefined {
    const { catalogue, operation } = this.#dependencies;
    const { target } = placed.rule;
    switch (target.kind) {
      case 'MODEL':
        return this.#addNamed(placed, target.name, target.name);
      case 'OFFERING':
        return this.#addNamed(placed, `offering:${target.id}`, target.id);
      case 'FILTER': {
        const filter = compileFilter({ deprecated: 'EXCLUDE', ...target.filter }, this.#dependencies);
        const ceiling = ceilingOf(catalogue, target.filter);
        const terms = { filters: [filter, ...this.#required], check: isFor(operation), ceiling };
        for (const offering of catalogue.offerings)
          if (catalogue.isOn(offering)) this.#offer(placed, offering, terms);
        return undefined;
      }
      case 'ROUTE':
        return this.#addRoute(placed, target.name);
    }
  }

  #addNamed(placed: Placed, name: string, asWritten: string): CompletionRefusal | undefined {
    const meaning = meaningOf(name, this.#dependencies.catalogue);
    if (meaning.kind === 'REFUSED') {
      const { refusal } = meaning;
      return this.#rejectName(
        asWritten,
        refusal.code === 'UNKNOWN_MODEL' ? { ...refusal, name: asWritten } : refusal,
      );
    }
    for (const offering of meaning.value.offerings)
      this.#offer(placed, offering, { filters: this.#required });
    return undefined;
  }

  #addRoute(placed: Placed, name: RouteName): CompletionRefusal | undefined {
    const found = this.#within(name);
    if (found.kind === 'REFUSED') return this.#rejectName(`route:${name}`, found.refusal);
    const inner = found.value;
    for (const rejection of inner.rejected)
      if (!this.#rejected.has(rejection.offeringId)) this.#rejected.set(rejection.offeringId, rejection);
    for (const rejection of inner.unfit) this.#passOver(rejection);
    const filters = this.#required;
    const both = new Map<readonly RouteCondition[], readonly RouteCondition[]>();
    const conditionsWith = (inner: readonly RouteCondition[] | undefined): Terms['conditions'] => {
      const outer = placed.conditions;
      if (inner === undefined || outer === undefined) return inner ?? outer;
      const known = both.get(inner) ?? [...outer, ...inner];
      both.set(inner, known);
      return known;
    };
    for (const { offering, maxCostUsd: ceiling, momentary, askedRegion, conditions } of inner.candidates) {
      const terms = { filters, ceiling, momentary, askedRegion, conditions: conditionsWith(conditions) };
      this.#offer(placed, offering, terms);
    }
    return undefined;
  }

  #within(name: RouteName): Staged<CompiledRoute> {
    const { book } = this.#dependencies;
    const route = book.find(name);
    const isCycle = route !== undefined && this.#path.includes(route.name);
    if (route === undefined || isCycle || this.#path.length >= MAX_LEVELS)
      return refused(unknownRoute(name, book));
    const known = this.#nested.get(route.name);
    if (known !== undefined) return ok(known);
    const compiled = new Compiler(this.#dependencies, route.policy, savedAs(route), this.#path).compile();
    if (compiled.kind === 'OK') this.#nested.set(route.name, compiled.value);
    return compiled;
  }

  /** Makes an offering a candidate, or notes why it is none. The first rule that names it wins. */
  #offer({ rule, group, isFallback, conditions: ofRule }: Placed, offering: Offering, terms: Terms): void {
    const { catalogue, providers, health, operation, speedOf } = this.#dependencies;
    if (this.#candidates.has(offering.id)) return;
    const provider = catalogue.isOn(offering) ? providers.get(offering.providerId) : undefined;
    if (provider === undefined) {
      this.#reject(rule, offering, this.#whyOff(offering));
      return;
    }
    const misfit = this.#unable(provider, rule, offering) ?? whyUnfit(terms, offering);
    const regions = misfit ?? askedRegions(catalogue, offering, terms.filters, terms.askedRegion);
    if ('reason' in regions) {
      this.#reject(rule, offering, regions);
      return;
    }
    const availability = health.availabilityOf(offering.id, this.#policy.breaker, operation);
    const momentary = momentaryOf(terms, offering);
    const maxCostUsd = lowerCeiling(terms.ceiling, this.#ceiling);
    const conditions = terms.conditions ?? ofRule;
    this.#candidates.set(offering.id, {
      index: this.#candidates.size,
      offering,
      provider,
      rule,
      group,
      isFallback,
      region: regionOf(catalogue, offering),
      places: placesOf(catalogue, offering),
      ...regions,
      rates: rateCardOf(catalogue, offering, regions.askedRegion),
      scores: catalogue.qualityOf(offering.modelSlug),
      availability,
      pulse: availability.pulse,
      ...(maxCostUsd !== undefined && { maxCostUsd }),
      ...(conditions !== undefined && { conditions }),
      ...(speedOf !== undefined &&
        prefersSpeed(this.#policy) && { speed: speedCheck(offering.id, this.#policy, speedOf) }),
      ...(momentary !== undefined && { momentary }),
    });
  }

  #rejectName(name: string, refusal: CompletionRefusal): CompletionRefusal {
    const offeringId = asOfferingId(name.slice(0, 256));
    this.#rejected.set(offeringId, { offeringId, reason: 'MODEL', detail: refusalMessage(refusal) });
    return refusal;
  }

  #reject({ target }: CandidateRule, { id }: Offering, misfit: Misfit): void {
    if (this.#rejected.has(id)) return;
    const rejection: Rejection = { offeringId: id, ...misfit };
    if (target.kind === 'FILTER') this.#passOver(rejection);
    else this.#rejected.set(id, rejection);
  }

  #passOver(rejection: Rejection): void {
    if (this.#unfit.size < MAX_UNFIT && !this.#unfit.has(rejection.offeringId))
      this.#unfit.set(rejection.offeringId, rejection);
  }

  #unable(
    provider: Provider,
    { target }: CandidateRule,
    { retiresAt, endStatedBy }: Offering,
  ): Misfit | undefined {
    const { operation, at } = this.#dependencies;
    if (!isAble(provider, operation)) return operation === undefined ? NO_COMPLETIONS : unableTo(operation);
    // What was asked for by name is looked at again with each request: it may be all that is left.
    const isNamed = target.kind === 'MODEL' || target.kind === 'OFFERING';
    if (isNamed && endStatedBy === 'LISTS') return undefined;
    return retiresAt !== undefined && retiresAt <= at ? retiredMisfit(retiresAt) : undefined;
  }

  #whyOff({ providerId }: Offering): Misfit {
    const status = this.#dependencies.catalogue.provider(providerId)?.status;
    return {
      reason: 'NOT_CONFIGURED',
      detail: status?.kind === 'OFF' ? status.reason : 'Its provider is not configured.',
    };
  }
}

const savedAs = ({ name, version }: Route): NonNullable<CompiledRoute['saved']> => ({ name, version });

const unknownRoute = (name: string, book: RouteBook): CompletionRefusal => ({
  code: 'UNKNOWN_ROUTE',
  name,
  suggestions: nearestNames(
    name,
    book.all().map((route) => route.name),
  ),
});

/**
 * Looks up what a policy names. Names that mean nothing refuse a policy that is not saved; those of a saved one, which
 * other nodes or an older catalogue knew, are rejections. A route may come out without candidates: planning says so.
 */
export const compileRoute = (
  policy: RoutePolicy,
  saved: CompiledRoute['saved'],
  dependencies: CompileDependencies,
): Staged<CompiledRoute> => new Compiler(dependencies, policy, saved).compile();

/** A saved route by its name. */
export const compileSaved = (name: string, dependencies: CompileDependencies): Staged<CompiledRoute> => {
  const route = dependencies.book.find(name);
  if (route === undefined) return refused(unknownRoute(name, dependencies.book));
  const { policy } = route;
  const saved = savedAs(route);
  const compiled = (
    part: RoutePolicy | undefined,
    more: Pick<RouteParts, 'spender' | 'savesBudget'> = {},
  ): CompiledRoute | undefined => {
    const found = part && new Compiler(dependencies, part, saved).compile(more);
    return found?.kind === 'OK' ? found.value : undefined;
  };
  return new Compiler(dependencies, policy, saved).compile({
    cheaper: compiled(cheaperPolicy(policy), { savesBudget: true }),
    canary: compiled(canaryPolicy(policy)),
    mirrors: mirrorPolicies(policy).flatMap((part) => compiled(part, { spender: 'MIRRORED' }) ?? []),
  });
};

/** Says that none of the providers that serve a model does what is asked. */
const inabilityOf = (operation: OperationKind | undefined, on: readonly Offering[]): string => {
  const ids = [...new Set(on.map(({ providerId }) => providerId))];
  if (operation === undefined)
    return `${ids[0]} has no language models. Choose another model, or another operation.`;
  return `${ids.join(', ')} ${ids.length === 1 ? 'serves' : 'serve'} it, but cannot ${descriptorOf(operation).ability}. Choose another model, or turn on another provider that serves it.`;
};

/**
 * A model's own name: refused as such where nothing that it means is on, or nothing of it answers prompts.
 */
export const compileModel = (
  name: string,
  policy: RoutePolicy,
  dependencies: CompileDependencies,
): Staged<CompiledRoute> => {
  const { catalogue, providers } = dependencies;
  const meaning = meaningOf(name, catalogue);
  if (meaning.kind === 'REFUSED') return meaning;
  const { model, offerings } = meaning.value;
  const on = offerings.filter((offering) => catalogue.isOn(offering) && providers.has(offering.providerId));
  const [first] = on;
  if (first === undefined) {
    const ids = [...new Set(offerings.map(({ providerId }) => providerId))];
    return refused({
      code: 'NO_PROVIDER_CONFIGURED',
      name,
      modelSlug: model.slug,
      providers: ids.map((id) => {
        const status = catalogue.provider(id)?.status;
        return { id, reason: status?.kind === 'OFF' ? status.reason : 'not configured' };
      }),
    });
  }
  const { operation } = dependencies;
  // What no provider counts is estimated.
  const isAnyAble =
    operation === 'TOKEN_COUNT' ||
    on.some(({ providerId }) => {
      const provider = providers.get(providerId);
      return provider !== undefined && isAble(provider, operation);
    });
  if (!isAnyAble)
    return refused({ code: 'UNSUPPORTED_OPERATION', name, problem: inabilityOf(operation, on) });
  return compileRoute(policy, undefined, dependencies);
};
