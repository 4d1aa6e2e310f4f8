import { and, desc, eq, lt } from 'drizzle-orm';
import { z } from 'zod';
import { asKeyId, asRouteName } from '../../domain/ids.ts';
import type { JsonObject } from '../../domain/json.ts';
import type { RouteStore, StoredRoute } from '../../ports/store.ts';
import type { Database } from './database.ts';
import { pageOf } from './page.ts';
import { routes } from './schema.ts';
import { storableJson, storableText } from './storable-text.ts';

/** What it says is for the reader of routes to judge; here it only has to be an object. */
const storedDocument: z.ZodType<JsonObject> = z.record(z.string(), z.json());

const routeOf = (row: typeof routes.$inferSelect): StoredRoute => ({
  name: asRouteName(row.name),
  version: row.version,
  ...(row.document !== null && { document: storedDocument.parse(row.document) }),
  savedAt: row.savedAt,
  savedBy: asKeyId(row.savedBy),
  ...(row.note !== null && { note: row.note }),
});

/** Versions are counted in 32 bits; what is no version is after all of them. */
const versionAfter = (cursor: string): number => (/^\d{1,9}$/.test(cursor) ? Number(cursor) : 0);

export const routeStore = (database: Database): RouteStore => ({
  newest: async () => {
    const rows = await database
      .selectDistinctOn([routes.name])
      .from(routes)
      .orderBy(routes.name, desc(routes.version));
    return rows.map(routeOf);
  },

  versions: async (name, page) => {
    const rows = await database
      .select()
      .from(routes)
      .where(
        and(
          eq(routes.name, storableText(name)),
          page.after === undefined ? undefined : lt(routes.version, versionAfter(page.after)),
        ),
      )
      .orderBy(desc(routes.version))
      .limit(page.limit + 1);
    return pageOf(rows, page.limit, routeOf);
  },

  insert: async ({ name, version, document, savedAt, savedBy, note }) => {
    const inserted = await database
      .insert(routes)
      .values({
        name: storableText(name),
        version,
        document: document === undefined ? null : JSON.parse(storableJson(document)),
        savedAt,
        savedBy: storableText(savedBy),
        note: note === undefined ? null : storableText(note),
      })
      .onConflictDoNothing()
      .returning({ version: routes.version });
    return inserted.length > 0;
  },
});
