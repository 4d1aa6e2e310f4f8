import type { CountRange, PriceConditions } from '../../domain/price.ts';

/**
 * A bound as providers' pages mean it. They speak of prompts above 200,000 or 272,000 tokens, or above 32K, so that the
 * round count itself belongs to the tier below; lists that write `from 200,000`, or that count from 271,999, mean the same.
 */
const boundOf = (count: number): number => (count > 0 && isRound(count) ? count + 1 : count);

const isRound = (count: number): boolean => count % 1000 === 0 || (count % 1024 === 0 && count >= 4096);

const rangeOf = ({ from, to }: CountRange): CountRange => ({
  from: boundOf(from),
  ...(to === undefined ? {} : { to: boundOf(to) }),
});

/** Conditions of a rate with the bounds of sizes in the form in which those of all sources can be compared. */
export const withPageBounds = (conditions: PriceConditions): PriceConditions => {
  const { promptTokens, outputTokens } = conditions;
  if (promptTokens === undefined && outputTokens === undefined) return conditions;
  return {
    ...conditions,
    ...(promptTokens === undefined ? {} : { promptTokens: rangeOf(promptTokens) }),
    ...(outputTokens === undefined ? {} : { outputTokens: rangeOf(outputTokens) }),
  };
};
