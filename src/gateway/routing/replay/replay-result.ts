import type { FxRate } from '../../../domain/fx.ts';
import type { OfferingId } from '../../../domain/ids.ts';
import type { Currency, Decimal } from '../../../domain/money.ts';
import type { RoutePolicy, StrategyKind } from '../../../domain/route.ts';
import type { LedgerFilter } from '../../../ports/store.ts';

/** Which completions are replayed, and by what. */
export type ReplayInput = {
  /** A draft, or the name of a route. */
  readonly by:
    | { readonly kind: 'POLICY'; readonly policy: RoutePolicy }
    | { readonly kind: 'ROUTE'; readonly name: string };
  readonly filter: Omit<LedgerFilter, 'operations'>;
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

/** Of every replay. */
const ALWAYS = [
  'Prompts are not kept: their complexity, their language, and the tools, media and output forms that they asked for are not known. Completions whose way hangs on complexity, language or region are left out; that a candidate could do all else that was asked is taken for granted.',
  'Whether a prompt fits a context window is judged by the tokens that were recorded.',
  'Tokens are those of the model that answered: another one counts the same text otherwise, and writes answers of another length.',
  'Tokens that were read from a prompt cache are taken to be cached at the other offering too, for a conversation that always went there would have them there; where that has no rates for cached tokens, they are counted as plain input.',
  'How good the answers of other models would have been.',
  'Whether an offering would have been up, and how many attempts it would have taken: each completion is taken to be answered by its first candidate.',
  'Times to the first token are medians of the last day at most, as this deployment measured them; how fast an offering was at the time is not kept.',
  'Costs are by the rates in force on the day of each completion, as the catalogue dates them now.',
];

/** What a replay under a policy cannot know, in words. */
export const unknownsOf = ({ strategy, candidates, rising }: RoutePolicy): readonly string[] => {
  const more: string[] = [];
  const order = 'order' in strategy ? strategy.order : strategy;
  if (strategy.kind === 'RACE')
    more.push(
      `What the others of a race cost: ${strategy.count} are called in parallel, and those that lose are billed for what they wrote until then. Only the first candidate is counted.`,
    );
  if (strategy.kind === 'HEDGE')
    more.push('How often a second one would have been asked, and what that cost. Only the first is counted.');
  if (strategy.kind === 'CASCADE')
    more.push(
      'Whether the answer of the first tier would have passed its checks, and what its judge would have cost: only the first tier is counted.',
    );
  if (strategy.kind === 'STICKY' || rising !== undefined)
    more.push(
      'Which completions belong to one conversation: each goes where the order sends it, as a first turn does.',
    );
  if (order.kind === 'WEIGHTED' || order.kind === 'FASTEST')
    more.push('Chance is drawn once for each completion, the same each time that it is replayed.');
  if (order.kind === 'SPLIT' && order.by === 'CONVERSATION')
    more.push('Conversations are not kept: each completion counts as a separate one.');
  if (order.kind === 'FASTEST' || order.kind === 'LEAST_BUSY' || order.kind === 'BALANCED')
    more.push('How many calls were under way at the time: all candidates are taken to be idle.');
  if (candidates.some(({ target }) => target.kind === 'ROUTE'))
    more.push('Routes within are taken as they are now.');
  return [...ALWAYS, ...more];
};
