import { readFile } from 'node:fs/promises';
import type { ServiceTier } from '../domain/completion-request.ts';
import type { Meter, Modality, TokenType } from '../domain/price.ts';

/** That a provider prices one thing as a multiple of another, e.g. batches at half, one region at 1.1 times. */
export type PriceRule = {
  readonly id: string;
  /** In words, as an explanation of the rates that follow from it. */
  readonly says: string;
  /** Ids of providers. */
  readonly providers: readonly string[];
  /** The provider's names of models, in lower case; `*` stands for any text, `[4-9]` for one of these characters. */
  readonly models: readonly string[];
  /** Names that are left out. */
  readonly except?: readonly string[];
  /** Rates of tokens that it multiplies; absent: any. Rates for one region alone are never multiplied. */
  readonly of: {
    readonly serviceTier?: ServiceTier;
    readonly direction?: Meter['direction'];
    readonly tokenTypes?: readonly TokenType[];
    readonly modalities?: readonly Modality[];
    /** True: those for the shortest prompts alone. */
    readonly lowestPromptTier?: boolean;
  };
  /** What differs in the rates that follow. */
  readonly gives: {
    readonly serviceTier?: ServiceTier;
    readonly tokenType?: TokenType;
    /** Those that a request can ask for. */
    readonly regions?: readonly string[];
    /** true: it holds for any other region that is configured too, unless that is `global`. */
    readonly anyRegion?: boolean;
  };
  /** Decimal text. */
  readonly factor: string;
  /** First day on which it holds, `YYYY-MM-DD`; absent: always. */
  readonly effectiveFrom?: string;
  readonly sourceUrl: string;
  /** Day on which the page or list that it rests on was read or made, `YYYY-MM-DD`. */
  readonly day: string;
};

/** The rules that are shipped with this server, in the order in which they apply. */
export const loadPriceRules = async (): Promise<readonly PriceRule[]> => {
  const file: { readonly rules: readonly PriceRule[] } = JSON.parse(
    await readFile(new URL('./seed-data/rules.json', import.meta.url), 'utf8'),
  );
  return file.rules;
};
