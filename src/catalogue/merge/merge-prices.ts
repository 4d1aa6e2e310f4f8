import type { UnboundPrice } from '../../domain/price.ts';
import { isShipped, OVERRIDES_RANK } from '../source-precedence.ts';
import { amountFor, inForce } from './counterpart.ts';
import { type Doubt, doubtOf } from './doubt.ts';
import { type Candidate, groupKeyOf } from './price-group.ts';

/** What one source says of a group of rows. */
export type Statement = {
  readonly source: string;
  readonly rank: number;
  readonly rows: readonly UnboundPrice[];
  readonly doubt?: Doubt;
};

export type MergedPrices = {
  readonly rows: readonly UnboundPrice[];
  /** By key of the group: what all sources say, in order of precedence. */
  readonly statements: ReadonlyMap<string, readonly Statement[]>;
};

const EMPTY: readonly UnboundPrice[] = [];

const sizesOf = (rows: readonly UnboundPrice[]): string =>
  [
    ...new Set(
      rows.map(
        ({ conditions: { promptTokens, outputTokens } }) =>
          `${promptTokens?.from ?? 0}-${promptTokens?.to ?? ''}/${outputTokens?.from ?? 0}-${outputTokens?.to ?? ''}`,
      ),
    ),
  ]
    .sort()
    .join();

const hasDetail = (rows: readonly UnboundPrice[]): boolean =>
  rows.some(({ conditions }) => conditions.promptTokens !== undefined || conditions.timeWindow !== undefined);

/** Whether a flat rate that was read live is one that a shipped list states for now. */
const saysTheSame = (live: readonly UnboundPrice[], shipped: readonly UnboundPrice[], now: Date): boolean => {
  const [flat] = live;
  return (
    flat !== undefined &&
    live.length === 1 &&
    !hasDetail(live) &&
    shipped.some((row) => inForce(row, now) && amountFor(row, flat).equals(row.amount))
  );
};

/**
 * Whether a flat rate that was read live is the plain rate of a shipped list with windows or tiers: then the live one
 * confirms the shipped, and its windows are kept.
 */
const confirms = (live: readonly UnboundPrice[], shipped: readonly UnboundPrice[], now: Date): boolean =>
  hasDetail(shipped) && saysTheSame(live, shipped, now);

/** The part of a group's key that says in which tariff it is. */
const tariffOf = ({ currency, serviceTier, conditions }: UnboundPrice): string =>
  [currency, serviceTier, conditions.region ?? ''].join('|');

const isCore = ({ meter }: UnboundPrice): boolean =>
  meter.family === 'TOKENS' &&
  meter.modality === 'TEXT' &&
  meter.tokenType === 'PLAIN' &&
  meter.attributes === undefined;

/**
 * Chooses for each group of rows whose rows are served: those of the first source in order of precedence that states it and
 * is believed. The plain text tokens of a tariff, in and out, come from one source where one states both, so that a tiered
 * list is not mixed with a flat one; groups that this source lacks are filled from the next, first from those whose
 * tiers have the same bounds.
 *
 * While a source is not believed, what it said when it was (`served`) stands in for it.
 */
export const mergePrices = (
  candidates: readonly Candidate[],
  served: readonly UnboundPrice[],
  now: Date,
): MergedPrices => {
  const ranked = candidates.toSorted((one, other) => one.rank - other.rank);
  const servedGroups = Map.groupBy(served, groupKeyOf);
  const liveSources = new Set(ranked.filter(({ rank }) => !isShipped(rank)).map(({ source }) => source));
  const keys = new Set(ranked.flatMap(({ groups }) => [...groups.keys()]));
  const statements = new Map<string, readonly Statement[]>();
  const usable = new Map<string, readonly Statement[]>();
  for (const key of keys) {
    const groups = ranked.flatMap((candidate) => {
      const rows = candidate.groups.get(key);
      return rows === undefined ? [] : [{ candidate, rows }];
    });
    const shippedRows = groups.find(({ candidate }) => isShipped(candidate.rank))?.rows;
    const baseline = servedGroups.get(key) ?? shippedRows ?? EMPTY;
    const stated = groups.map(({ candidate, rows }): Statement => {
      const others = groups.filter((other) => other.candidate.source !== candidate.source);
      const doubt = rows === shippedRows ? undefined : doubtOf({ candidate, rows }, others, baseline, now);
      return {
        source: candidate.source,
        rank: candidate.rank,
        rows,
        ...(doubt === undefined ? {} : { doubt }),
      };
    });
    // What a source says now replaces what it said when this server was built.
    const current = stated.filter(
      ({ source, rank }) =>
        !isShipped(rank) ||
        !liveSources.has(source) ||
        stated.some((other) => other.source === source && other.rank < rank && other.doubt !== undefined),
    );
    if (current.length === 0) continue;
    statements.set(key, current);
    usable.set(
      key,
      current.flatMap((statement) => {
        if (statement.doubt === undefined) return [statement];
        const before = (servedGroups.get(key) ?? EMPTY).filter(
          (row) => row.provenance.source === statement.source,
        );
        return before.length === 0 ? [] : [{ source: statement.source, rank: statement.rank, rows: before }];
      }),
    );
  }

  const preferred = preferredSources(usable, now);
  const rows: UnboundPrice[] = [];
  for (const list of usable.values()) {
    const chosen = chosenOf(list, preferred, now);
    if (chosen !== undefined) rows.push(...chosen.rows);
  }
  return { rows, statements };
};

/** The source of each tariff's plain text tokens, and the bounds of its tiers. */
type Preferred = { readonly statement: Statement; readonly sizes: string };

const bestOf = (list: readonly Statement[], now: Date): Statement | undefined => {
  const [first, ...others] = list;
  if (first === undefined || first.rank <= OVERRIDES_RANK || isShipped(first.rank)) return first;
  return others.find((other) => isShipped(other.rank) && confirms(first.rows, other.rows, now)) ?? first;
};

const preferredSources = (
  usable: ReadonlyMap<string, readonly Statement[]>,
  now: Date,
): ReadonlyMap<string, Preferred> => {
  const cores = new Map<string, (readonly Statement[])[]>();
  for (const list of usable.values()) {
    const [row] = list[0]?.rows ?? EMPTY;
    if (row === undefined || !isCore(row)) continue;
    const tariff = tariffOf(row);
    cores.set(tariff, [...(cores.get(tariff) ?? []), list]);
  }
  const preferred = new Map<string, Preferred>();
  for (const [tariff, lists] of cores) {
    const best = lists.map((list) => bestOf(list, now));
    const [first] = best;
    if (first === undefined) continue;
    const inAll = best
      .filter((statement) => statement !== undefined)
      .filter(({ source, rank }) =>
        lists.every((list) => list.some((other) => other.source === source && other.rank === rank)),
      )
      .toSorted((one, other) => one.rank - other.rank);
    // A shipped list whose windows of one meter are confirmed is kept for the others too where it says the same of them.
    const confirmed = inAll.find(
      ({ source, rank }) =>
        isShipped(rank) &&
        best.some((statement, index) => statement?.source === source && statement !== lists[index]?.[0]) &&
        lists.every((list) => {
          const own = list.find((other) => other.source === source && other.rank === rank);
          return own !== undefined && (own === list[0] || saysTheSame(list[0]?.rows ?? EMPTY, own.rows, now));
        }),
    );
    const [all] = inAll;
    const statement = confirmed ?? all ?? first;
    preferred.set(tariff, { statement, sizes: sizesOf(statement.rows) });
  }
  return preferred;
};

const chosenOf = (
  list: readonly Statement[],
  preferred: ReadonlyMap<string, Preferred>,
  now: Date,
): Statement | undefined => {
  const [first] = list;
  const [row] = first?.rows ?? EMPTY;
  if (first === undefined || row === undefined) return undefined;
  const core = row.meter.family === 'TOKENS' ? preferred.get(tariffOf(row)) : undefined;
  // What the operator overrides is taken by itself: a file of two prices leaves the others as they are.
  if (core === undefined || first.rank <= OVERRIDES_RANK) return bestOf(list, now);
  return (
    list.find(({ source, rank }) => source === core.statement.source && rank === core.statement.rank) ??
    list.find(({ rows }) => sizesOf(rows) === core.sizes) ??
    first
  );
};
