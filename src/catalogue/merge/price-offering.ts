import type { Billing } from '../../domain/model.ts';
import type { Price, Provenance, QuarantinedPrice, UnboundPrice } from '../../domain/price.ts';
import { bindPrices, declaredPricesOf, withDeclared } from '../declared-prices.ts';
import { CONFIG_RANK, RULES_RANK, RULES_SOURCE } from '../source-precedence.ts';
import { type CompiledRules, type DerivedPrices, derivePrices } from './derive-prices.ts';
import type { Claim, Draft } from './draft.ts';
import { mergePrices } from './merge-prices.ts';
import { type Candidate, candidateOf, groupKeyOf, rowOf } from './price-group.ts';
import { dayOf, type Statement } from './statement.ts';

export type PricedDraft = {
  readonly billing: Billing;
  readonly rows: readonly Price[];
  readonly statements: ReadonlyMap<string, readonly Statement[]>;
};

type Stated = {
  readonly source: string;
  readonly rank: number;
  readonly rows: UnboundPrice[];
  billing?: Billing;
};

/** Rows of one source, and how it says that they are billed. */
const statedOf = (claims: readonly Claim[], refuse: (row: QuarantinedPrice) => void): readonly Stated[] => {
  const bySource = new Map<string, Stated>();
  for (const { source, rank, stated, provenance } of claims) {
    const key = `${source} ${rank}`;
    const known = bySource.get(key) ?? { source, rank, rows: [] };
    bySource.set(key, known);
    const rows: UnboundPrice[] = [];
    for (const price of stated.prices) {
      const row = rowOf(price, provenance, stated.providerId);
      if ('refused' in row)
        refuse({
          source,
          subject: `${stated.providerId}/${stated.providerModelId}`,
          reason: row.refused,
          detail: row.detail,
          at: provenance.observedAt,
        });
      else rows.push(row);
    }
    const paid = rows.some(({ amount }) => !amount.isZero());
    const billing = stated.billing ?? (paid ? 'METERED' : undefined);
    if (known.billing === undefined && billing !== undefined && billing !== 'UNKNOWN')
      known.billing = billing;
    // A list of zeroes states no price.
    if (!paid && stated.billing === undefined) continue;
    // A list may have one offering under two spellings: the first says what it costs.
    const stating = new Set(known.rows.map(groupKeyOf));
    for (const row of rows) if (stating.size === 0 || !stating.has(groupKeyOf(row))) known.rows.push(row);
  }
  return [...bySource.values()];
};

/** A row keeps the day on which its source first stated it. */
const withFirstSeen = (rows: readonly Price[], served: readonly Price[]): readonly Price[] => {
  if (served.length === 0) return rows;
  const before = new Map(served.map((row) => [row.id, row.provenance.observedAt]));
  return rows.map((row) => {
    const observedAt = before.get(row.id);
    return observedAt === undefined || observedAt >= row.provenance.observedAt
      ? row
      : { ...row, provenance: { ...row.provenance, observedAt } };
  });
};

/** What is the same for all offerings of a catalogue. */
export type Pricing = {
  readonly declaredBy: Provenance;
  readonly now: Date;
  readonly rules: CompiledRules;
};

/** The statements, with what rules say behind those of groups that sources state, and as the only one of others. */
const withRules = (
  statements: ReadonlyMap<string, readonly Statement[]>,
  derived: DerivedPrices,
  now: Date,
): ReadonlyMap<string, readonly Statement[]> => {
  if (derived.size === 0) return statements;
  const all = new Map(statements);
  for (const [key, rows] of derived)
    all.set(key, [
      ...(all.get(key) ?? []),
      { source: RULES_SOURCE, rank: RULES_RANK, rows, day: dayOf(rows, now) },
    ]);
  return all;
};

/** The statements, with what the operator declares. */
const withOwnPrices = (
  statements: ReadonlyMap<string, readonly Statement[]>,
  own: readonly Price[],
  now: Date,
): ReadonlyMap<string, readonly Statement[]> => {
  if (own.length === 0) return statements;
  const all = new Map(statements);
  for (const row of own) {
    const key = groupKeyOf(row);
    const others = all.get(key) ?? [];
    const statement: Statement = {
      source: 'config',
      rank: CONFIG_RANK,
      rows: [row],
      day: dayOf([row], now),
    };
    all.set(
      key,
      [statement, ...others].toSorted((one, other) => one.rank - other.rank),
    );
  }
  return all;
};

/**
 * The derived rows of a region or a tier that are for longer prompts than any stated row of their group; all if there is no such
 * row. Lists often state what a tier costs for short prompts alone.
 */
const rowsBeyond = (rows: readonly Price[], stated: readonly Price[] | undefined): readonly Price[] => {
  if (stated === undefined) return rows;
  const end = Math.max(...stated.map(({ conditions }) => conditions.promptTokens?.to ?? Infinity));
  return rows.filter(
    ({ serviceTier, conditions: { region, promptTokens } }) =>
      (region !== undefined || serviceTier !== 'STANDARD') && (promptTokens?.from ?? 0) >= end,
  );
};

/** An offering that is priced, and where it is served. */
export type LocatedDraft = Draft & { readonly region: string | undefined };

/** What an offering costs, by all that is said of it. */
export const priceOffering = (
  { id, info, seedId, providerModelId, claims, declared, region }: LocatedDraft,
  served: readonly Price[],
  { declaredBy, now, rules }: Pricing,
  refuse: (row: QuarantinedPrice) => void,
): PricedDraft => {
  const stated = [...statedOf(claims, refuse)];
  stated.sort((one, other) => one.rank - other.rank);
  const known = stated.find(({ billing }) => billing !== undefined && billing !== 'UNKNOWN')?.billing;
  // Rows of sources that bill otherwise are of something else, e.g. of what a plan would cost without it.
  const candidates: Candidate[] = stated
    .filter(({ billing, rows }) => rows.length > 0 && (known === undefined || billing === known))
    .map(({ source, rank, rows }) => candidateOf(source, rank, rows));
  const { rows: unbound, statements: said } =
    candidates.length === 0
      ? { rows: [], statements: new Map<string, readonly Statement[]>() }
      : mergePrices(candidates, served, now);
  const stating = bindPrices(id, unbound);
  const derived = derivePrices({ providerId: info.id, seedId, providerModelId, region }, stating, rules);
  const merged = [...stating];
  if (derived.size > 0) {
    const statedGroups = Map.groupBy(stating, groupKeyOf);
    for (const [key, rows] of derived) merged.push(...rowsBeyond(rows, statedGroups.get(key)));
  }
  const statements = withRules(said, derived, now);
  for (const list of statements.values())
    for (const { source, rows, doubt } of list) {
      const [row] = rows;
      if (doubt !== undefined && row !== undefined)
        refuse({
          source,
          subject: id,
          reason: doubt.reason,
          detail: `${row.meter.direction} ${row.meter.modality} ${row.meter.tokenType} ${row.meter.family}: ${doubt.detail}`,
          at: row.provenance.observedAt,
        });
    }

  const own = declared?.prices === undefined ? [] : declaredPricesOf(id, declared.prices, declaredBy);
  const bound = withFirstSeen(merged, served);
  const overrides = bound.filter(({ provenance }) => provenance.source === 'overrides');
  const overridden = new Set(overrides.map(groupKeyOf));
  const rows =
    own.length === 0
      ? bound
      : [
          ...overrides,
          ...withDeclared(
            bound.filter(({ provenance }) => provenance.source !== 'overrides'),
            own,
          ).filter((row) => !overridden.has(groupKeyOf(row))),
        ];
  const free = known === 'FREE' && declared?.prices === undefined ? 'FREE' : undefined;
  const billing: Billing =
    declared?.billing ??
    free ??
    (own.length > 0 || overrides.some(({ billing }) => billing === 'METERED')
      ? 'METERED'
      : (known ?? (rows.length > 0 ? 'METERED' : 'UNKNOWN')));
  return {
    billing: billing === 'METERED' && rows.length === 0 ? 'UNKNOWN' : billing,
    rows,
    statements: withOwnPrices(statements, own, now),
  };
};
