import type { UnboundPrice } from '../../domain/price.ts';
import { isShipped } from '../source-precedence.ts';
import { chooseStatements } from './choose-statements.ts';
import { doubtOf } from './doubt.ts';
import { type Candidate, groupKeyOf } from './price-group.ts';
import { dayOf, inOrder, type Statement } from './statement.ts';
import { withTariffDoubts } from './tariff-doubt.ts';
import { withTierDoubts } from './tier-doubt.ts';

export type MergedPrices = {
  readonly rows: readonly UnboundPrice[];
  /** By key of the group: what all sources say, in order of precedence. */
  readonly statements: ReadonlyMap<string, readonly Statement[]>;
};

const EMPTY: readonly UnboundPrice[] = [];

/** What each source says of each group, its shipped list beside what it says now. */
const statementsOf = (
  candidates: readonly Candidate[],
  now: Date,
): ReadonlyMap<string, readonly Statement[]> => {
  const statements = new Map<string, Statement[]>();
  for (const { source, rank, groups } of candidates)
    for (const [key, rows] of groups) {
      const statement: Statement = { source, rank, rows, day: dayOf(rows, now) };
      const known = statements.get(key);
      if (known === undefined) statements.set(key, [statement]);
      else known.push(statement);
    }
  return statements;
};

/** The newest day for which each source that is read live says anything of the offering. */
const liveDays = (candidates: readonly Candidate[], now: Date): ReadonlyMap<string, number> => {
  const days = new Map<string, number>();
  for (const { source, rank, groups } of candidates) {
    if (isShipped(rank)) continue;
    for (const rows of groups.values()) days.set(source, Math.max(days.get(source) ?? 0, dayOf(rows, now)));
  }
  return days;
};

/**
 * Chooses for each group of rows whose rows are served: see `chooseStatements`.
 *
 * While a source is not believed, what it said when it was (`served`) stands in for it. What a source says now replaces
 * what was shipped of it, unless it is older.
 */
export const mergePrices = (
  candidates: readonly Candidate[],
  served: readonly UnboundPrice[],
  now: Date,
): MergedPrices => {
  const servedGroups = Map.groupBy(served, groupKeyOf);
  const live = liveDays(candidates, now);
  const judged = new Map<string, readonly Statement[]>();
  for (const [key, all] of statementsOf(candidates, now)) {
    const before = servedGroups.get(key) ?? EMPTY;
    const shipped = inOrder(
      all.every(({ rank }) => isShipped(rank)) ? all : all.filter(({ rank }) => isShipped(rank)),
    );
    const baseline = before.length > 0 ? before : (shipped[0]?.rows ?? EMPTY);
    judged.set(
      key,
      all.map((statement): Statement => {
        const doubt = doubtOf(statement, all, baseline, now);
        return doubt === undefined ? statement : { ...statement, doubt };
      }),
    );
  }
  const statements = new Map<string, readonly Statement[]>();
  const usable = new Map<string, readonly Statement[]>();
  for (const [key, stated] of withTierDoubts(withTariffDoubts(judged, now), now)) {
    const before = servedGroups.get(key) ?? EMPTY;
    const current = stated.filter(
      ({ source, rank, day }) =>
        !isShipped(rank) ||
        (live.get(source) ?? 0) < day ||
        stated.some((other) => other.source === source && other.rank < rank && other.doubt !== undefined),
    );
    if (current.length === 0) continue;
    statements.set(key, inOrder(current));
    const believed: Statement[] = [];
    for (const statement of current) {
      const { source, rank, doubt } = statement;
      if (doubt === undefined) {
        believed.push(statement);
        continue;
      }
      const rows = before.filter((row) => row.provenance.source === source);
      if (rows.length > 0) believed.push({ source, rank, rows, day: dayOf(rows, now) });
    }
    if (believed.length > 0) usable.set(key, believed);
  }
  const rows: UnboundPrice[] = [];
  for (const chosen of chooseStatements(usable, now)) rows.push(...chosen.rows);
  return { rows, statements };
};
