import { isJsonObject, type JsonObject, type JsonValue } from '../../domain/json.ts';

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
