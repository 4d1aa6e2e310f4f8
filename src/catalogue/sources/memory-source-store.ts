import type { SourceStore, StoredSource } from '../../ports/store.ts';

type Row = { source: StoredSource; reading?: Uint8Array; notBefore: number };

/** For sources whose terms allow no copy: gone with the process, and each node asks for itself. */
export const createMemorySourceStore = (): SourceStore => {
  const rows = new Map<string, Row>();
  const rowOf = (id: string): Row => {
    const row = rows.get(id) ?? { source: { id, version: 0, failures: 0 }, notBefore: 0 };
    rows.set(id, row);
    return row;
  };
  return {
    async list() {
      return [...rows.values()].map(({ source }) => source);
    },
    async claim(id, now, until) {
      const row = rowOf(id);
      if (now.getTime() < row.notBefore) return false;
      row.notBefore = until.getTime();
      return true;
    },
    async release(id, nextAt) {
      rowOf(id).notBefore = nextAt.getTime();
    },
    async save(source, reading) {
      const row = rowOf(source.id);
      row.source = source;
      if (reading !== undefined) row.reading = reading;
    },
    async reading(id) {
      return rows.get(id)?.reading;
    },
  };
};
