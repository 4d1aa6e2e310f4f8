import type { Page, PageRequest } from '../../domain/page.ts';
import { invalidInput } from './errors.ts';

/** Arguments of every connection. */
export type ConnectionArguments = {
  readonly first?: number | null | undefined;
  readonly last?: number | null | undefined;
  readonly after?: string | null | undefined;
  readonly before?: string | null | undefined;
};

export const DEFAULT_PAGE_SIZE = 20;
export const MAX_PAGE_SIZE = 100;

const sizeOf = (argument: 'first' | 'last', value: number): number => {
  if (value < 0) throw invalidInput(argument, 'takes 0 or more.');
  return Math.min(value, MAX_PAGE_SIZE);
};

const connectionOf = <Row>(
  rows: readonly Row[],
  idOf: (row: Row) => string,
  more: { readonly before: boolean; readonly after: boolean },
) => {
  const edges = rows.map((node) => ({ cursor: idOf(node), node }));
  return {
    edges,
    pageInfo: {
      hasPreviousPage: more.before,
      hasNextPage: more.after,
      startCursor: edges[0]?.cursor ?? null,
      endCursor: edges.at(-1)?.cursor ?? null,
    },
  };
};

const noCursor = (argument: 'after' | 'before', cursor: string) =>
  invalidInput(argument, `"${cursor}" is no cursor of this list.`);

/** A page of a list that is wholly in memory. Cursors are the rows' ids, so that they outlive changes of the list. */
export const pageOfList = <Row>(
  rows: readonly Row[],
  args: ConnectionArguments,
  idOf: (row: Row) => string,
) => {
  const position = (argument: 'after' | 'before', cursor: string): number => {
    const index = rows.findIndex((row) => idOf(row) === cursor);
    if (index < 0) throw noCursor(argument, cursor);
    return index;
  };
  let from = args.after == null ? 0 : position('after', args.after) + 1;
  let to = args.before == null ? rows.length : Math.max(from, position('before', args.before));
  if (args.first != null) to = Math.min(to, from + sizeOf('first', args.first));
  if (args.last != null) from = Math.max(from, to - sizeOf('last', args.last));
  if (args.first == null && args.last == null) to = Math.min(to, from + DEFAULT_PAGE_SIZE);
  return {
    ...connectionOf(rows.slice(from, to), idOf, { before: from > 0, after: to < rows.length }),
    totalCount: rows.length,
  };
};

const UUID = '[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}';
/** What cursors of stored lists look like, whose rows are not counted: it is not looked whether there is such a row. */
export const CURSORS = {
  keys: new RegExp(`^key_${UUID}$`),
  completions: new RegExp(`^cmp_${UUID}$`),
  operations: new RegExp(`^op_${UUID}$`),
  versions: /^\d{1,9}$/,
};

/** A page of a stored list, newest first; it is read forwards only. Without `cursors`, one that no row has ends the list. */
export const pageOfStore = async <Row>(
  args: ConnectionArguments,
  idOf: (row: Row) => string,
  read: (page: PageRequest) => Promise<Page<Row>>,
  cursors?: RegExp,
) => {
  if (args.after != null && cursors?.test(args.after) === false) throw noCursor('after', args.after);
  if (args.last != null || args.before != null) {
    throw invalidInput('last', 'this list is read forwards: use `first` and `after`.');
  }
  const page = await read({
    limit: sizeOf('first', args.first ?? DEFAULT_PAGE_SIZE),
    ...(args.after != null && { after: args.after }),
  });
  return connectionOf(page.rows, idOf, { before: args.after != null, after: page.hasMore });
};
