import { isJsonObject, type JsonObject, type JsonValue } from '../../../domain/json.ts';
import {
  type BreakerRules,
  type CandidateRule,
  type CandidateTarget,
  DEFAULT_BREAKER,
  DEFAULT_FALLBACK,
  type FallbackRules,
  type Order,
  type RouteCondition,
  type RoutePolicy,
  type Strategy,
} from '../../../domain/route.ts';
import { type PolicyIssue, policyIssues } from './checks.ts';
import { filterDocument } from './filter-grammar.ts';
import { explain, policyGrammar } from './grammar.ts';
import { policyOf } from './written-policy.ts';

/** Filters and policies that were saved before filters had one vocabulary, in the words of today. */

const filterOfToday = (filter: JsonValue): JsonValue => {
  if (!isJsonObject(filter)) return filter;
  const { kinds, minContext, maxCostPerRequest, currency, ...rest } = filter;
  const isPlainAmount = typeof maxCostPerRequest === 'string' || typeof maxCostPerRequest === 'number';
  return {
    ...rest,
    ...(kinds !== undefined && { providerKinds: kinds }),
    ...(minContext !== undefined && { minContextWindow: minContext }),
    ...(maxCostPerRequest !== undefined && {
      maxCostPerRequest: isPlainAmount
        ? { amount: maxCostPerRequest, currency: currency ?? 'USD' }
        : maxCostPerRequest,
    }),
  };
};

const rulesOfToday = (rules: JsonValue): JsonValue =>
  Array.isArray(rules)
    ? rules.map((rule: JsonValue) =>
        isJsonObject(rule) && rule.filter !== undefined
          ? { ...rule, filter: filterOfToday(rule.filter) }
          : rule,
      )
    : rules;

/** A stored policy as it would be saved today. What is in today's words already stays as it is. */
export const policyOfToday = (document: JsonObject): JsonObject => {
  const { candidates, require, fallback } = document;
  return {
    ...document,
    ...(candidates !== undefined && { candidates: rulesOfToday(candidates) }),
    ...(require !== undefined && { require: filterOfToday(require) }),
    ...(fallback !== undefined &&
      isJsonObject(fallback) &&
      fallback.candidates !== undefined && {
        fallback: { ...fallback, candidates: rulesOfToday(fallback.candidates) },
      }),
  };
};

/** Where a document ends to make sense; the path as in `candidates[0].weight`, empty for the whole. */
export type InvalidPolicy = { readonly kind: 'INVALID'; readonly path: string; readonly problem: string };
export type ReadPolicy = { readonly kind: 'OK'; readonly policy: RoutePolicy } | InvalidPolicy;

export type PolicyOptions = {
  /** OPTIONAL: a policy without candidates has none, for whoever uses it to fill in. REQUIRED if not given. */
  readonly candidates?: 'REQUIRED' | 'OPTIONAL';
};

const LOST_NAME = '__proto__';

/** Where an object has a member that would get lost on the way: objects have it without being given it. */
const lostMember = (
  value: unknown,
  path: readonly PropertyKey[] = [],
): readonly PropertyKey[] | undefined => {
  if (typeof value !== 'object' || value === null || path.length > 10) return undefined;
  if (Object.hasOwn(value, LOST_NAME)) return [...path, LOST_NAME];
  const members: [PropertyKey, unknown][] = Array.isArray(value)
    ? [...value.entries()]
    : Object.entries(value);
  for (const [name, member] of members) {
    const found = lostMember(member, [...path, name]);
    if (found !== undefined) return found;
  }
  return undefined;
};

/** The same with everything that is wrong, and where, for whoever tells it by the line. */
export const readPolicyStrictly = (
  document: unknown,
  { candidates = 'REQUIRED' }: PolicyOptions = {},
):
  | { readonly kind: 'OK'; readonly policy: RoutePolicy }
  | { readonly kind: 'INVALID'; readonly issues: readonly [PolicyIssue, ...PolicyIssue[]] } => {
  const lost = lostMember(document);
  if (lost !== undefined)
    return { kind: 'INVALID', issues: [{ path: lost, problem: 'is no name that is taken' }] };
  const parsed = policyGrammar.safeParse(document, { error: explain });
  const issues: PolicyIssue[] = parsed.success
    ? policyIssues(parsed.data, candidates)
    : parsed.error.issues.flatMap((issue) =>
        issue.code === 'unrecognized_keys'
          ? issue.keys.map((name) => ({ path: [...issue.path, name], problem: issue.message }))
          : [{ path: issue.path, problem: issue.message }],
      );
  const [first, ...others] = issues;
  if (first !== undefined) return { kind: 'INVALID', issues: [first, ...others] };
  if (!parsed.success) throw new Error('a document was refused without a reason');
  return { kind: 'OK', policy: policyOf(parsed.data) };
};

const LONGEST_NAME = 64;

/** `candidates[0].weight` */
const pathText = (path: readonly PropertyKey[]): string =>
  path.reduce<string>((text, part) => {
    if (typeof part === 'number') return `${text}[${part}]`;
    const name = String(part).slice(0, LONGEST_NAME);
    return text === '' ? name : `${text}.${name}`;
  }, '');

/** Reads a policy as it is written in the config file, in the store, and in the graph's input. */
export const readPolicy = (document: unknown, options: PolicyOptions = {}): ReadPolicy => {
  const read = readPolicyStrictly(document, options);
  if (read.kind === 'OK') return read;
  const [{ path, problem }] = read.issues;
  return { kind: 'INVALID', path: pathText(path), problem: `${problem}.` };
};

type Members = { readonly [name: string]: JsonValue | undefined };

/** An object of the members that are there. */
const json = (members: Members): JsonObject => {
  const kept: [string, JsonValue][] = [];
  for (const [name, value] of Object.entries(members)) if (value !== undefined) kept.push([name, value]);
  return Object.fromEntries(kept);
};

/** Undefined for an object without members. */
const unlessEmpty = (object: JsonObject): JsonObject | undefined =>
  Object.keys(object).length === 0 ? undefined : object;

/** Undefined for what is so anyway. */
const unless = <Value>(usual: Value, value: Value): Value | undefined =>
  value === usual ? undefined : value;

const conditionDocument = ({ time, metadata, ...rest }: RouteCondition): JsonObject =>
  json({ ...rest, metadata: metadata && { ...metadata }, time: time && json({ ...time }) });

const targetDocument = (target: CandidateTarget): Members => {
  switch (target.kind) {
    case 'MODEL':
      return { model: target.name };
    case 'OFFERING':
      return { offering: target.id };
    case 'FILTER':
      return { filter: filterDocument(target.filter) };
    case 'ROUTE':
      return { route: target.name };
  }
};

const ruleDocument = ({ target, weight, upTo, when }: CandidateRule): JsonObject =>
  json({
    ...targetDocument(target),
    weight: unless(1, weight),
    upTo,
    when: when && conditionDocument(when),
  });

const orderDocument = (order: Order): Members => {
  switch (order.kind) {
    case 'BALANCED':
      return { balanced: order.weights && json({ ...order.weights }) };
    case 'QUALITY_FLOOR':
      return { qualityFloor: { ...order.floor } };
    case 'COMPLEXITY':
      return { complexity: order.model && { bias: order.model.bias, weights: { ...order.model.weights } } };
    case 'SPLIT':
      return { split: { by: order.by } };
    case 'PRIORITY':
    case 'WEIGHTED':
    case 'CHEAPEST':
    case 'FASTEST':
    case 'LEAST_BUSY':
    case 'CONDITIONAL':
      return {};
  }
};

const strategyDocument = (strategy: Strategy): Members => {
  switch (strategy.kind) {
    case 'RACE':
      return {
        strategy: 'RACE',
        order: strategy.order.kind,
        ...orderDocument(strategy.order),
        race: { count: strategy.count },
      };
    case 'HEDGE':
      return {
        strategy: 'HEDGE',
        order: strategy.order.kind,
        ...orderDocument(strategy.order),
        hedge: unlessEmpty(json({ afterMs: strategy.afterMs })),
      };
    case 'STICKY':
      return {
        strategy: 'STICKY',
        order: strategy.order.kind,
        ...orderDocument(strategy.order),
        sticky: { forMs: strategy.forMs, maxCostRatio: strategy.maxCostRatio },
      };
    default:
      return { strategy: strategy.kind, ...orderDocument(strategy) };
  }
};

const fallbackDocument = (rules: FallbackRules): JsonObject => {
  const usual = DEFAULT_FALLBACK;
  const { baseMs, maxMs } = rules.backoff;
  return json({
    on: rules.on,
    candidates: rules.candidates.length === 0 ? undefined : rules.candidates.map(ruleDocument),
    maxAttempts: unless(usual.maxAttempts, rules.maxAttempts),
    retries: unless(usual.retries, rules.retries),
    backoff: baseMs === usual.backoff.baseMs && maxMs === usual.backoff.maxMs ? undefined : { baseMs, maxMs },
    timeouts: unlessEmpty(json({ ...rules.timeouts })),
    minOutputTps: rules.minOutputTps,
    holdBackTokens: unless(usual.holdBackTokens, rules.holdBackTokens),
  });
};

const breakerDocument = (rules: BreakerRules): JsonObject => {
  const usual = DEFAULT_BREAKER;
  return json({
    windowMs: unless(usual.windowMs, rules.windowMs),
    minSamples: unless(usual.minSamples, rules.minSamples),
    errorRate: unless(usual.errorRate, rules.errorRate),
    consecutiveFailures: unless(usual.consecutiveFailures, rules.consecutiveFailures),
    slowTtftMs: rules.slowTtftMs,
    slowRate: unless(usual.slowRate, rules.slowRate),
    openMs: unless(usual.openMs, rules.openMs),
  });
};

/** A policy as it is written down; rules that are the usual ones are left out. `readPolicy` reads the same policy. */
export const documentOf = (policy: RoutePolicy): JsonObject =>
  json({
    description: policy.description,
    candidates: policy.candidates.length === 0 ? undefined : policy.candidates.map(ruleDocument),
    ...strategyDocument(policy.strategy),
    require: policy.require && filterDocument(policy.require),
    preferRegions: policy.preferRegions.length === 0 ? undefined : policy.preferRegions,
    fallback: unlessEmpty(fallbackDocument(policy.fallback)),
    breaker: unlessEmpty(breakerDocument(policy.breaker)),
  });
