import { createHash } from 'node:crypto';
import type { Attempt } from '../../domain/attempt.ts';
import type { Cost, CostLine } from '../../domain/cost.ts';
import { Decimal } from '../../domain/money.ts';
import type { LedgerRow } from '../../domain/operation-record.ts';
import { USAGE_KINDS, type Usage } from '../../domain/usage.ts';
import { storableJson } from './storable-text.ts';

/** What a row may have in common with others, less the members that are named as its own here. */
export type Outline = Pick<LedgerRow, 'route' | 'warnings'> & {
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

type Members = ReadonlySet<string>;
const NO_LINES: readonly CostLine[] = [];
const NONE: Members = new Set();
const OWN_OF_LINE: Members = new Set(['quantity', 'amount']);
const OWN_OF_COST: Members = new Set(['total', 'lines']);
const OWN_OF_ATTEMPT: Members = new Set([
  'index',
  'startedAt',
  'durationMs',
  'ttftMs',
  'usage',
  'cost',
  'providerResponseId',
]);

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

const plainAttemptOf = ({ attempts, usage, cost }: LedgerRow): Attempt | undefined => {
  const [only] = attempts;
  if (only === undefined || attempts.length > 1 || only.index !== 0) return undefined;
  if (only.failure !== undefined || only.billing !== undefined || only.computedCost !== undefined)
    return undefined;
  return only.usage === usage && (only.cost === cost || only.cost === undefined) ? only : undefined;
};

const isAtRates = (cost: Cost): boolean =>
  cost.kind === 'FREE' || cost.lines.every(({ priceId }) => priceId !== undefined);

export const outlineOf = (row: LedgerRow): Outline => {
  const attempt = plainAttemptOf(row);
  return {
    route: row.route,
    warnings: row.warnings,
    finishReason: row.operation === 'COMPLETION' ? row.finishReason : undefined,
    rawFinishReason: row.operation === 'COMPLETION' ? row.rawFinishReason : undefined,
    counted: countedOf(row.usage),
    cost: isAtRates(row.cost) ? row.cost : undefined,
    attempt,
    isBilled: attempt?.cost !== undefined,
  };
};

/** Of values as JSON has them, and decimals. Most are the same objects. */
const isSame = (one: unknown, other: unknown, own = NONE): boolean => {
  if (one === other) return true;
  if (typeof one !== 'object' || typeof other !== 'object' || one === null || other === null) return false;
  if (one instanceof Decimal) return other instanceof Decimal && one.equals(other);
  let more = 0;
  for (const name in one) {
    if (own.has(name)) continue;
    if (!isSame(Reflect.get(one, name), Reflect.get(other, name))) return false;
    more += 1;
  }
  for (const name in other) if (!own.has(name)) more -= 1;
  return more === 0;
};

const linesOf = (cost: Cost | undefined): readonly CostLine[] =>
  cost === undefined || cost.kind === 'FREE' ? NO_LINES : cost.lines;

const isSameBill = (one: Cost | undefined, other: Cost | undefined): boolean => {
  if (!isSame(one, other, OWN_OF_COST)) return false;
  const lines = linesOf(one);
  const others = linesOf(other);
  return (
    lines.length === others.length && lines.every((line, index) => isSame(line, others[index], OWN_OF_LINE))
  );
};

const isSameOutline = (one: Outline, other: Outline): boolean =>
  one.counted === other.counted &&
  one.finishReason === other.finishReason &&
  one.rawFinishReason === other.rawFinishReason &&
  one.isBilled === other.isBilled &&
  isSame(one.attempt, other.attempt, OWN_OF_ATTEMPT) &&
  isSameBill(one.cost, other.cost) &&
  isSame(one.route, other.route) &&
  isSame(one.warnings, other.warnings);

const without = (value: object, own: Members): object =>
  Object.fromEntries(Object.entries(value).filter(([name]) => !own.has(name)));

const textOf = ({
  route,
  warnings,
  finishReason,
  rawFinishReason,
  counted,
  cost,
  attempt,
  isBilled,
}: Outline) =>
  storableJson({
    route,
    ...(warnings.length > 0 && { warnings }),
    finishReason,
    rawFinishReason,
    usage:
      counted === undefined ? undefined : USAGE_KINDS.filter((_, index) => (counted & (1 << index)) !== 0),
    cost: cost && {
      ...without(cost, OWN_OF_COST),
      ...(cost.kind !== 'FREE' && { lines: cost.lines.map((line) => without(line, OWN_OF_LINE)) }),
    },
    attempt: attempt && {
      ...without(attempt, OWN_OF_ATTEMPT),
      ...(isBilled && { billOfRow: true }),
    },
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
