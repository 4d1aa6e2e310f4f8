import { isOpen } from '../../../catalogue/price-selection.ts';
import type { RouteCondition } from '../../../domain/route.ts';
import type { RouteCandidate } from '../candidate.ts';
import { compileExpression, type RequestExpression } from './request-expression.ts';
import type { RequestVariables } from './variables.ts';

/** What conditions are about. */
export type ConditionFacts = {
  readonly metadata: { readonly [name: string]: string } | undefined;
  /** The caller's own end-user id. */
  readonly user: string | undefined;
  /** Where the request comes from, as it says itself. */
  readonly region: string | undefined;
  readonly at: Date;
  /** ISO 639-1; worked out only where a condition asks for it. */
  language(): string | undefined;
  /** What expressions are asked of; absent: nothing, and none is true. */
  variables?(): RequestVariables;
};

const isAmong = (values: readonly string[], value: string | undefined): boolean => {
  const wanted = value?.toLowerCase();
  return wanted !== undefined && values.some((one) => one.toLowerCase() === wanted);
};

/** `zh-CN` is `zh`. */
const speaks = (languages: readonly string[], language: string | undefined): boolean =>
  isAmong(
    languages.map((tag) => tag.split(/[-_]/, 1)[0] ?? tag),
    language,
  );

/** By the condition that holds it, which lives as long as its policy: each version is compiled once. */
const expressions = new WeakMap<RouteCondition, RequestExpression>();

/** Undefined: it has none. */
const expressionOf = (condition: RouteCondition): RequestExpression | undefined => {
  if (condition.expression === undefined) return undefined;
  const known = expressions.get(condition);
  if (known !== undefined) return known;
  const compiled = compileExpression(condition.expression);
  // Policies are read before they are used.
  if (compiled.kind === 'INVALID') throw new Error(`an expression was let in: ${compiled.problem}`);
  expressions.set(condition, compiled.expression);
  return compiled.expression;
};

/** Why an expression cannot be taken; undefined where it can. What was read is kept for when it is asked. */
export const expressionProblem = (condition: RouteCondition): string | undefined => {
  if (condition.expression === undefined) return undefined;
  const compiled = compileExpression(condition.expression);
  if (compiled.kind === 'INVALID') return compiled.problem;
  expressions.set(condition, compiled.expression);
  return undefined;
};

/** Whether a condition may hold of one candidate and not of another. */
export const asksCandidate = (condition: RouteCondition): boolean =>
  expressionOf(condition)?.asksCandidate === true;

/** The first tag that has none of its values. */
const missedTag = (
  wanted: NonNullable<RouteCondition['metadata']>,
  given: ConditionFacts['metadata'],
): string | undefined => {
  for (const [name, values] of Object.entries(wanted)) {
    const value = given !== undefined && Object.hasOwn(given, name) ? given[name] : undefined;
    if (value === undefined || !values.includes(value)) return name;
  }
  return undefined;
};

/**
 * The first thing that a condition asks and that is not so, for a person; undefined where all of it is. What the request does
 * not say is not so. Lists of users and values of tags are not told: they may be another tenant's.
 */
export const falseConditionOf = (
  condition: RouteCondition,
  facts: ConditionFacts,
  candidate?: RouteCandidate,
): (() => string) | undefined => {
  const { metadata, users, regions, time, languages } = condition;
  const tag = metadata && missedTag(metadata, facts.metadata);
  if (tag !== undefined) return () => `the tag ${tag} has none of the values of the rule`;
  if (users !== undefined && (facts.user === undefined || !users.includes(facts.user)))
    return () => 'the user is none of those of the rule';
  if (time !== undefined && !isOpen(time, facts.at)) return () => 'it is another time';
  if (regions !== undefined && !isAmong(regions, facts.region))
    return () => `the region is ${facts.region ?? 'not given'}, none of ${regions.join(', ')}`;
  if (languages !== undefined) {
    const language = facts.language();
    if (!speaks(languages, language))
      return () => `the language is ${language ?? 'not clear'}, none of ${languages.join(', ')}`;
  }
  const expression = expressionOf(condition);
  if (expression === undefined) return undefined;
  const variables = facts.variables?.();
  if (variables === undefined) return () => expression.text;
  variables.lookAt(candidate);
  if (expression.holds(variables)) return undefined;
  return () => {
    variables.lookAt(candidate);
    return expression.falsePart(variables);
  };
};

/** Whether everything that a condition asks is so. */
export const conditionHolds = (
  condition: RouteCondition,
  facts: ConditionFacts,
  candidate?: RouteCandidate,
): boolean => falseConditionOf(condition, facts, candidate) === undefined;
