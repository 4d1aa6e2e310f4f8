import type { Command } from 'commander';
import { GREATEST_FIRST, type SortDirection } from '../../../catalogue/sort-values.ts';
import {
  type Reads,
  readRates,
  readWithin,
  readWord,
  type StatedRates,
  typed,
  valueOption,
} from '../options.ts';

const MAX_ROWS = 10_000;

/** Rows: those that were asked for, else the usual number, and all in JSON. */
export const limitOption = (command: Command, what: string, usual: number): ((json: boolean) => number) => {
  const read = valueOption(command, '--limit <n>', `${what} to show, 1 to ${MAX_ROWS}`, {
    read: readWithin(1, MAX_ROWS),
    usual: `${usual}, all with --json`,
  });
  return (json) => read() ?? (json ? MAX_ROWS : usual);
};

export const ratesOption = (command: Command): (() => StatedRates) => {
  const read = valueOption(
    command,
    '--rate <rates>',
    'exchange rates for this run: units for one US dollar, e.g. CNY=7.12,EUR=0.9',
    { read: readRates },
  );
  return () => read() ?? [];
};

const SHORT_COLUMNS: { readonly [name: string]: string } = {
  released: 'RELEASE_DATE',
  context: 'CONTEXT_WINDOW',
  price: 'BLENDED_PRICE',
};

type Sorting<Column> = { readonly field: Column; readonly direction: SortDirection };

/** `released`, `quality:asc`: a column in the graph's words or a short one, and which way, the usual one if not given. */
export const sortOption = <Column extends string>(
  command: Command,
  columns: readonly Column[],
  usual: string,
): Reads<Sorting<Column>> => {
  const shown = columns.map((column) => {
    const short = Object.entries(SHORT_COLUMNS).find(([, each]) => each === column);
    return short?.[0] ?? typed(column);
  });
  return valueOption(
    command,
    '--sort <column>',
    `${shown.join(', ')}; with :asc or :desc for the other way`,
    {
      usual,
      read: (text) => {
        const [name = '', way] = text.split(':');
        const field = readWord(columns)(SHORT_COLUMNS[name.toLowerCase()] ?? name, undefined);
        if (way !== undefined) return { field, direction: readWord(['ASC', 'DESC'])(way, undefined) };
        return { field, direction: GREATEST_FIRST.has(field) ? 'DESC' : 'ASC' };
      },
    },
  );
};
