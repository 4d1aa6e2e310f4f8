import type { UnboundPrice } from '../../domain/price.ts';
import { OVERRIDES_RANK } from '../source-precedence.ts';
import { amountFor, counterpartOf } from './counterpart.ts';
import { isInputCore, isOutputCore, tariffOf } from './price-group.ts';
import {
  areConfirmedBy,
  detailOf,
  inOrder,
  isOlder,
  isRoundingOf,
  onePerSource,
  type Statement,
} from './statement.ts';

/** Statements of each group that are believed, by key. */
export type Usable = ReadonlyMap<string, readonly Statement[]>;

const isSameStatement = (one: Statement, other: Statement): boolean =>
  one.source === other.source && one.rank === other.rank;

const isOverride = ({ rank }: Statement): boolean => rank <= OVERRIDES_RANK;

/** Of those that say all that the first does, the one that tells most apart; the first of several. */
const richestOf = (first: Statement, others: readonly Statement[], now: Date): Statement => {
  let richest = first;
  let detail = detailOf(first.rows, now);
  for (const other of others) {
    const more = detailOf(other.rows, now);
    if (more <= detail || !areConfirmedBy(first.rows, other.rows, now)) continue;
    richest = other;
    detail = more;
  }
  return richest;
};

/** How many sources have to state a precise rate, for a rounded one to yield to it. */
const MIN_PRECISE = 2;

/** The statement of which the chosen one is a rounding, where several sources state that. */
const preciseOf = (chosen: Statement, list: readonly Statement[], now: Date): Statement => {
  const precise = list.filter(({ rows }) =>
    chosen.rows.some((row) => {
      const other = counterpartOf(row, rows, now);
      return other !== undefined && isRoundingOf(row, other);
    }),
  );
  if (onePerSource(precise).length < MIN_PRECISE) return chosen;
  return (
    precise.find(
      (one) =>
        areConfirmedBy(chosen.rows, one.rows, now) &&
        precise.some((other) => one.source !== other.source && statesEqually(one, other, now)),
    ) ?? chosen
  );
};

const statesEqually = (one: Statement, other: Statement, now: Date): boolean =>
  one.rows.every((row) => {
    const found = counterpartOf(row, other.rows, now);
    return found !== undefined && amountFor(row, found).equals(row.amount);
  });

/** The plain text tokens of one tariff: what all sources say of them in, and out. */
type Core = { readonly lists: readonly (readonly Statement[])[] };

/** What is served of the plain text tokens of a tariff, and all that their sources are known to say of them. */
export type ChosenCore = {
  /** The source of what is sent and answered, where one states both. */
  readonly statement: Statement;
  readonly chosen: readonly Statement[];
  readonly lists: readonly (readonly Statement[])[];
};

const rowsOfAll = (source: Statement, lists: Core['lists']): readonly Statement[] =>
  lists.flatMap((list) => list.find((one) => isSameStatement(one, source)) ?? []);

/**
 * The source of a tariff's plain text tokens: the first that states both, unless another is believed before it and says
 * otherwise of one; then, of those that say the same of both, the one that tells most apart.
 */
const chooseCore = ({ lists }: Core, now: Date): ChosenCore | undefined => {
  const ordered = lists
    .map((list) => inOrder(list.filter((one) => !isOverride(one))))
    .filter(({ length }) => length > 0);
  const [first] = ordered;
  if (first === undefined) return undefined;
  const [only] = first;
  if (only !== undefined && ordered.every(({ length }) => length === 1))
    return { statement: only, chosen: ordered.flat(), lists: ordered };
  const inAll = first.filter((one) =>
    ordered.every((list) => list.some((other) => isSameStatement(one, other))),
  );
  // A statement of both is as old as its older half.
  const whole = inOrder(
    inAll.map((one) => ({ ...one, day: Math.min(...rowsOfAll(one, ordered).map(({ day }) => day)) })),
  );
  const base = whole[0];
  const contradicting = ordered.flatMap((list) => {
    const [newest] = list;
    const own = base === undefined ? undefined : list.find((one) => isSameStatement(one, base));
    return newest !== undefined &&
      own !== undefined &&
      isOlder(own, newest) &&
      !areConfirmedBy(newest.rows, own.rows, now)
      ? [newest]
      : [];
  });
  const start = base === undefined || contradicting.length > 0 ? (contradicting[0] ?? first[0]) : base;
  if (start === undefined) return undefined;
  const own = rowsOfAll(start, ordered);
  let statement = start;
  let detail = own.reduce((most, { rows }) => Math.max(most, detailOf(rows, now)), 0);
  for (const other of inAll) {
    const theirs = rowsOfAll(other, ordered);
    const more = theirs.reduce((most, { rows }) => Math.max(most, detailOf(rows, now)), 0);
    if (more <= detail || theirs.length < own.length) continue;
    if (!saysAllOf(start, other, ordered, now)) continue;
    statement = other;
    detail = more;
  }
  const chosen = ordered.flatMap((list) => {
    const found = list.find((one) => isSameStatement(one, statement));
    if (found !== undefined) return [found];
    return list.find((one) => saysAllOf(statement, one, ordered, now)) ?? list[0] ?? [];
  });
  return { statement, chosen, lists: ordered };
};

/** Whether the other says the same wherever both say something of the tariff's plain tokens. True if they never do. */
const saysAllOf = (one: Statement, other: Statement, lists: Core['lists'], now: Date): boolean =>
  lists.every((list) => {
    const [own, theirs] = [one, other].map((each) => list.find((found) => isSameStatement(found, each)));
    return own === undefined || theirs === undefined || areConfirmedBy(own.rows, theirs.rows, now);
  });

const coresOf = (usable: Usable): ReadonlyMap<string, Core> => {
  const cores = new Map<string, (readonly Statement[])[]>();
  for (const list of usable.values()) {
    const row = list[0]?.rows[0];
    if (row === undefined || !(isInputCore(row) || isOutputCore(row))) continue;
    const tariff = tariffOf(row);
    const known = cores.get(tariff);
    if (known === undefined) cores.set(tariff, [list]);
    else known.push(list);
  }
  return new Map([...cores].map(([tariff, lists]) => [tariff, { lists }]));
};

/** Sizes of prompts and answers that rows tell apart. */
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

/** Whether what a source says of the plain tokens that a rate goes with is another price list than the chosen one. */
const isOfOtherList = (one: Statement, row: UnboundPrice, core: ChosenCore, now: Date): boolean =>
  core.lists.some((list, index) => {
    const plain = list[0]?.rows[0];
    if (plain === undefined || plain.meter.direction !== row.meter.direction) return false;
    const theirs = list.find((found) => isSameStatement(found, one));
    const chosen = core.chosen[index];
    return (
      theirs !== undefined &&
      chosen !== undefined &&
      !isSameStatement(theirs, chosen) &&
      !areConfirmedBy(chosen.rows, theirs.rows, now) &&
      !areConfirmedBy(theirs.rows, chosen.rows, now)
    );
  });

/** The statements where all are of one source, so that there is nothing to choose. */
const onlyStatements = (usable: Usable): readonly Statement[] | undefined => {
  const statements: Statement[] = [];
  for (const list of usable.values()) {
    const [first] = list;
    if (first === undefined || list.length > 1 || !isSameStatement(first, statements[0] ?? first))
      return undefined;
    statements.push(first);
  }
  return statements;
};

/**
 * Which statement of each group is served: see `inOrder` for whose comes first. The plain text tokens of a tariff, in and
 * out, come from one source where one states both. What goes with them, of caches and of thinking, comes from that source, else
 * from the first whose plain tokens cost the same there, as two price lists are not mixed. Rates of other service tiers
 * and regions by a list that is older than the chosen one and says otherwise of the standard rate are left out.
 */
export const chooseStatements = (usable: Usable, now: Date): readonly Statement[] => {
  const only = onlyStatements(usable);
  if (only !== undefined) return only;
  const cores = coresOf(usable);
  const chosenCores = new Map<string, ChosenCore>();
  for (const [tariff, core] of cores) {
    const chosen = chooseCore(core, now);
    if (chosen !== undefined) chosenCores.set(tariff, chosen);
  }
  const chosen: Statement[] = [];
  for (const list of usable.values()) {
    const found = chooseOne(list, chosenCores, now);
    if (found !== undefined) chosen.push(found);
  }
  return chosen;
};

const chooseOne = (
  list: readonly Statement[],
  cores: ReadonlyMap<string, ChosenCore>,
  now: Date,
): Statement | undefined => {
  const ordered = inOrder(list);
  const [first] = ordered;
  const row = first?.rows[0];
  if (first === undefined || row === undefined) return undefined;
  // What the operator overrides is taken by itself: a file of two prices leaves the others as they are.
  if (isOverride(first)) return first;
  if (ordered.length === 1 && row.serviceTier === 'STANDARD' && row.meter.tokenType === 'PLAIN') return first;
  const believed = withoutOlderLists(ordered, row, cores, now);
  const core = row.meter.family === 'TOKENS' ? cores.get(tariffOf(row)) : undefined;
  if (core === undefined) {
    const [best, ...others] = believed;
    return best === undefined ? undefined : preciseOf(richestOf(best, others, now), believed, now);
  }
  if (isInputCore(row) || isOutputCore(row)) {
    const own = core.chosen.find((one) => believed.includes(one));
    return own === undefined ? believed[0] : preciseOf(own, believed, now);
  }
  const goesWithPlain = row.meter.modality === 'TEXT';
  const fitting = goesWithPlain ? believed.filter((one) => !isOfOtherList(one, row, core, now)) : believed;
  const sizes = sizesOf(core.statement.rows);
  const best =
    fitting.find((one) => isSameStatement(one, core.statement)) ??
    fitting.find(({ rows }) => sizesOf(rows) === sizes) ??
    fitting[0];
  return best === undefined ? undefined : preciseOf(richestOf(best, fitting, now), fitting, now);
};

const withoutOlderLists = (
  list: readonly Statement[],
  row: UnboundPrice,
  cores: ReadonlyMap<string, ChosenCore>,
  now: Date,
): readonly Statement[] => {
  const standard = tariffOf({ ...row, serviceTier: 'STANDARD', conditions: {} });
  if (standard === tariffOf(row)) return list;
  const core = cores.get(standard);
  if (core === undefined) return list;
  return list.filter((one) =>
    core.lists.every((statements, index) => {
      const [theirs, chosen] = [statements.find((found) => isSameStatement(found, one)), core.chosen[index]];
      return (
        theirs === undefined ||
        chosen === undefined ||
        !isOlder(theirs, chosen) ||
        areConfirmedBy(chosen.rows, theirs.rows, now) ||
        areConfirmedBy(theirs.rows, chosen.rows, now)
      );
    }),
  );
};
