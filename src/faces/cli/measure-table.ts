import { Decimal } from '../../domain/money.ts';
import { money } from './figures.ts';
import { PLAIN_TERMINAL, type Terminal } from './terminal.ts';
import { type Column, textTable, wrapped } from './text-table.ts';

/** One offering as it was measured, here or by a server. Amounts are exact texts. */
export type MeasuredRow = {
  readonly offering: string;
  readonly samples: number;
  readonly ttftMs?: number | undefined;
  readonly outputTps?: number | undefined;
  readonly cost?: string | undefined;
  readonly error?: { readonly code: string; readonly message: string } | undefined;
  readonly skipped?: { readonly reason: string; readonly detail: string } | undefined;
};

export type MeasuredList = {
  readonly rows: readonly MeasuredRow[];
  /** Offerings that were not called, by reason. */
  readonly skips: readonly { readonly reason: string; readonly count: number }[];
  /** Calls of unknown cost, which are not in `spent`. */
  readonly unpricedCalls: number;
  readonly spent: string;
  readonly budget: string;
  readonly currency: string;
};

const outcomeOf = ({ error, skipped }: MeasuredRow): string => {
  if (error !== undefined) return `failed, ${error.code}`;
  return skipped === undefined ? 'measured' : `skipped, ${skipped.reason}`;
};

/** In full, each text once with the offerings that it is about. */
const details = (rows: readonly MeasuredRow[]): readonly string[] => {
  const about = Map.groupBy(rows, ({ error, skipped }) => error?.message ?? skipped?.detail);
  return [...about].flatMap(([text, some]) =>
    text === undefined ? [] : [`${some.map(({ offering }) => offering).join(', ')}: ${text}`],
  );
};

const columns = (currency: string): readonly Column<MeasuredRow>[] => [
  { title: 'OFFERING', align: 'LEFT', cut: 'LAST', text: ({ offering }) => offering },
  { title: 'TTFT MS', align: 'RIGHT', text: ({ ttftMs }) => ttftMs?.toFixed(0) },
  { title: 'TOKENS/S', align: 'RIGHT', text: ({ outputTps }) => outputTps?.toFixed(1) },
  { title: 'CALLS', align: 'RIGHT', text: ({ samples }) => String(samples) },
  { title: currency, align: 'RIGHT', text: ({ cost }) => cost && money(new Decimal(cost)) },
  { title: 'RESULT', align: 'LEFT', text: outcomeOf },
];

const NOTHING = 'No offering that is on can be measured. `modelgraph doctor` says what providers need.';

/** What is wrong with those that a reason leaves out. */
const SKIP_WORDS: { readonly [reason: string]: string } = {
  OFF: 'of providers that are off',
  UNKNOWN: 'that are not known',
  OPERATION: 'that answer no prompts',
  RETIRED: 'that were switched off',
  LIMIT: 'beyond the limit',
  BUDGET: 'beyond the budget',
  UNPRICED: 'without a known price',
  TIME: 'for which no time was left',
  REFUSED: 'that are not called now',
};

/** What the table does not show: reasons by count, and calls of unknown cost. */
const skipNotes = ({ skips, unpricedCalls }: MeasuredList): readonly string[] => [
  ...(skips.length === 0
    ? []
    : [
        `Not measured: ${skips.map(({ reason, count }) => `${count.toLocaleString('en')} ${SKIP_WORDS[reason] ?? reason}`).join(', ')}.`,
      ]),
  ...(unpricedCalls === 0
    ? []
    : [`The cost of ${unpricedCalls} of the calls is not known and not in the sum.`]),
];

const fastestFirst = (one: MeasuredRow, other: MeasuredRow): number =>
  (one.ttftMs ?? Number.POSITIVE_INFINITY) - (other.ttftMs ?? Number.POSITIVE_INFINITY) || 0;

/** For a person: the fastest to answer first, then what was not measured. */
export const measureTable = (
  list: MeasuredList,
  notes: readonly string[],
  terminal: Terminal = PLAIN_TERMINAL,
): string => {
  const { rows, spent, budget, currency } = list;
  const measured = rows.filter(({ ttftMs, samples }) => ttftMs !== undefined || samples > 0);
  const others = rows.filter((row) => !measured.includes(row));
  const table =
    rows.length === 0
      ? [NOTHING]
      : textTable(columns(currency), [...measured.toSorted(fastestFirst), ...others], terminal);
  const footer = [
    `Spent ${money(new Decimal(spent))} of ${money(new Decimal(budget))} ${currency}; ${measured.length} of ${rows.length} measured.`,
    ...details(rows),
    ...skipNotes(list),
    ...notes,
  ];
  return `${[...table, '', ...footer.flatMap((note) => wrapped(note, terminal))].join('\n')}\n`;
};

/** For programs. */
export const measureJson = (list: MeasuredList, notes: readonly string[]): string =>
  `${JSON.stringify({ notes, ...list }, null, 2)}\n`;
