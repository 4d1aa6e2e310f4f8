import type { Page } from '../../domain/page.ts';

/** The page that `limit + 1` fetched rows make: the one too many only says that there are more. */
export const pageOf = <Row, Value>(
  rows: readonly Row[],
  limit: number,
  read: (row: Row) => Value,
): Page<Value> => ({ rows: rows.slice(0, limit).map(read), hasMore: rows.length > limit });
