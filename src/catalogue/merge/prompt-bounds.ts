import type { CountRange, PriceConditions } from '../../domain/price.ts';

/** Providers whose pages say that a prompt of the round count itself is a long one: "≥ 200k tokens". */
const FROM_ROUND: ReadonlySet<string> = new Set(['xai']);

/**
 * A bound as providers' pages mean it. Most speak of prompts above 200,000 or 272,000 tokens, or above 32K, so that the round
 * count itself belongs to the tier below; lists that write `from 200,000`, or that count from 271,999, mean the same.
 */
const boundOf = (count: number, fromRound: boolean): number => {
  const round = count > 0 && isRound(count) ? count : isRound(count - 1) && count > 1 ? count - 1 : undefined;
  if (round === undefined) return count;
  return fromRound ? round : round + 1;
};

const isRound = (count: number): boolean => count % 1000 === 0 || (count % 1024 === 0 && count >= 4096);

const rangeOf = ({ from, to }: CountRange, fromRound: boolean): CountRange => ({
  from: boundOf(from, fromRound),
  ...(to === undefined ? {} : { to: boundOf(to, fromRound) }),
});

/** Conditions of a rate with the bounds of sizes in the form in which those of all sources can be compared. */
export const withPageBounds = (conditions: PriceConditions, providerId: string): PriceConditions => {
  const { promptTokens, outputTokens } = conditions;
  if (promptTokens === undefined && outputTokens === undefined) return conditions;
  const fromRound = FROM_ROUND.has(providerId);
  return {
    ...conditions,
    ...(promptTokens === undefined ? {} : { promptTokens: rangeOf(promptTokens, fromRound) }),
    ...(outputTokens === undefined ? {} : { outputTokens: rangeOf(outputTokens, fromRound) }),
  };
};
