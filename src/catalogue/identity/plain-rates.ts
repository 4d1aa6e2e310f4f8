import type { Draft } from '../merge/draft.ts';

/** The plain rates of text that each source states of a draft, as text to compare: the source, a space, the rates. */
export const plainRates = ({ claims }: Draft, except?: string): readonly string[] =>
  claims.flatMap(({ stated, source }) => {
    if (source === except) return [];
    const plain = stated.prices.filter(
      ({ meter, serviceTier, conditions }) =>
        serviceTier === 'STANDARD' &&
        meter.modality === 'TEXT' &&
        meter.tokenType === 'PLAIN' &&
        (conditions.promptTokens?.from ?? 0) === 0,
    );
    if (plain.length < 2) return [];
    const rates = plain.map(({ meter, amount, per }) => `${meter.direction} ${amount}/${per}`);
    return [`${source} ${rates.sort().join()}`];
  });
