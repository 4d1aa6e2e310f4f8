import type { ModelSlug } from '../../domain/ids.ts';

/** Letters of scripts for which o200k_base has few long tokens of other makers' vocabularies to compare with. */
const NON_LATIN =
  /[\p{Script=Cyrillic}\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}]/gu;
const LETTER = /\p{L}/gu;
/** A look at the beginning is enough to tell the script. */
export const LOOKED_AT = 4_000;

const nonLatinShare = (text: string): number => {
  const sample = text.slice(0, LOOKED_AT);
  const letters = sample.match(LETTER)?.length ?? 0;
  return letters === 0 ? 0 : (sample.match(NON_LATIN)?.length ?? 0) / letters;
};

/** Tokens of a lab's own tokenizer for one of o200k_base, in Latin script and in others, as measured on prose. */
const RATIOS: readonly { readonly prefix: string; readonly latin: number; readonly other: number }[] = [
  { prefix: 'anthropic/', latin: 1.15, other: 1.9 },
  { prefix: 'google/', latin: 1.13, other: 0.96 },
];

/** The ratio to begin with for a model of which nothing has been observed; 1 for labs of which none is known. */
export const startingRatio = (slug: ModelSlug, text: string): number =>
  hasRatio(slug) ? startingRatioFor(slug, nonLatinShare(text)) : 1;

const hasRatio = (slug: ModelSlug): boolean => RATIOS.some(({ prefix }) => slug.startsWith(prefix));

/** The same, for text of which the share of letters of such scripts is known. */
export const startingRatioFor = (slug: ModelSlug, shareOfOthers: number): number => {
  for (const { prefix, latin, other } of RATIOS)
    if (slug.startsWith(prefix)) return latin * (1 - shareOfOthers) + other * shareOfOthers;
  return 1;
};
