import type { Catalogue } from '../../catalogue/catalogue.ts';
import type { FilterContext } from '../../catalogue/filter/filter-check.ts';
import { rateProblem } from '../../catalogue/filter/rate-problem.ts';
import { costOf } from '../../catalogue/price-engine.ts';
import type { Caller } from '../../domain/caller.ts';
import type { Cost } from '../../domain/cost.ts';
import type { FailureCode, LocatedFailure } from '../../domain/failure.ts';
import type { ProviderId } from '../../domain/ids.ts';
import type { Offering } from '../../domain/model.ts';
import { type Currency, type Decimal, type Money, ZERO } from '../../domain/money.ts';
import { omitUndefined } from '../../domain/omit-undefined.ts';
import { refusalMessage } from '../../domain/refusal.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Provider } from '../../ports/provider.ts';
import { costsIn } from '../estimate/estimated-cost.ts';
import { type Complete, callOnce, type OneCallEnd } from '../one-call.ts';
import {
  chooseOfferings,
  MEASURE_SKIPS,
  type MeasureSelection,
  type MeasureSkip,
  type Skipped,
} from './choose-offerings.ts';
import { MEASURE_CALL, MEASURE_MAX_USAGES } from './measure-request.ts';
import type { MeasurementBoard } from './measurement-board.ts';
import { createSpending, type Spending } from './spending.ts';

/** What measuring one offering came to. */
export type OfferingMeasurement = {
  /** As it was asked for, else the id of the offering. */
  readonly name: string;
  /** Absent where the name means nothing. */
  readonly offering?: Offering;
  /** Calls that succeeded. */
  readonly samples: number;
  /** Medians of these; absent where none was timed. */
  readonly ttftMs?: number;
  readonly outputTps?: number;
  /** What its calls cost in the budget's currency; absent where that is not known. */
  readonly cost?: Decimal;
  /** Of the call that failed; no other one followed it. */
  readonly failure?: LocatedFailure;
  readonly skipped?: Skipped;
};

export type MeasureReport = {
  /** In the order in which they were chosen, then what was named and is not called. */
  readonly results: readonly OfferingMeasurement[];
  /** How many offerings that pass were not called for which reason. */
  readonly skips: readonly { readonly reason: MeasureSkip; readonly count: number }[];
  /** Calls that succeeded and whose cost is not known: they are not in `spent`. */
  readonly unpricedCalls: number;
  readonly spent: Money;
  readonly budget: Money;
};

export type MeasureInput = MeasureSelection & {
  readonly budget: Money;
  /** Calls of each offering, one after another. */
  readonly samples: number;
  /** No call begins later than this after the first one. */
  readonly timeLimitMs: number;
  /** Whether offerings are called of which no price is known; they count nothing against the budget. */
  readonly allowUnpriced: boolean;
};

export type MeasureAnswer =
  | { readonly kind: 'MEASURED'; readonly report: MeasureReport }
  | { readonly kind: 'INVALID'; readonly path: string; readonly problem: string };

export type MeasureDependencies = {
  readonly complete: Complete;
  readonly catalogue: () => Catalogue;
  readonly providers: () => ReadonlyMap<ProviderId, Provider>;
  readonly board: Pick<MeasurementBoard, 'add'>;
  /** What this server measured of an offering, for a filter; nothing if absent. */
  readonly measured?: FilterContext['measured'];
  readonly clock: Clock;
};

/** Measuring must not disturb what it measures, nor other calls. */
const MAX_PARALLEL = 6;
const MAX_PARALLEL_AT_PROVIDER = 2;

type Sample =
  | {
      readonly kind: 'DONE';
      readonly ttftMs?: number;
      readonly outputTps?: number;
      readonly cost: Cost;
      readonly isEstimated: boolean;
    }
  | {
      readonly kind: 'FAILED';
      readonly failure: LocatedFailure;
      readonly cost: Cost | undefined;
      readonly isEstimated: boolean;
    }
  | { readonly kind: 'REFUSED'; readonly detail: string }
  | { readonly kind: 'CANCELLED' };

const sampleOf = (end: OneCallEnd | undefined): Sample => {
  if (end === undefined) return { kind: 'CANCELLED' };
  const isEstimated = end.record?.attempts.some(({ usageEstimated }) => usageEstimated === true) ?? false;
  if (end.type === 'finished') {
    const { ttftMs, outputTps } = end.record.timings;
    return { kind: 'DONE', ...omitUndefined({ ttftMs, outputTps }), cost: end.record.cost, isEstimated };
  }
  return end.error.kind === 'REFUSED'
    ? { kind: 'REFUSED', detail: refusalMessage(end.error.refusal) }
    : { kind: 'FAILED', failure: end.error.failure, cost: end.record?.cost, isEstimated };
};

const medianOf = (values: readonly number[]): number | undefined => {
  const sorted = values.toSorted((one, other) => one - other);
  return sorted[Math.floor((sorted.length - 1) / 2)];
};

/** A provider may bill what it had begun to answer when these happened. */
const MAY_BE_BILLED: ReadonlySet<FailureCode> = new Set<FailureCode>(['TIMEOUT', 'TRUNCATED', 'CANCELLED']);

/** A stretch of work that is taken from the front. */
type Lane = { readonly offerings: Offering[] };

const lanesOf = (offerings: readonly Offering[]): Lane[] =>
  [...Map.groupBy(offerings, ({ providerId }) => providerId).values()].flatMap((list) =>
    Array.from({ length: Math.min(MAX_PARALLEL_AT_PROVIDER, list.length) }, (_, lane) => ({
      offerings: list.filter((_offering, place) => place % MAX_PARALLEL_AT_PROVIDER === lane),
    })),
  );

class Measuring {
  readonly #dependencies: MeasureDependencies;
  readonly #caller: Caller;
  readonly #input: MeasureInput;
  readonly #signal: AbortSignal;
  readonly #spending: Spending;
  readonly #catalogue: Catalogue;
  readonly #inBudgetCurrency: ReturnType<typeof costsIn>;
  readonly #endsAtMs: number;
  #unpricedCalls = 0;

  constructor(dependencies: MeasureDependencies, caller: Caller, input: MeasureInput, signal: AbortSignal) {
    this.#dependencies = dependencies;
    this.#caller = caller;
    this.#input = input;
    this.#signal = signal;
    this.#spending = createSpending(input.budget.amount);
    this.#catalogue = dependencies.catalogue();
    this.#inBudgetCurrency = costsIn(input.budget.currency, this.#catalogue.fx);
    this.#endsAtMs = dependencies.clock.monotonicMs() + input.timeLimitMs;
  }

  spent(): Decimal {
    return this.#spending.spent();
  }

  unpricedCalls(): number {
    return this.#unpricedCalls;
  }

  /** The most that one call costs; undefined where that is not known. */
  #mostOf(offering: Offering): Decimal | undefined {
    const prices = this.#catalogue.pricesOf(offering.id);
    const at = this.#dependencies.clock.now();
    let most: Decimal | undefined;
    for (const usage of MEASURE_MAX_USAGES) {
      const { total } = this.#inBudgetCurrency(costOf({ offering, prices, usage, at }));
      if (total === undefined) return undefined;
      most = most === undefined || total.gt(most) ? total : most;
    }
    return most;
  }

  #isOver(): boolean {
    return this.#signal.aborted || this.#dependencies.clock.monotonicMs() >= this.#endsAtMs;
  }

  /** What a call cost. One whose usage the provider does not state may have cost all that was set aside. */
  #actualOf(sample: Sample, most: Decimal): Decimal {
    if (sample.kind === 'REFUSED') return ZERO;
    if (sample.kind === 'CANCELLED') return most;
    const { cost, isEstimated } = sample;
    if (isEstimated) return most;
    if (cost === undefined) return ZERO;
    const isUnused =
      sample.kind === 'FAILED' &&
      cost.kind === 'UNPRICED' &&
      cost.reason === 'NO_USAGE' &&
      !MAY_BE_BILLED.has(sample.failure.code);
    return isUnused ? ZERO : (this.#inBudgetCurrency(cost).total ?? most);
  }

  async measure(offering: Offering): Promise<OfferingMeasurement> {
    const { samples: wanted, allowUnpriced, budget } = this.#input;
    const most = this.#mostOf(offering);
    if (most === undefined && !allowUnpriced)
      return skip(offering, 'UNPRICED', `What a call costs in ${budget.currency} is not known.`);
    const ttfts: number[] = [];
    const speeds: number[] = [];
    let samples = 0;
    let cost: Decimal = ZERO;
    let end: Pick<OfferingMeasurement, 'failure' | 'skipped'> = {};
    while (samples < wanted) {
      if (this.#isOver()) {
        end = { skipped: { reason: 'TIME', detail: 'The time for measuring was over.' } };
        break;
      }
      const reserved = most ?? ZERO;
      if (!this.#spending.reserve(reserved)) {
        end = {
          skipped: {
            reason: 'BUDGET',
            detail: `A call costs up to ${reserved.toFixed()} ${budget.currency}, more than is left.`,
          },
        };
        break;
      }
      const sample = sampleOf(
        await callOnce(this.#dependencies.complete, this.#caller, offering.id, MEASURE_CALL, this.#signal),
      );
      const actual = this.#actualOf(sample, reserved);
      this.#spending.settle(reserved, actual);
      cost = cost.plus(actual);
      if (sample.kind === 'REFUSED') {
        end = { skipped: { reason: 'REFUSED', detail: sample.detail } };
        break;
      }
      if (sample.kind === 'FAILED') {
        end = { failure: sample.failure };
        break;
      }
      if (sample.kind === 'CANCELLED') continue;
      samples += 1;
      if (most === undefined) this.#unpricedCalls += 1;
      if (sample.ttftMs !== undefined) ttfts.push(sample.ttftMs);
      if (sample.outputTps !== undefined) speeds.push(sample.outputTps);
    }
    const [ttftMs, outputTps] = [medianOf(ttfts), medianOf(speeds)];
    const speed = { samples, ...omitUndefined({ ttftMs, outputTps }) };
    if (samples > 0)
      this.#dependencies.board.add(offering.id, { ...speed, at: this.#dependencies.clock.now() });
    return {
      name: offering.id,
      offering,
      ...speed,
      ...(most !== undefined && { cost }),
      // What was measured before the money or the time was over counts.
      ...(samples > 0 && end.skipped !== undefined ? {} : end),
    };
  }
}

const skip = (offering: Offering, reason: MeasureSkip, detail: string): OfferingMeasurement => ({
  name: offering.id,
  offering,
  samples: 0,
  skipped: { reason, detail },
});

/**
 * Sends small prompts to offerings and times the answers: some at the same time, few at one provider, within the budget and
 * the time. Each call is a completion like any other, with its row in the ledger. Ends with the signal.
 */
export const measureOfferings = async (
  dependencies: MeasureDependencies,
  caller: Caller,
  input: MeasureInput,
  signal: AbortSignal,
): Promise<MeasureAnswer> => {
  const catalogue = dependencies.catalogue();
  const completing = new Set<ProviderId>();
  for (const { id, completes } of dependencies.providers().values()) if (completes) completing.add(id);
  const chosen = chooseOfferings(
    catalogue,
    completing,
    input,
    dependencies.clock.now(),
    dependencies.measured,
  );
  if (chosen.kind === 'INVALID') return chosen;
  const rates = rateProblem(catalogue, input.budget.currency);
  if (rates !== undefined) return { kind: 'INVALID', path: 'budget.currency', problem: rates };
  const measuring = new Measuring(dependencies, caller, input, signal);
  const results = new Map<Offering, OfferingMeasurement>();
  const lanes = lanesOf(chosen.offerings);
  const work = async (): Promise<void> => {
    for (let lane = lanes.shift(); lane !== undefined; lane = lanes.shift())
      for (const offering of lane.offerings) results.set(offering, await measuring.measure(offering));
  };
  await Promise.all(Array.from({ length: MAX_PARALLEL }, work));
  const currency: Currency = input.budget.currency;
  const measured = chosen.offerings.flatMap((offering) => results.get(offering) ?? []);
  const counts = new Map(chosen.counts);
  for (const { skipped } of measured)
    if (skipped !== undefined) counts.set(skipped.reason, (counts.get(skipped.reason) ?? 0) + 1);
  return {
    kind: 'MEASURED',
    report: {
      results: [...measured, ...chosen.skipped.map((each) => ({ ...each, samples: 0 }))],
      skips: MEASURE_SKIPS.flatMap((reason) => {
        const count = counts.get(reason);
        return count === undefined ? [] : [{ reason, count }];
      }),
      unpricedCalls: measuring.unpricedCalls(),
      spent: { amount: measuring.spent(), currency },
      budget: input.budget,
    },
  };
};
