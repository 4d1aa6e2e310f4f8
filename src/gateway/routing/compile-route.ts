import type { Catalogue } from '../../catalogue/catalogue.ts';
import { nearestNames } from '../../catalogue/nearest-names.ts';
import { otherOperation } from '../../catalogue/offering-operation.ts';
import { placesOf } from '../../catalogue/offering-regions.ts';
import type { Rejection } from '../../domain/attempt.ts';
import { asOfferingId, type OfferingId, type ProviderId, type RouteName } from '../../domain/ids.ts';
import type { Capability, Offering } from '../../domain/model.ts';
import type { OperationKind } from '../../domain/operation.ts';
import type { PerfStat } from '../../domain/performance.ts';
import type { CompletionRefusal } from '../../domain/refusal.ts';
import { refusalMessage } from '../../domain/refusal.ts';
import type { CandidateRule, Route, RoutePolicy } from '../../domain/route.ts';
import type { Provider } from '../../ports/provider.ts';
import { meaningOf } from '../stages/resolve-model.ts';
import { ok, refused, type Staged } from '../stages/stage.ts';
import type { RouteCandidate } from './candidate.ts';
import {
  ceilingOf,
  compileFilter,
  firstMisfit,
  lowerCeiling,
  type Misfit,
  type MomentaryCheck,
  type OfferingCheck,
  type RouteFilter,
  regionOf,
  retiredMisfit,
} from './candidate-filter.ts';
import { CompiledRoute } from './compiled-route.ts';
import type { HealthBoard } from './health/health-board.ts';
import type { RouteBook } from './policy/route-book.ts';
import { rateCardOf } from './rate-card.ts';
import { askedRegions } from './regions.ts';

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
};

/** Routes within routes go no deeper; saving refuses cycles, and what is saved on several nodes at once ends here. */
const MOST_LEVELS = 8;
/** Of what filters pass over: they look at all that is on. */
const MOST_UNFIT = 200;

/** What reads, judges or draws, and answers no prompt unless a source says so. */
const OTHER_WORK: ReadonlySet<Capability> = new Set([
  'EMBEDDING',
  'RERANK',
  'MODERATION',
  'IMAGE_GENERATION',
  'VIDEO_GENERATION',
  'SPEECH',
  'TRANSCRIPTION',
  'OCR',
]);

const NO_COMPLETIONS: Misfit = { reason: 'NO_COMPLETIONS', detail: 'Its provider has no language models.' };
const NOT_FOR_TEXT: Misfit = { reason: 'NO_COMPLETIONS', detail: 'It does not answer with text.' };

const writesText: OfferingCheck = ({ capabilities, lacks, outputModalities }) => {
  if (outputModalities !== undefined && outputModalities.length > 0 && !outputModalities.includes('TEXT'))
    return NOT_FOR_TEXT;
  if (capabilities.includes('COMPLETION')) return undefined;
  if (lacks.includes('COMPLETION')) return NOT_FOR_TEXT;
  return capabilities.some((each) => OTHER_WORK.has(each)) ? NOT_FOR_TEXT : undefined;
};

/** What each operation is to a person. */
const ABILITIES: { readonly [Kind in OperationKind]: string } = {
  EMBEDDING: 'make embeddings',
  IMAGE_GENERATION: 'make images',
  SPEECH: 'speak',
  TRANSCRIPTION: 'transcribe',
  RERANK: 'rerank documents',
  MODERATION: 'moderate',
  TOKEN_COUNT: 'count tokens',
};

/** Whether a provider does what is to be done, for some model at least. */
const isAble = (provider: Provider, operation: OperationKind | undefined): boolean =>
  operation === undefined ? provider.completes : provider.operations[operation] !== undefined;

const unableTo = (operation: OperationKind): Misfit => ({
  reason: 'CAPABILITY',
  detail: `Its provider cannot ${ABILITIES[operation]}.`,
});

/** What an offering has to be for, of all that a filter finds. */
const isFor = (operation: OperationKind | undefined): OfferingCheck => {
  if (operation === undefined || operation === 'TOKEN_COUNT') return writesText;
  return (offering) => {
    const other = otherOperation(offering, operation);
    return other === undefined
      ? undefined
      : { reason: 'CAPABILITY', detail: `It is for ${other}, not to ${ABILITIES[operation]}.` };
  };
};

/** What came of one compilation so far. */
type Draft = {
  readonly policy: RoutePolicy;
  readonly candidates: Map<OfferingId, RouteCandidate>;
  readonly rejected: Map<OfferingId, Rejection>;
  readonly unfit: Map<OfferingId, Rejection>;
  readonly nested: Map<RouteName, CompiledRoute>;
};

/** What an offering must hold to become a candidate, and while it is one. */
type Terms = {
  readonly filters: readonly RouteFilter[];
  readonly check?: OfferingCheck;
  readonly momentary?: MomentaryCheck | undefined;
  readonly ceiling?: number | undefined;
  /** Of a nested route. */
  readonly askedRegion?: string | undefined;
};

const whyUnfit = ({ filters, check }: Terms, offering: Offering): Misfit | undefined =>
  firstMisfit(filters.map(({ lasting }) => lasting))(offering) ?? check?.(offering);

const momentaryOf = ({ filters, momentary }: Terms, offering: Offering): MomentaryCheck | undefined => {
  const checks = [momentary, ...filters.map((filter) => filter.momentary(offering))].filter(
    (check) => check !== undefined,
  );
  const [first] = checks;
  return checks.length < 2 ? first : (at) => firstFound(checks, at);
};

const firstFound = (checks: readonly MomentaryCheck[], at: Date): Misfit | undefined => {
  for (const check of checks) {
    const found = check(at);
    if (found !== undefined) return found;
  }
  return undefined;
};

/** One rule at its place. */
type Placed = { readonly rule: CandidateRule; readonly group: number; readonly isFallback: boolean };

class Compiler {
  readonly #dependencies: CompileDependencies;
  /** Names of the routes that are being compiled, the outermost first. */
  readonly #path: readonly string[];

  constructor(dependencies: CompileDependencies, path: readonly string[]) {
    this.#dependencies = dependencies;
    this.#path = path;
  }

  compile(policy: RoutePolicy, saved: CompiledRoute['saved']): Staged<CompiledRoute> {
    const draft: Draft = {
      policy,
      candidates: new Map(),
      rejected: new Map(),
      unfit: new Map(),
      nested: new Map(),
    };
    const require = policy.require === undefined ? [] : [compileFilter(policy.require, this.#dependencies)];
    const rules: readonly Placed[] = [
      ...policy.candidates.map((rule, group): Placed => ({ rule, group, isFallback: false })),
      ...policy.fallback.candidates.map(
        (rule, index): Placed => ({ rule, group: policy.candidates.length + index, isFallback: true }),
      ),
    ];
    for (const placed of rules) {
      const refusal = this.#add(draft, placed, require);
      // A saved route outlives what it names; what somebody writes now is told to be wrong.
      if (refusal !== undefined && saved === undefined) return refused(refusal);
    }
    for (const id of draft.candidates.keys()) draft.rejected.delete(id);
    const unfit = [...draft.unfit.values()].filter(
      ({ offeringId }) => !draft.candidates.has(offeringId) && !draft.rejected.has(offeringId),
    );
    return ok(
      new CompiledRoute({
        policy,
        saved,
        candidates: [...draft.candidates.values()],
        rejected: [...draft.rejected.values()],
        unfit,
        nested: draft.nested,
      }),
    );
  }

  /** Adds what a rule stands for; a refusal where its name stands for nothing. */
  #add(draft: Draft, placed: Placed, require: readonly RouteFilter[]): CompletionRefusal | undefined {
    const { catalogue } = this.#dependencies;
    const { target } = placed.rule;
    switch (target.kind) {
      case 'MODEL':
      case 'OFFERING': {
        const name = target.kind === 'MODEL' ? target.name : `offering:${target.id}`;
        const meaning = meaningOf(name, catalogue);
        if (meaning.kind === 'REFUSED') {
          const refusal =
            target.kind === 'OFFERING' && meaning.refusal.code === 'UNKNOWN_MODEL'
              ? { ...meaning.refusal, name: target.id }
              : meaning.refusal;
          this.#rejectName(draft, target.kind === 'MODEL' ? target.name : target.id, refusal);
          return refusal;
        }
        for (const offering of meaning.value.offerings)
          this.#offer(draft, placed, offering, { filters: require });
        return undefined;
      }
      case 'FILTER': {
        const filter = compileFilter({ deprecated: 'EXCLUDE', ...target.filter }, this.#dependencies);
        const terms: Terms = {
          filters: [filter, ...require],
          check: isFor(this.#dependencies.operation),
          ceiling: ceilingOf(catalogue, target.filter),
        };
        for (const offering of catalogue.offerings)
          if (catalogue.isOn(offering)) this.#offer(draft, placed, offering, terms);
        return undefined;
      }
      case 'ROUTE':
        return this.#addRoute(draft, placed, target.name, require);
    }
  }

  #rejectName(draft: Draft, name: string, refusal: CompletionRefusal): void {
    const offeringId = asOfferingId(name.slice(0, 256));
    draft.rejected.set(offeringId, { offeringId, reason: 'MODEL', detail: refusalMessage(refusal) });
  }

  #addRoute(
    draft: Draft,
    placed: Placed,
    name: RouteName,
    require: readonly RouteFilter[],
  ): CompletionRefusal | undefined {
    const found = this.#nested(draft, name);
    if (found.kind === 'REFUSED') {
      this.#rejectName(draft, `route:${name}`, found.refusal);
      return found.refusal;
    }
    const inner = found.value;
    for (const rejection of inner.rejected)
      if (!draft.rejected.has(rejection.offeringId)) draft.rejected.set(rejection.offeringId, rejection);
    for (const rejection of inner.unfit) this.#passOver(draft, rejection);
    for (const { offering, maxCostUsd, momentary, askedRegion } of inner.candidates)
      this.#offer(draft, placed, offering, { filters: require, ceiling: maxCostUsd, momentary, askedRegion });
    return undefined;
  }

  #nested(draft: Draft, name: RouteName): Staged<CompiledRoute> {
    const { book } = this.#dependencies;
    const route = book.find(name);
    const isCycle = route !== undefined && this.#path.includes(route.name);
    if (route === undefined || isCycle || this.#path.length >= MOST_LEVELS)
      return refused(unknownRoute(name, book));
    const known = draft.nested.get(route.name);
    if (known !== undefined) return ok(known);
    const compiled = new Compiler(this.#dependencies, [...this.#path, route.name]).compile(
      route.policy,
      savedAs(route),
    );
    if (compiled.kind === 'OK') draft.nested.set(route.name, compiled.value);
    return compiled;
  }

  /** Makes an offering a candidate, or notes why it is none. The first rule that names it wins. */
  #offer(draft: Draft, { rule, group, isFallback }: Placed, offering: Offering, terms: Terms): void {
    const { catalogue, providers, health } = this.#dependencies;
    const { candidates, policy } = draft;
    if (candidates.has(offering.id)) return;
    const provider = providers.get(offering.providerId);
    const misfit =
      provider === undefined || !catalogue.isOn(offering)
        ? this.#whyOff(offering)
        : (this.#unable(provider, rule, offering) ?? whyUnfit(terms, offering));
    if (misfit !== undefined || provider === undefined) {
      this.#reject(draft, rule, offering, misfit ?? this.#whyOff(offering));
      return;
    }
    const regions = askedRegions(catalogue, offering, terms.filters, terms.askedRegion);
    if (regions.kind === 'CONFLICT') {
      this.#reject(draft, rule, offering, regions.misfit);
      return;
    }
    const { askedRegion } = regions;
    const availability = health.availabilityOf(offering.id, policy.breaker);
    const momentary = momentaryOf(terms, offering);
    const maxCostUsd = lowerCeiling(
      terms.ceiling,
      policy.require === undefined ? undefined : ceilingOf(catalogue, policy.require),
    );
    candidates.set(offering.id, {
      index: candidates.size,
      offering,
      provider,
      rule,
      group,
      isFallback,
      region: regionOf(catalogue, offering),
      places: placesOf(catalogue, offering),
      requestRegions: regions.requestRegions,
      ...(askedRegion !== undefined && { askedRegion }),
      rates: rateCardOf(catalogue, offering, askedRegion),
      scores: catalogue.qualityOf(offering.modelSlug),
      availability,
      pulse: availability.pulse,
      ...(maxCostUsd !== undefined && { maxCostUsd }),
      ...(momentary !== undefined && { momentary }),
    });
  }

  #reject(draft: Draft, rule: CandidateRule, { id }: Offering, misfit: Misfit): void {
    if (draft.rejected.has(id)) return;
    const rejection: Rejection = { offeringId: id, ...misfit };
    if (rule.target.kind === 'FILTER') this.#passOver(draft, rejection);
    else draft.rejected.set(id, rejection);
  }

  #passOver({ unfit }: Draft, rejection: Rejection): void {
    if (unfit.size < MOST_UNFIT && !unfit.has(rejection.offeringId))
      unfit.set(rejection.offeringId, rejection);
  }

  #unable(
    provider: Provider,
    { target }: CandidateRule,
    { retiresAt, endStatedBy }: Offering,
  ): Misfit | undefined {
    const { operation } = this.#dependencies;
    if (!isAble(provider, operation)) return operation === undefined ? NO_COMPLETIONS : unableTo(operation);
    // What was asked for by name is looked at again with each request: it may be all that is left.
    const isNamed = target.kind === 'MODEL' || target.kind === 'OFFERING';
    if (isNamed && endStatedBy === 'LISTS') return undefined;
    return retiresAt !== undefined && retiresAt <= this.#dependencies.at
      ? retiredMisfit(retiresAt)
      : undefined;
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
): Staged<CompiledRoute> =>
  new Compiler(dependencies, saved === undefined ? [] : [saved.name]).compile(policy, saved);

/** A saved route by its name. */
export const compileSaved = (name: string, dependencies: CompileDependencies): Staged<CompiledRoute> => {
  const route = dependencies.book.find(name);
  return route === undefined
    ? refused(unknownRoute(name, dependencies.book))
    : compileRoute(route.policy, savedAs(route), dependencies);
};

/** Says that none of the providers that serve a model does what is asked. */
const inabilityOf = (operation: OperationKind | undefined, on: readonly Offering[]): string => {
  const ids = [...new Set(on.map(({ providerId }) => providerId))];
  if (operation === undefined)
    return `${ids[0]} has no language models. Choose another model, or another operation.`;
  return `${ids.join(', ')} ${ids.length === 1 ? 'serves' : 'serve'} it, but cannot ${ABILITIES[operation]}. Choose another model, or turn on another provider that serves it.`;
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
