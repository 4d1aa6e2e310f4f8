import { Decimal } from '../../domain/money.ts';
import { money } from './figures.ts';
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
  readonly spent: string;
  readonly budget: string;
  readonly currency: string;
};

const outcomeOf = ({ error, skipped }: MeasuredRow): string => {
  if (error !== undefined) return `${error.code}: ${error.message}`;
  return skipped === undefined ? 'measured' : `skipped, ${skipped.reason}`;
};

const columns = (currency: string): readonly Column<MeasuredRow>[] => [
  { title: 'OFFERING', align: 'LEFT', text: ({ offering }) => offering },
  { title: 'TTFT MS', align: 'RIGHT', text: ({ ttftMs }) => ttftMs?.toFixed(0) },
  { title: 'TOKENS/S', align: 'RIGHT', text: ({ outputTps }) => outputTps?.toFixed(1) },
  { title: 'CALLS', align: 'RIGHT', text: ({ samples }) => String(samples) },
  { title: currency, align: 'RIGHT', text: ({ cost }) => cost && money(new Decimal(cost)) },
  { title: 'RESULT', align: 'LEFT', text: outcomeOf, atMost: 60 },
];

const fastestFirst = (one: MeasuredRow, other: MeasuredRow): number =>
  (one.ttftMs ?? Number.POSITIVE_INFINITY) - (other.ttftMs ?? Number.POSITIVE_INFINITY) || 0;

/** For a person: the fastest to answer first, then what was not measured. */
export const measureTable = (
  { rows, spent, budget, currency }: MeasuredList,
  notes: readonly string[],
): string => {
  const measured = rows.filter(({ ttftMs, samples }) => ttftMs !== undefined || samples > 0);
  const others = rows.filter((row) => !measured.includes(row));
  const table =
    rows.length === 0
      ? ['Nothing that is on answers prompts. `modelgraph doctor` shows what is missing.']
      : textTable(columns(currency), [...measured.toSorted(fastestFirst), ...others]);
  const footer = [
    `Spent ${money(new Decimal(spent))} of ${money(new Decimal(budget))} ${currency}; ${measured.length} of ${rows.length} measured.`,
    ...notes,
  ];
  return `${[...table, '', ...footer.flatMap((note) => wrapped(note))].join('\n')}\n`;
};

/** For programs. */
export const measureJson = (list: MeasuredList, notes: readonly string[]): string =>
  `${JSON.stringify({ notes, ...list }, null, 2)}\n`;
