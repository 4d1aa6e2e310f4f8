import type { FxRate } from '../../../domain/fx.ts';
import type { OfferingId } from '../../../domain/ids.ts';
import type { Currency, Decimal } from '../../../domain/money.ts';
import type { RoutePolicy, StrategyKind } from '../../../domain/route.ts';
import type { CompletionFilter } from '../../../ports/store.ts';

/** Which completions are replayed, and by what. */
export type ReplayInput = {
  /** A draft, or the name of a route. */
  readonly by:
    | { readonly kind: 'POLICY'; readonly policy: RoutePolicy }
    | { readonly kind: 'ROUTE'; readonly name: string };
  readonly filter: CompletionFilter;
  /** Most completions, the newest first. */
  readonly limit: number;
  readonly currency: Currency;
};

/** Why a completion is in none of the sums. */
export const NOT_REPLAYED_REASONS = [
  'NO_USAGE',
  'PROMPT_NOT_KEPT',
  'NO_CANDIDATE',
  'PRICE_UNKNOWN',
  'COST_UNKNOWN',
  'NO_FX_RATE',
] as const;
export type NotReplayedReason = (typeof NOT_REPLAYED_REASONS)[number];

/** What all replayed completions took together. */
export type ReplaySum = {
  /** Exact, but for conversions. */
  readonly cost: Decimal;
  /** Of the completions whose time to the first token is known on both sides; absent where there are none. */
  readonly medianTtftMs?: number;
};

export type ReplayedOffering = {
  readonly offeringId: OfferingId;
  /** How many completions it answered, and would answer. */
  readonly recorded: number;
  readonly replayed: number;
  /** What those would cost there. */
  readonly cost: Decimal;
  /** Median of the last day, as this deployment measured it; absent where nothing was. */
  readonly ttftMs?: number;
  /** How many calls that rests on. */
  readonly ttftSamples: number;
};

/** Past traffic under another policy. */
export type ReplayResult = {
  readonly strategy: StrategyKind;
  readonly currency: Currency;
  /** By which sums were converted; empty where nothing was. */
  readonly fxRates: readonly FxRate[];
  /** Completions that were looked at. */
  readonly completions: number;
  /** Whether there were more than `limit`. */
  readonly hasMore: boolean;
  readonly from?: Date;
  readonly to?: Date;
  readonly replayed: number;
  /** Of these, how many would go to another offering than the one that answered. */
  readonly moved: number;
  readonly notReplayed: readonly { readonly reason: NotReplayedReason; readonly count: number }[];
  readonly recorded: ReplaySum;
  readonly draft: ReplaySum;
  /** Completions behind the medians. */
  readonly ttftCompletions: number;
  /** `recorded.cost` less `draft.cost`; negative where the draft costs more. */
  readonly savings: Decimal;
  /** Of the recorded cost; absent where that is 0. */
  readonly savingsShare?: number;
  /** Those that would answer most first. */
  readonly offerings: readonly ReplayedOffering[];
  /** What a replay cannot know, in words. */
  readonly unknowns: readonly string[];
};
