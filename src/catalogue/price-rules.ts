import { readFile } from 'node:fs/promises';
import type { ServiceTier } from '../domain/completion-request.ts';
import type { Meter, Modality, TokenType } from '../domain/price.ts';

type AnyRule = {
  readonly id: string;
  /** In words, as an explanation of the rates that follow from it. */
  readonly says: string;
  /** Ids of providers. */
  readonly providers: readonly string[];
  /** The provider's names of models, in lower case; `*` stands for any text, `[4-9]` for one of these characters. */
  readonly models: readonly string[];
  /** Names that are left out. */
  readonly except?: readonly string[];
  readonly sourceUrl: string;
  /**
   * The day for which the page or list at that address states it, `YYYY-MM-DD`: of the list's edition, or a day on which the
   * page was so.
   */
  readonly day: string;
};

/** That a provider prices one thing as a multiple of another, e.g. batches at half, one region at 1.1 times. */
export type FactorRule = AnyRule & {
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
};

/** That a provider asks the same fee whatever the model's rates are, e.g. for each search of the web. */
export type FeeRule = AnyRule & {
  readonly fees: readonly {
    /** Decimal text by the word of the meter, for as many units as `perOf` says. */
    readonly rates: { readonly [meter: string]: string };
    /** Absent: USD. */
    readonly currency?: string;
    /** When they begin to hold, and when they end: ISO 8601, a day alone is its midnight in UTC. */
    readonly effectiveFrom?: string;
    readonly effectiveTo?: string;
  }[];
};

export type PriceRule = FactorRule | FeeRule;

/** The rules that are shipped with this server, in the order in which they apply. */
export const loadPriceRules = async (): Promise<readonly PriceRule[]> => {
  const file: { readonly rules: readonly PriceRule[] } = JSON.parse(
    await readFile(new URL('./seed-data/rules.json', import.meta.url), 'utf8'),
  );
  return file.rules;
};
