import type { SourceStore, StoredSource } from '../../ports/store.ts';

type Row = { source: StoredSource; reading?: Uint8Array; notBefore: number; turnUntil: number };

/** For sources whose terms allow no copy: gone with the process, and each node asks for itself. */
export const createMemorySourceStore = (): SourceStore => {
  const rows = new Map<string, Row>();
  const rowOf = (id: string): Row => {
    const row = rows.get(id) ?? { source: { id, version: 0, failures: 0 }, notBefore: 0, turnUntil: 0 };
    rows.set(id, row);
    return row;
  };
  return {
    async list() {
      return [...rows.values()].map(({ source }) => source);
    },
    async claim(id, now, until, { early } = { early: false }) {
      const row = rowOf(id);
      if (now.getTime() < (early ? row.turnUntil : row.notBefore)) return false;
      row.notBefore = until.getTime();
      row.turnUntil = until.getTime();
      return true;
    },
    async release(id, nextAt) {
      const row = rowOf(id);
      row.notBefore = nextAt.getTime();
      row.turnUntil = 0;
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
