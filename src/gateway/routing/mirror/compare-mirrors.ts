import type { Catalogue } from '../../../catalogue/catalogue.ts';
import type { OfferingId, RouteName } from '../../../domain/ids.ts';
import { type Currency, type Decimal, ZERO } from '../../../domain/money.ts';
import type { OperationRecord } from '../../../domain/operation-record.ts';
import type { LedgerStore } from '../../../ports/store.ts';
import { costsIn } from '../../estimate/estimated-cost.ts';

/** Of the middle, and of the slowest twentieth. */
export type Spread = { readonly p50: number; readonly p95: number };

/** One side of the pairs. */
export type MirrorSide = {
  readonly completions: number;
  readonly failed: number;
  /** Of the completions whose cost is known. */
  readonly cost: Decimal;
  readonly priced: number;
  readonly ttftMs?: Spread | undefined;
  readonly outputTps?: Spread | undefined;
};

export type MirroredOffering = {
  readonly offeringId: OfferingId;
  readonly currency: Currency;
  /** Of the completions that were mirrored there, and of their mirrors. */
  readonly main: MirrorSide;
  readonly mirror: MirrorSide;
  /** Shares of the pairs that were both answered; absent where there are none. */
  readonly sameFinishReason?: number | undefined;
  readonly sameText?: number | undefined;
};

export type MirrorComparison = {
  readonly pairs: number;
  /** There are older ones. */
  readonly isCut: boolean;
  readonly offerings: readonly MirroredOffering[];
};

export type CompareMirrors = (query: {
  readonly route: RouteName;
  readonly from: Date;
  readonly to: Date;
  readonly currency: Currency;
}) => Promise<MirrorComparison>;

/** The newest of these are compared. */
export const MAX_PAIRS = 2_000;

type Pair = { readonly main: OperationRecord; readonly mirror: OperationRecord };

const spreadOf = (values: readonly number[]): Spread | undefined => {
  if (values.length === 0) return undefined;
  const sorted = values.toSorted((one, other) => one - other);
  const at = (share: number): number =>
    sorted[Math.min(sorted.length - 1, Math.ceil(share * sorted.length) - 1)] ?? Number.NaN;
  return { p50: at(0.5), p95: at(0.95) };
};

const shareOf = <Each>(all: readonly Each[], holds: (each: Each) => boolean): number | undefined =>
  all.length === 0 ? undefined : all.filter(holds).length / all.length;

/** Sets what mirrors of a route did against the completions that they mirror. */
export const createMirrorComparison = (parts: {
  readonly ledger: Pick<LedgerStore, 'mirrored' | 'findMany'>;
  readonly flush: () => Promise<void>;
  readonly catalogue: () => Catalogue;
}): CompareMirrors => {
  const { ledger, flush, catalogue } = parts;
  return async ({ currency, ...query }) => {
    await flush();
    const rows = await ledger.mirrored(query, MAX_PAIRS + 1);
    const mirrors = rows.slice(0, MAX_PAIRS).flatMap((row) => {
      const of = row.route.mirror?.of;
      return of === undefined ? [] : [{ row, of }];
    });
    const mains = await ledger.findMany(mirrors.map(({ of }) => of));
    const pairs = mirrors.flatMap(({ row }, index): Pair[] => {
      const main = mains[index];
      return main === undefined ? [] : [{ main, mirror: row }];
    });
    const inCurrency = costsIn(currency, catalogue().fx);
    const sideOf = (records: readonly OperationRecord[]): MirrorSide => {
      const costs = records.flatMap(({ cost }) => inCurrency(cost).total ?? []);
      return {
        completions: records.length,
        failed: records.filter(({ status }) => status === 'FAILED').length,
        cost: costs.reduce((sum, cost) => sum.plus(cost), ZERO),
        priced: costs.length,
        ttftMs: spreadOf(records.flatMap(({ timings }) => timings.ttftMs ?? [])),
        outputTps: spreadOf(records.flatMap(({ timings }) => timings.outputTps ?? [])),
      };
    };
    const offeringOf = ({ mirror }: Pair): OfferingId | undefined =>
      mirror.offeringId ?? mirror.route.candidates[0];
    const offerings = [...Map.groupBy(pairs, offeringOf)].flatMap(
      ([offeringId, some]): MirroredOffering[] => {
        if (offeringId === undefined) return [];
        const answered = some.filter(
          ({ main, mirror }) => main.status === 'SUCCEEDED' && mirror.status === 'SUCCEEDED',
        );
        const written = answered.filter(({ mirror }) => mirror.route.mirror?.sameText !== undefined);
        return [
          {
            offeringId,
            currency,
            main: sideOf(some.map(({ main }) => main)),
            mirror: sideOf(some.map(({ mirror }) => mirror)),
            sameFinishReason: shareOf(
              answered,
              ({ main, mirror }) => main.finishReason === mirror.finishReason,
            ),
            sameText: shareOf(written, ({ mirror }) => mirror.route.mirror?.sameText === true),
          },
        ];
      },
    );
    return { pairs: pairs.length, isCut: rows.length > MAX_PAIRS, offerings };
  };
};
