import { hash } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import type { Catalogue } from '../../catalogue/catalogue.ts';
import { asRouteName, type OfferingId, type ProviderId } from '../../domain/ids.ts';
import type { OperationKind } from '../../domain/operation.ts';
import type { PerfStat } from '../../domain/performance.ts';
import { type CandidateTarget, DEFAULT_POLICY, type RoutePolicy } from '../../domain/route.ts';
import type { Provider } from '../../ports/provider.ts';
import { type CompletionCommand, INLINE_ROUTE } from '../completion-command.ts';
import { ok, refused, type Staged } from '../stages/stage.ts';
import { type CompileDependencies, compileModel, compileRoute, compileSaved } from './compile-route.ts';
import type { CompiledRoute } from './compiled-route.ts';
import type { HealthBoard } from './health/health-board.ts';
import type { RouteBook } from './policy/route-book.ts';

export type CompiledRoutesDependencies = {
  readonly catalogue: () => Catalogue;
  readonly providers: () => ReadonlyMap<ProviderId, Provider>;
  readonly book: RouteBook;
  readonly health: HealthBoard;
  /** What this server measured of an offering; nothing if absent. */
  readonly measured?: (id: OfferingId) => readonly PerfStat[];
  /** How names of models are routed; `DEFAULT_POLICY` if not given. */
  readonly defaultPolicy?: RoutePolicy;
  readonly now: () => Date;
};

/** Routes as they are compiled, kept for as long as what they rest on stands. */
export type CompiledRoutes = (
  command: Pick<CompletionCommand, 'model' | 'routing'>,
  operation?: OperationKind,
) => Staged<CompiledRoute>;

const MOST_NAMES = 2_000;
const MOST_NAMED_CANDIDATES = 100_000;
const MOST_INLINE = 500;
/** Anybody may bring policies, each of which may mean all offerings that there are: they are kept as far as there is room. */
const MOST_INLINE_CANDIDATES = 20_000;

const sizeOf = ({ candidates, rejected, unfit, nested }: CompiledRoute): number => {
  let size = 1 + candidates.length + rejected.length + unfit.length;
  for (const inner of nested.values()) size += sizeOf(inner);
  return size;
};

export const ROUTE_PREFIX = 'route:';

/** What the `model` of a request means to a policy that brings no candidates. */
const targetOf = (model: string): CandidateTarget =>
  isRoute(model) ? { kind: 'ROUTE', name: asRouteName(nameOf(model)) } : { kind: 'MODEL', name: model };

/** Whether a name is that of a saved route, which there may be or not. */
export const isRoute = (model: string): boolean =>
  model.slice(0, ROUTE_PREFIX.length).toLowerCase() === ROUTE_PREFIX;
const nameOf = (model: string): string => model.slice(ROUTE_PREFIX.length).trim().toLowerCase();

const NO_CANDIDATES = refused({
  code: 'INVALID_INPUT',
  path: 'routing.candidates',
  problem: `is missing: name candidates there, or a \`model\` other than "${INLINE_ROUTE}".`,
});

export const createCompiledRoutes = (dependencies: CompiledRoutesDependencies): CompiledRoutes => {
  const { defaultPolicy = DEFAULT_POLICY } = dependencies;
  /** How a name is routed that stands for a model. */
  const policyOf = (target: CandidateTarget): RoutePolicy => ({
    ...defaultPolicy,
    candidates: [{ target, weight: 1 }],
  });
  const byName = new LRUCache<string, CompiledRoute>({
    max: MOST_NAMES,
    maxSize: MOST_NAMED_CANDIDATES,
    sizeCalculation: sizeOf,
  });
  const byText = new LRUCache<string, CompiledRoute>({
    max: MOST_INLINE,
    maxSize: MOST_INLINE_CANDIDATES,
    sizeCalculation: sizeOf,
  });
  /** A policy of one request is compiled when that comes, and asked for again when it is over. */
  let byPolicy = new WeakMap<RoutePolicy, { readonly key: string; readonly route: CompiledRoute }>();
  let basis:
    | { catalogue: Catalogue; providers: ReadonlyMap<ProviderId, Provider>; revision: number }
    | undefined;

  const basisNow = (operation: OperationKind | undefined): CompileDependencies => {
    const { book, health, measured } = dependencies;
    const catalogue = dependencies.catalogue();
    const providers = dependencies.providers();
    const revision = book.revision();
    if (
      basis === undefined ||
      basis.catalogue !== catalogue ||
      basis.providers !== providers ||
      basis.revision !== revision
    ) {
      byName.clear();
      byText.clear();
      byPolicy = new WeakMap();
      basis = { catalogue, providers, revision };
    }
    return {
      catalogue,
      providers,
      book,
      health,
      at: dependencies.now(),
      operation,
      ...(measured !== undefined && { measured }),
    };
  };

  const named = (model: string, on: CompileDependencies): Staged<CompiledRoute> => {
    const key = keyOf(model, on);
    const known = byName.get(key);
    if (known !== undefined) return ok(known);
    const compiled = isRoute(model)
      ? compileSaved(nameOf(model), on)
      : compileModel(model, policyOf(targetOf(model)), on);
    if (compiled.kind === 'OK') byName.set(key, compiled.value);
    return compiled;
  };

  const inline = (model: string, given: RoutePolicy, on: CompileDependencies): Staged<CompiledRoute> => {
    const bringsOwn = given.candidates.length > 0;
    const key = keyOf(bringsOwn ? '' : model, on);
    const same = byPolicy.get(given);
    if (same !== undefined && same.key === key) return ok(same.route);
    if (!bringsOwn && model === INLINE_ROUTE) return NO_CANDIDATES;
    const text = hash('sha256', JSON.stringify([key, given]), 'base64url');
    const known = byText.get(text);
    if (known !== undefined) {
      byPolicy.set(given, { key, route: known });
      return ok(known);
    }
    const target = targetOf(model);
    const policy = bringsOwn ? given : { ...given, candidates: [{ target, weight: 1 }] };
    const compiled =
      !bringsOwn && target.kind === 'MODEL'
        ? compileModel(model, policy, on)
        : compileRoute(policy, undefined, on);
    if (compiled.kind === 'REFUSED') return compiled;
    byText.set(text, compiled.value);
    byPolicy.set(given, { key, route: compiled.value });
    return compiled;
  };

  return ({ model, routing }, operation) => {
    const on = basisNow(operation);
    if (routing?.policy !== undefined) return inline(model, routing.policy, on);
    return model === INLINE_ROUTE ? NO_CANDIDATES : named(model, on);
  };
};

/** Names mean other candidates for another operation. */
const keyOf = (name: string, { operation }: CompileDependencies): string =>
  operation === undefined ? name : `${operation}\n${name}`;
