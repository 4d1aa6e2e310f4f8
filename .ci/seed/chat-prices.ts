import type { ShippedPrices } from '../../src/catalogue/shipped/shipped-list.ts';
import type { Modality } from '../../src/domain/price.ts';
import { ratesOf } from './edition.ts';

/** US dollars for 1,000,000 tokens, as lists of chat models state them; 0: no such rate. */
export type ChatCost = {
  readonly input: number;
  readonly output: number;
  readonly cacheRead: number;
  readonly cacheWrite: number;
};

/** Rates of prompts of more tokens than `above`, which are billed by them as a whole. */
export type ChatStep = { readonly above: number; readonly cost: ChatCost };

const rateWords = (
  { input, output, cacheRead, cacheWrite }: ChatCost,
  outputWord: string,
): { readonly [meter: string]: number } => ({
  input,
  [outputWord]: output,
  cacheRead,
  cacheWrite5m: cacheWrite,
});

/** What a chat model costs, for prompts of each size. `conditions` hold for all rates; `outputWord` is the meter of answers. */
export const chatPrices = (
  cost: ChatCost,
  steps: readonly ChatStep[],
  conditions: Omit<ShippedPrices, 'rates' | 'promptTokens'> = {},
  outputWord = 'output',
): readonly ShippedPrices[] => {
  const ordered = steps.toSorted((one, other) => one.above - other.above);
  return [{ above: -1, cost }, ...ordered].flatMap((step, index): readonly ShippedPrices[] => {
    const rates = ratesOf(rateWords(step.cost, outputWord));
    if (rates === undefined) return [];
    const from = step.above + 1;
    const next = ordered[index];
    const promptTokens: readonly [number, number?] = next === undefined ? [from] : [from, next.above + 1];
    return [{ ...conditions, ...(ordered.length === 0 ? {} : { promptTokens }), rates }];
  });
};

const MODALITIES: { readonly [word: string]: Modality } = { text: 'TEXT', image: 'IMAGE' };

/** What a model takes, by the lists' words for it. */
export const inputsOf = (words: readonly string[]): readonly Modality[] =>
  words.flatMap((word) => MODALITIES[word] ?? []);
