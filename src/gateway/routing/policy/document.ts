import { isJsonObject, type JsonObject, type JsonValue } from '../../../domain/json.ts';
import { omitUndefined } from '../../../domain/omit-undefined.ts';
import {
  type CascadeJudge,
  type CascadeRules,
  DEFAULT_BREAKER,
  DEFAULT_FALLBACK,
  type FallbackRules,
  type Order,
  type OrderKind,
  PLAIN_CHECKS,
  type RoutePolicy,
  type Strategy,
} from '../../../domain/route.ts';
import { type PolicyIssue, policyIssues } from './checks.ts';
import { filterDocument } from './filter-grammar.ts';
import { explain, OWN_MEMBERS, policyGrammar, type WrittenPolicy } from './grammar.ts';
import { rolloutDocument, rolloutOf } from './rollout-document.ts';
import { json, type Members, ruleDocument, ruleOf } from './rule-document.ts';

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
  const given = omitUndefined({
    candidates: candidates && rulesOfToday(candidates),
    require: require && filterOfToday(require),
    fallback:
      isJsonObject(fallback) && fallback.candidates !== undefined
        ? { ...fallback, candidates: rulesOfToday(fallback.candidates) }
        : fallback,
  });
  return { ...document, ...given };
};

/** How long a conversation's prompt cache is taken to be warm, and what staying there may cost. */
const DEFAULT_STICKY = { forMs: 300_000, maxCostRatio: 1.5 };
const DEFAULT_RACE = { count: 2 };
const DEFAULT_CASCADE: CascadeRules = { checks: PLAIN_CHECKS, maxEscalations: 3, stream: 'HOLD' };
const DEFAULT_JUDGE: CascadeJudge = { timeoutMs: 10_000, onFailure: 'PASS' };
const DEFAULT_RISING = { maxRises: 3 };

const cascadeOf = ({ judge, ...given }: NonNullable<WrittenPolicy['cascade']>): CascadeRules => ({
  ...DEFAULT_CASCADE,
  ...given,
  ...(judge !== undefined && { judge: { ...DEFAULT_JUDGE, ...judge } }),
});

const orderOf = (kind: OrderKind, written: WrittenPolicy): Order => {
  switch (kind) {
    case 'BALANCED':
      return { kind, ...(written.balanced !== undefined && { weights: written.balanced }) };
    case 'QUALITY_FLOOR':
      // The checks have seen that it is there.
      return { kind, floor: written.qualityFloor ?? { benchmark: '', score: 0 } };
    case 'COMPLEXITY':
      return { kind, ...(written.complexity !== undefined && { model: written.complexity }) };
    case 'SPLIT':
      return { kind, by: written.split?.by ?? 'KEY' };
    case 'PRIORITY':
    case 'WEIGHTED':
    case 'CHEAPEST':
    case 'FASTEST':
    case 'LEAST_BUSY':
    case 'CONDITIONAL':
      return { kind };
  }
};

const strategyOf = (written: WrittenPolicy): Strategy => {
  const { strategy: kind, order } = written;
  switch (kind) {
    case 'RACE':
      return { kind, ...DEFAULT_RACE, ...written.race, order: orderOf(order ?? 'PRIORITY', written) };
    case 'HEDGE':
      return { kind, ...written.hedge, order: orderOf(order ?? 'PRIORITY', written) };
    case 'STICKY':
      return { kind, ...DEFAULT_STICKY, ...written.sticky, order: orderOf(order ?? 'CHEAPEST', written) };
    case 'CASCADE':
      return { kind, ...cascadeOf(written.cascade ?? {}), order: orderOf(order ?? 'PRIORITY', written) };
    default:
      return orderOf(kind, written);
  }
};

const backoffOf = ({ baseMs, maxMs }: Partial<FallbackRules['backoff']>): FallbackRules['backoff'] => {
  const usual = DEFAULT_FALLBACK.backoff;
  // One of them alone moves the other no further than it must.
  return {
    baseMs: baseMs ?? Math.min(usual.baseMs, maxMs ?? usual.baseMs),
    maxMs: maxMs ?? Math.max(usual.maxMs, baseMs ?? usual.maxMs),
  };
};

/** What a document stands for, once all of it is known to fit together. */
const policyOf = (written: WrittenPolicy): RoutePolicy => {
  const {
    description,
    candidates = [],
    require,
    preferRegions = [],
    preferredMaxTtft,
    preferredMinTps,
    rising,
    fallback = {},
    breaker,
    ...rollout
  } = written;
  const { byFailure, ...fallbackRest } = fallback;
  return {
    ...(description !== undefined && { description }),
    candidates: candidates.map(ruleOf),
    strategy: strategyOf(written),
    ...(require !== undefined && { require }),
    preferRegions,
    ...omitUndefined({ preferredMaxTtft, preferredMinTps }),
    ...(rising !== undefined && { rising: { ...DEFAULT_RISING, ...rising } }),
    fallback: {
      ...DEFAULT_FALLBACK,
      ...fallbackRest,
      candidates: (fallback.candidates ?? []).map(ruleOf),
      ...(byFailure !== undefined && {
        byFailure: byFailure.map(({ on, candidates: rules }) => ({ on, candidates: rules.map(ruleOf) })),
      }),
      backoff: backoffOf(fallback.backoff ?? {}),
    },
    breaker: { ...DEFAULT_BREAKER, ...breaker },
    ...rolloutOf(rollout),
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
/** No policy is nested so deep. */
const MAX_LEVELS = 10;

/** Where an object has a member that would get lost on the way: objects have it without being given it. */
const lostMember = (
  value: unknown,
  path: readonly PropertyKey[] = [],
): readonly PropertyKey[] | undefined => {
  if (typeof value !== 'object' || value === null || path.length > MAX_LEVELS) return undefined;
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

/** The same without members that are undefined, as where the environment has nothing to put in. */
const given = (value: unknown, levels = MAX_LEVELS): unknown => {
  if (typeof value !== 'object' || value === null || levels < 0) return value;
  if (Array.isArray(value)) return value.map((each) => given(each, levels - 1));
  const members = Object.entries(value).filter(([, member]) => member !== undefined);
  return Object.fromEntries(members.map(([name, member]) => [name, given(member, levels - 1)]));
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
  const parsed = policyGrammar.safeParse(given(document), { error: explain });
  const issues: PolicyIssue[] = parsed.success
    ? [...policyIssues(parsed.data, candidates)]
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

const MAX_NAME_LENGTH = 64;

/** `candidates[0].weight` */
const pathText = (path: readonly PropertyKey[]): string =>
  path.reduce<string>((text, part) => {
    if (typeof part === 'number') return `${text}[${part}]`;
    const name = String(part).slice(0, MAX_NAME_LENGTH);
    return text === '' ? name : `${text}.${name}`;
  }, '');

/** Reads a policy as it is written in the config file, in the store, and in the graph's input. */
export const readPolicy = (document: unknown, options: PolicyOptions = {}): ReadPolicy => {
  const read = readPolicyStrictly(document, options);
  if (read.kind === 'OK') return read;
  const [{ path, problem }] = read.issues;
  return { kind: 'INVALID', path: pathText(path), problem: `${problem}.` };
};

const orderDocument = (order: Order): Members => {
  switch (order.kind) {
    case 'BALANCED':
      return { balanced: order.weights };
    case 'QUALITY_FLOOR':
      return { qualityFloor: order.floor };
    case 'COMPLEXITY':
      return { complexity: order.model };
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
  if (!('order' in strategy)) return { strategy: strategy.kind, ...orderDocument(strategy) };
  const { kind, order, ...own } = strategy;
  return {
    strategy: kind,
    order: order.kind,
    ...orderDocument(order),
    ...json({ [OWN_MEMBERS[kind]]: own }, { hedge: {} }),
  };
};

/** A policy as it is written down; rules that are the usual ones are left out. `readPolicy` reads the same policy. */
export const documentOf = (policy: RoutePolicy): JsonObject => {
  const { description, candidates, strategy, require, preferRegions, fallback, breaker } = policy;
  const { preferredMaxTtft, preferredMinTps } = policy;
  const members: Members = {
    description,
    candidates: candidates.map(ruleDocument),
    ...strategyDocument(strategy),
    require: require && filterDocument(require),
    preferRegions,
    preferredMaxTtft,
    preferredMinTps,
    fallback: json(
      {
        ...fallback,
        candidates: fallback.candidates.map(ruleDocument),
        byFailure: fallback.byFailure?.map(({ on, candidates: rules }) => ({
          on,
          candidates: rules.map(ruleDocument),
        })),
      },
      DEFAULT_FALLBACK,
    ),
    breaker: json(breaker, DEFAULT_BREAKER),
    ...rolloutDocument(policy),
  };
  return json(members, { candidates: [], preferRegions: [], fallback: {}, breaker: {} });
};
