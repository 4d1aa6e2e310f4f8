import { hash } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import type { Catalogue } from '../../catalogue/catalogue.ts';
import { asRouteName, type ProviderId } from '../../domain/ids.ts';
import type { OperationKind } from '../../domain/operation.ts';
import { type CandidateTarget, DEFAULT_POLICY, type RoutePolicy } from '../../domain/route.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Provider } from '../../ports/provider.ts';
import { type CompletionCommand, INLINE_ROUTE } from '../completion-command.ts';
import { ok, refused, type Staged } from '../stages/stage.ts';
import { type CompileDependencies, compileModel, compileRoute, compileSaved } from './compile-route.ts';
import type { CompiledRoute } from './compiled-route.ts';

export type CompiledRoutesDependencies = Pick<
  CompileDependencies,
  'book' | 'health' | 'measured' | 'speedOf'
> & {
  /** As it is now; what is compiled by one is compiled anew for the next. */
  readonly catalogue: () => Catalogue;
  readonly providers: () => ReadonlyMap<ProviderId, Provider>;
  /** How names of models are routed; `DEFAULT_POLICY` if not given. */
  readonly defaultPolicy?: RoutePolicy;
  readonly clock: Pick<Clock, 'now'>;
};

/** Routes as they are compiled, kept for as long as what they rest on stands. */
export type CompiledRoutes = (
  command: Pick<CompletionCommand, 'model' | 'routing'>,
  operation?: OperationKind,
) => Staged<CompiledRoute>;

/** Anybody may bring policies, each of which may mean all offerings that there are: they are kept as far as there is room. */
const NAMED = { max: 2_000, maxSize: 100_000 };
const INLINE = { max: 500, maxSize: 20_000 };

const sizeOf = (compiled: CompiledRoute): number => {
  const { candidates, rejected, unfit, nested, byFailure, cheaper, canary, mirrors } = compiled;
  let size = 1 + candidates.length + rejected.length + unfit.length;
  for (const part of [cheaper, canary, ...mirrors]) if (part !== undefined) size += sizeOf(part);
  for (const { route } of byFailure) size += sizeOf(route);
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

/** Names mean other candidates for another operation. */
const keyOf = (name: string, operation: OperationKind | undefined): string =>
  operation === undefined ? name : `${operation}\n${name}`;

export const createCompiledRoutes = (dependencies: CompiledRoutesDependencies): CompiledRoutes => {
  const { book, health, measured, speedOf, defaultPolicy = DEFAULT_POLICY, clock } = dependencies;
  const byName = new LRUCache<string, CompiledRoute>({ ...NAMED, sizeCalculation: sizeOf });
  const byText = new LRUCache<string, CompiledRoute>({ ...INLINE, sizeCalculation: sizeOf });
  /** A policy of one request is compiled when that comes, and asked for again when it is over. */
  let byPolicy = new WeakMap<RoutePolicy, { readonly key: string; readonly route: CompiledRoute }>();
  let catalogue = dependencies.catalogue();
  let providers = dependencies.providers();
  let revision = book.revision();

  const refresh = (): void => {
    const catalogueNow = dependencies.catalogue();
    const providersNow = dependencies.providers();
    const revisionNow = book.revision();
    if (catalogueNow === catalogue && providersNow === providers && revisionNow === revision) return;
    byName.clear();
    byText.clear();
    byPolicy = new WeakMap();
    catalogue = catalogueNow;
    providers = providersNow;
    revision = revisionNow;
  };
  const on = (operation: OperationKind | undefined): CompileDependencies => ({
    catalogue,
    providers,
    book,
    health,
    at: clock.now(),
    operation,
    ...(measured !== undefined && { measured }),
    ...(speedOf !== undefined && { speedOf }),
  });

  /** By rules of its own for a name, which the policy has no other candidates than. */
  const compileNamed = (
    model: string,
    policy: RoutePolicy,
    operation: OperationKind | undefined,
  ): Staged<CompiledRoute> => {
    const target = targetOf(model);
    const complete = { ...policy, candidates: [{ target, weight: 1 }] };
    return target.kind === 'MODEL'
      ? compileModel(model, complete, on(operation))
      : compileRoute(complete, undefined, on(operation));
  };

  const named = (model: string, operation: OperationKind | undefined): Staged<CompiledRoute> => {
    const key = keyOf(model, operation);
    const known = byName.get(key);
    if (known !== undefined) return ok(known);
    const compiled = isRoute(model)
      ? compileSaved(nameOf(model), on(operation))
      : compileNamed(model, defaultPolicy, operation);
    if (compiled.kind === 'OK') byName.set(key, compiled.value);
    return compiled;
  };

  const inline = (
    model: string,
    policy: RoutePolicy,
    operation: OperationKind | undefined,
  ): Staged<CompiledRoute> => {
    const bringsOwn = policy.candidates.length > 0;
    const key = keyOf(bringsOwn ? '' : model, operation);
    const same = byPolicy.get(policy);
    if (same !== undefined && same.key === key) return ok(same.route);
    if (!bringsOwn && model === INLINE_ROUTE) return NO_CANDIDATES;
    const text = hash('sha256', JSON.stringify([key, policy]), 'base64url');
    let route = byText.get(text);
    if (route === undefined) {
      const compiled = bringsOwn
        ? compileRoute(policy, undefined, on(operation))
        : compileNamed(model, policy, operation);
      if (compiled.kind === 'REFUSED') return compiled;
      route = compiled.value;
      byText.set(text, route);
    }
    byPolicy.set(policy, { key, route });
    return ok(route);
  };

  return ({ model, routing }, operation) => {
    refresh();
    if (routing?.policy !== undefined) return inline(model, routing.policy, operation);
    return model === INLINE_ROUTE ? NO_CANDIDATES : named(model, operation);
  };
};
