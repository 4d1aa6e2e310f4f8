import type { Catalogue } from '../../../catalogue/catalogue.ts';
import type { Caller } from '../../../domain/caller.ts';
import type { FxRate } from '../../../domain/fx.ts';
import type { OfferingId, ProviderId } from '../../../domain/ids.ts';
import { type Decimal, ZERO } from '../../../domain/money.ts';
import type { OperationRecord } from '../../../domain/operation-record.ts';
import type { Page, PageRequest } from '../../../domain/page.ts';
import type { Pause } from '../../../domain/pause.ts';
import type { Clock } from '../../../ports/clock.ts';
import type { Provider } from '../../../ports/provider.ts';
import type { LedgerFilter } from '../../../ports/store.ts';
import { costsIn } from '../../estimate/estimated-cost.ts';
import type { OfferingStats } from '../../offering-stats.ts';
import { ok, refused, type Staged } from '../../stages/stage.ts';
import { type CompileDependencies, compileRoute, compileSaved } from '../compile-route.ts';
import type { RouteBook } from '../policy/route-book.ts';
import { type MeasuredHealth, measuredHealth } from './measured-health.ts';
import { replayOne } from './replay-one.ts';
import {
  NOT_REPLAYED_REASONS,
  type NotReplayedReason,
  type ReplayedOffering,
  type ReplayInput,
  type ReplayResult,
  unknownsOf,
} from './replay-result.ts';

/** Puts past completions under another policy. */
export type RouteReplay = {
  replay(caller: Caller, input: ReplayInput, pause?: Pause): Promise<Staged<ReplayResult>>;
};

export type RouteReplayParts = {
  readonly catalogue: () => Catalogue;
  readonly providers: () => ReadonlyMap<ProviderId, Provider>;
  readonly book: RouteBook;
  readonly stats: Pick<OfferingStats, 'window' | 'of'>;
  readonly clock: Clock;
  /** Rows that a caller may see, newest first. */
  readonly rows: (caller: Caller, filter: LedgerFilter, page: PageRequest) => Promise<Page<OperationRecord>>;
};

export const MOST_REPLAYED = 10_000;
/** What is read in one piece, in some milliseconds. */
const PAGE = 50;

const median = (values: number[]): number | undefined => {
  if (values.length === 0) return undefined;
  const sorted = values.toSorted((one, other) => one - other);
  const upper = sorted[sorted.length >> 1] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : (upper + (sorted[(sorted.length >> 1) - 1] ?? upper)) / 2;
};

type OfferingSum = { recorded: number; replayed: number; cost: Decimal };

/** Sums up what is replayed. */
class Tally {
  completions = 0;
  replayed = 0;
  moved = 0;
  recordedCost = ZERO;
  draftCost = ZERO;
  from: Date | undefined;
  to: Date | undefined;
  readonly recordedTtfts: number[] = [];
  readonly draftTtfts: number[] = [];
  readonly fxRates = new Set<FxRate>();
  readonly #reasons = new Map<NotReplayedReason, number>();
  readonly #offerings = new Map<OfferingId, OfferingSum>();

  see({ createdAt }: OperationRecord): void {
    this.completions += 1;
    if (this.from === undefined || createdAt < this.from) this.from = createdAt;
    if (this.to === undefined || createdAt > this.to) this.to = createdAt;
  }

  leaveOut(reason: NotReplayedReason): void {
    this.#reasons.set(reason, (this.#reasons.get(reason) ?? 0) + 1);
  }

  offering(id: OfferingId): OfferingSum {
    const known = this.#offerings.get(id);
    if (known !== undefined) return known;
    const sum = { recorded: 0, replayed: 0, cost: ZERO };
    this.#offerings.set(id, sum);
    return sum;
  }

  notReplayed(): ReplayResult['notReplayed'] {
    return NOT_REPLAYED_REASONS.flatMap((reason) => {
      const count = this.#reasons.get(reason);
      return count === undefined ? [] : [{ reason, count }];
    });
  }

  offerings(health: MeasuredHealth): readonly ReplayedOffering[] {
    return [...this.#offerings]
      .map(([offeringId, sum]): ReplayedOffering => {
        const ttft = health.ttftOf(offeringId);
        return {
          offeringId,
          ...sum,
          ...(ttft !== undefined && { ttftMs: ttft.p50 }),
          ttftSamples: ttft?.sampleSize ?? 0,
        };
      })
      .toSorted(
        (one, other) =>
          other.replayed - one.replayed ||
          other.recorded - one.recorded ||
          (one.offeringId < other.offeringId ? -1 : 1),
      );
  }
}

const sumOf = (cost: Decimal, ttfts: number[]): ReplayResult['draft'] => {
  const medianTtftMs = median(ttfts);
  return { cost, ...(medianTtftMs !== undefined && { medianTtftMs }) };
};

export const createRouteReplay = (parts: RouteReplayParts): RouteReplay => ({
  async replay(caller, { by, filter, limit, currency }, pause = () => undefined) {
    if (!Number.isInteger(limit) || limit < 1 || limit > MOST_REPLAYED)
      return refused({
        code: 'INVALID_INPUT',
        path: 'input.limit',
        problem: `takes 1 to ${MOST_REPLAYED}.`,
      });
    if (!/^[A-Z]{3}$/.test(currency))
      return refused({
        code: 'INVALID_INPUT',
        path: 'input.currency',
        problem: 'takes an ISO 4217 code, e.g. USD.',
      });
    const catalogue = parts.catalogue();
    const nowMs = parts.clock.monotonicMs();
    const health = measuredHealth(parts.stats, nowMs);
    const on: CompileDependencies = {
      catalogue,
      providers: parts.providers(),
      book: parts.book,
      health,
      at: parts.clock.now(),
      measured: parts.stats.of,
    };
    const compiled =
      by.kind === 'POLICY' ? compileRoute(by.policy, undefined, on) : compileSaved(by.name, on);
    if (compiled.kind === 'REFUSED') return compiled;
    const route = compiled.value;
    const context = { route, catalogue, caller, nowMs, inCurrency: costsIn(currency, catalogue.fx) };

    const tally = new Tally();
    const add = (record: OperationRecord): void => {
      tally.see(record);
      const one = replayOne(record, context);
      if (one.kind === 'NOT') {
        tally.leaveOut(one.reason);
        return;
      }
      const { offeringId, draft, recorded } = one;
      tally.replayed += 1;
      if (offeringId !== record.offeringId) tally.moved += 1;
      if (record.offeringId !== undefined) tally.offering(record.offeringId).recorded += 1;
      const sum = tally.offering(offeringId);
      sum.replayed += 1;
      sum.cost = sum.cost.plus(draft.total);
      tally.draftCost = tally.draftCost.plus(draft.total);
      tally.recordedCost = tally.recordedCost.plus(recorded.total);
      for (const rate of [...draft.fxRates, ...recorded.fxRates]) tally.fxRates.add(rate);
      const ttft = health.ttftOf(offeringId)?.p50;
      if (ttft === undefined || record.timings.ttftMs === undefined) return;
      tally.draftTtfts.push(ttft);
      tally.recordedTtfts.push(record.timings.ttftMs);
    };

    let after: string | undefined;
    let hasMore = true;
    while (hasMore && tally.completions < limit) {
      const page = await parts.rows(
        caller,
        { ...filter, operations: ['COMPLETION'] },
        {
          limit: Math.min(PAGE, limit - tally.completions),
          ...(after !== undefined && { after }),
        },
      );
      for (const record of page.rows) {
        const paused = pause();
        if (paused !== undefined) await paused;
        // Nobody asked for what only mirrors others.
        if (record.route.mirror === undefined) add(record);
      }
      after = page.rows.at(-1)?.id;
      hasMore = page.hasMore && after !== undefined;
    }

    const savings = tally.recordedCost.minus(tally.draftCost);
    return ok({
      strategy: route.policy.strategy.kind,
      currency,
      fxRates: [...tally.fxRates],
      completions: tally.completions,
      hasMore,
      ...(tally.from !== undefined && { from: tally.from }),
      ...(tally.to !== undefined && { to: tally.to }),
      replayed: tally.replayed,
      moved: tally.moved,
      notReplayed: tally.notReplayed(),
      recorded: sumOf(tally.recordedCost, tally.recordedTtfts),
      draft: sumOf(tally.draftCost, tally.draftTtfts),
      ttftCompletions: tally.draftTtfts.length,
      savings,
      ...(!tally.recordedCost.isZero() && {
        savingsShare: savings.dividedBy(tally.recordedCost).toNumber(),
      }),
      offerings: tally.offerings(health),
      unknowns: unknownsOf(route.policy),
    });
  },
});
