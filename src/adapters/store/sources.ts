import { eq, sql } from 'drizzle-orm';
import { z } from 'zod';
import type { SourceStore, StoredSource } from '../../ports/store.ts';
import type { Database } from './database.ts';
import { catalogueSources } from './schema.ts';
import { storableText } from './storable-text.ts';

const storedProblem = z.object({
  code: z.string(),
  message: z.string(),
  at: z.iso.datetime().transform((text) => new Date(text)),
});

/** All but the reading, which is large. */
const COLUMNS = {
  id: catalogueSources.id,
  version: catalogueSources.version,
  etag: catalogueSources.etag,
  lastModified: catalogueSources.lastModified,
  bodyHash: catalogueSources.bodyHash,
  addressHash: catalogueSources.addressHash,
  observedAt: catalogueSources.observedAt,
  checkedAt: catalogueSources.checkedAt,
  problem: catalogueSources.problem,
  failures: catalogueSources.failures,
};

type Row = Omit<typeof catalogueSources.$inferSelect, 'reading' | 'claimedUntil' | 'turnUntil'>;

const sourceOf = (row: Row): StoredSource => ({
  id: row.id,
  version: row.version,
  ...(row.etag !== null && { etag: row.etag }),
  ...(row.lastModified !== null && { lastModified: row.lastModified }),
  ...(row.bodyHash !== null && { bodyHash: row.bodyHash }),
  ...(row.addressHash !== null && { addressHash: row.addressHash }),
  ...(row.observedAt !== null && { observedAt: row.observedAt }),
  ...(row.checkedAt !== null && { checkedAt: row.checkedAt }),
  ...(row.problem !== null && { problem: storedProblem.parse(row.problem) }),
  failures: row.failures,
});

const textOrNull = (value: string | undefined): string | null =>
  value === undefined ? null : storableText(value);

const rowOf = ({ problem, ...source }: StoredSource) => ({
  version: source.version,
  etag: textOrNull(source.etag),
  lastModified: textOrNull(source.lastModified),
  bodyHash: textOrNull(source.bodyHash),
  addressHash: textOrNull(source.addressHash),
  observedAt: source.observedAt ?? null,
  checkedAt: source.checkedAt ?? null,
  problem:
    problem === undefined
      ? null
      : { code: problem.code, message: storableText(problem.message), at: problem.at.toISOString() },
  failures: source.failures,
});

export const sourceStore = (database: Database): SourceStore => ({
  list: async () =>
    (await database.select(COLUMNS).from(catalogueSources).orderBy(catalogueSources.id)).map(sourceOf),

  claim: async (id, now, until, { early } = { early: false }) => {
    const due = early ? catalogueSources.turnUntil : catalogueSources.claimedUntil;
    // One statement: of several nodes the first makes or takes the row, the others then see it taken.
    const taken = await database
      .insert(catalogueSources)
      .values({ id: storableText(id), claimedUntil: until, turnUntil: until })
      .onConflictDoUpdate({
        target: catalogueSources.id,
        set: { claimedUntil: until, turnUntil: until },
        setWhere: sql`coalesce(${due}, '-infinity'::timestamptz) <= ${now.toISOString()}::timestamptz`,
      })
      .returning({ id: catalogueSources.id });
    return taken.length > 0;
  },

  release: async (id, nextAt) => {
    await database
      .update(catalogueSources)
      .set({ claimedUntil: nextAt, turnUntil: null })
      .where(eq(catalogueSources.id, storableText(id)));
  },

  save: async (source, reading) => {
    const row = { ...rowOf(source), ...(reading !== undefined && { reading }) };
    await database
      .insert(catalogueSources)
      .values({ id: storableText(source.id), ...row })
      .onConflictDoUpdate({ target: catalogueSources.id, set: row });
  },

  reading: async (id) => {
    const [row] = await database
      .select({ reading: catalogueSources.reading })
      .from(catalogueSources)
      .where(eq(catalogueSources.id, storableText(id)));
    return row?.reading === null || row === undefined ? undefined : new Uint8Array(row.reading);
  },
});
