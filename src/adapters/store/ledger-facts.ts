import { createHash } from 'node:crypto';
import type { Attempt } from '../../domain/attempt.ts';
import type { Cost, CostLine, UnpricedLine } from '../../domain/cost.ts';
import { Decimal } from '../../domain/money.ts';
import type { OperationRecord } from '../../domain/operation-record.ts';
import { USAGE_KINDS, type Usage } from '../../domain/usage.ts';
import { storableJson } from './storable-text.ts';

/** What a row may have in common with others, less the members that are its own. */
export type Outline = Pick<OperationRecord, 'route' | 'warnings'> & {
  readonly finishReason: string | undefined;
  readonly rawFinishReason: string | undefined;
  /** Kinds of usage that are not 0, a bit each; undefined: no usage was reported. */
  readonly counted: number | undefined;
  /** Absent: what a provider charged is of one row alone. */
  readonly cost: Cost | undefined;
  /** The only attempt, where its bill is that of the row. */
  readonly attempt: Attempt | undefined;
  /** The attempt has the cost of the row; else it has none. */
  readonly isBilled: boolean;
};

const NO_LINES: readonly CostLine[] = [];

/** Members that rows may have in common; the others are each row's own. */
type Shared<Value, Own extends keyof Value> = { readonly [Name in Exclude<keyof Value, Own>]-?: true };
type OwnOfAttempt = 'index' | 'startedAt' | 'durationMs' | 'ttftMs' | 'usage' | 'cost' | 'providerResponseId';
const namesOf = <Name extends string>(shared: { readonly [Each in Name]: true }): readonly Name[] =>
  Object.keys(shared).filter((name): name is Name => name in shared);

const OF_ATTEMPT = namesOf({
  offeringId: true,
  providerId: true,
  status: true,
  cause: true,
  providerModel: true,
  serviceTier: true,
  region: true,
  usageEstimated: true,
  failedCheck: true,
  // An attempt that has these is written whole.
  failure: true,
  billing: true,
  computedCost: true,
} satisfies Shared<Attempt, OwnOfAttempt>);
const OF_LINE = namesOf({
  meter: true,
  unitPrice: true,
  per: true,
  priceId: true,
  offeringId: true,
  currency: true,
} satisfies Shared<UnpricedLine, 'quantity' | 'amount'>);

export type Facts = {
  readonly outline: Outline;
  /** As JSON: see `storedFacts`. */
  readonly text: string;
  /** Its name in the dictionary; absent until a second row says the same. */
  id: string | undefined;
};

/** A row of the dictionary. */
export type Fact = { readonly id: string; readonly text: string };

/** Kept at a time, and as many of those before. */
const MOST_KEPT = 1_000;
/** Of one offering: where none of so many is the same, none will be. */
const MOST_OF_ONE = 16;

const countedOf = (usage: Usage | undefined): number | undefined => {
  if (usage === undefined) return undefined;
  let counted = 0;
  for (let index = 0; index < USAGE_KINDS.length; index += 1) {
    const kind = USAGE_KINDS[index];
    if (kind !== undefined && usage[kind] !== 0) counted |= 1 << index;
  }
  return counted;
};

const plainAttemptOf = ({ attempts, usage, cost }: OperationRecord): Attempt | undefined => {
  const [only] = attempts;
  if (only === undefined || attempts.length > 1 || only.index !== 0) return undefined;
  if (only.failure !== undefined || only.billing !== undefined || only.computedCost !== undefined)
    return undefined;
  return only.usage === usage && (only.cost === cost || only.cost === undefined) ? only : undefined;
};

const isAtRates = (cost: Cost): boolean =>
  cost.kind === 'FREE' || cost.lines.every(({ priceId }) => priceId !== undefined);

export const outlineOf = (row: OperationRecord): Outline => {
  const attempt = plainAttemptOf(row);
  return {
    route: row.route,
    warnings: row.warnings,
    finishReason: row.finishReason,
    rawFinishReason: row.rawFinishReason,
    counted: countedOf(row.usage),
    cost: isAtRates(row.cost) ? row.cost : undefined,
    attempt,
    isBilled: attempt?.cost !== undefined,
  };
};

/** Of values as JSON has them, and decimals. Most are the same objects. */
const isSame = (one: unknown, other: unknown): boolean => {
  if (one === other) return true;
  if (typeof one !== 'object' || typeof other !== 'object' || one === null || other === null) return false;
  if (one instanceof Decimal) return other instanceof Decimal && one.equals(other);
  let more = 0;
  for (const name in one) {
    if (!isSame(Reflect.get(one, name), Reflect.get(other, name))) return false;
    more += 1;
  }
  for (const _name in other) more -= 1;
  return more === 0;
};

const isAlike = <Value extends object>(
  one: Value | undefined,
  other: Value | undefined,
  shared: readonly (keyof Value)[],
): boolean => {
  if (one === undefined || other === undefined) return one === other;
  for (const name of shared) if (one[name] !== other[name] && !isSame(one[name], other[name])) return false;
  return true;
};

/** Lines of a bill with a total have no currency of their own. */
const linesOf = (cost: Cost): readonly Partial<UnpricedLine>[] =>
  cost.kind === 'FREE' ? NO_LINES : cost.lines;

const isSameBill = (one: Cost | undefined, other: Cost | undefined): boolean => {
  if (one === undefined || other === undefined) return one === other;
  const lines = linesOf(one);
  const others = linesOf(other);
  if (lines.length !== others.length) return false;
  for (let index = 0; index < lines.length; index += 1)
    if (!isAlike(lines[index], others[index], OF_LINE)) return false;
  return isSame(headOf(one), headOf(other));
};

/** What a bill says besides its lines and their sum. */
const headOf = (cost: Cost): object => {
  switch (cost.kind) {
    case 'PRICED':
      return { kind: cost.kind, currency: cost.currency };
    case 'FREE':
      return cost;
    case 'UNPRICED':
      return { kind: cost.kind, reason: cost.reason, missing: cost.missing };
  }
};

const isSameOutline = (one: Outline, other: Outline): boolean =>
  one.counted === other.counted &&
  one.finishReason === other.finishReason &&
  one.rawFinishReason === other.rawFinishReason &&
  one.isBilled === other.isBilled &&
  isAlike(one.attempt, other.attempt, OF_ATTEMPT) &&
  isSameBill(one.cost, other.cost) &&
  isSame(one.warnings, other.warnings) &&
  isSame(one.route, other.route);

const pick = <Value extends object>(value: Value, names: readonly (keyof Value)[]): object =>
  Object.fromEntries(names.map((name) => [name, value[name]]));

const textOf = ({
  route,
  warnings,
  finishReason,
  rawFinishReason,
  counted,
  cost,
  attempt,
  isBilled,
}: Outline): string =>
  // What is undefined is not written.
  storableJson({
    route,
    warnings: warnings.length === 0 ? undefined : warnings,
    finishReason,
    rawFinishReason,
    usage:
      counted === undefined ? undefined : USAGE_KINDS.filter((_, index) => (counted & (1 << index)) !== 0),
    cost: cost && {
      ...headOf(cost),
      lines: cost.kind === 'FREE' ? undefined : linesOf(cost).map((line) => pick(line, OF_LINE)),
    },
    attempt: attempt && { ...pick(attempt, OF_ATTEMPT), billOfRow: isBilled ? true : undefined },
  });

/** As a UUID, whose column is the shortest for so many bits. */
const idOf = (text: string): string => createHash('sha256').update(text).digest('hex').slice(0, 32);

/**
 * Finds what rows have in common. What is said once may be said never again, and is no fact yet: routes that go by live
 * figures say something else each time.
 */
export class FactBook {
  /** By offering. What is used of the book before is written into this one when it is full. */
  #kept = new Map<string, Facts[]>();
  #before = new Map<string, Facts[]>();
  #added = 0;

  /** Those of a row of the offering; `learn` is called where they become a row of the dictionary. */
  of(outline: Outline, offering: string, learn: (fact: Fact) => void): Facts {
    const known =
      find(this.#kept.get(offering), outline) ??
      this.#add(offering, find(this.#before.get(offering), outline));
    if (known === undefined) {
      const facts: Facts = { outline, text: textOf(outline), id: undefined };
      this.#add(offering, facts);
      return facts;
    }
    if (known.id === undefined) {
      known.id = idOf(known.text);
      learn({ id: known.id, text: known.text });
    }
    return known;
  }

  #add(offering: string, facts: Facts | undefined): Facts | undefined {
    if (facts === undefined) return undefined;
    if (this.#added === MOST_KEPT) {
      this.#before = this.#kept;
      this.#kept = new Map();
      this.#added = 0;
    }
    const kept = this.#kept.get(offering);
    if (kept === undefined) this.#kept.set(offering, [facts]);
    else kept[kept.length < MOST_OF_ONE ? kept.length : this.#added % MOST_OF_ONE] = facts;
    this.#added += 1;
    return facts;
  }
}

const find = (kept: readonly Facts[] | undefined, outline: Outline): Facts | undefined =>
  kept?.find((facts) => isSameOutline(facts.outline, outline));
