/** Part of an ordered list: the newest first, `limit` rows after the row `after`. */
export type PageRequest = { readonly limit: number; readonly after?: string };
export type Page<Row> = { readonly rows: readonly Row[]; readonly hasMore: boolean };
