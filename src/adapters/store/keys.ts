import { and, desc, eq, isNull, lt, ne, type SQL, sql } from 'drizzle-orm';
import { DatabaseError } from 'pg';
import { z } from 'zod';
import { asKeyId } from '../../domain/ids.ts';
import type { Key } from '../../domain/key.ts';
import type { KeyStore } from '../../ports/store.ts';
import { type Database, isAnyOf } from './database.ts';
import { pageOf } from './page.ts';
import { keys } from './schema.ts';
import { storableText } from './storable-text.ts';
import { StoreError } from './store-error.ts';

const UNIQUE_VIOLATION = '23505';
const storedRole = z.enum(['ADMIN', 'MEMBER']);

const keyOf = (row: typeof keys.$inferSelect): Key => ({
  id: asKeyId(row.id),
  name: row.name,
  role: storedRole.parse(row.role),
  prefix: row.prefix,
  createdAt: row.createdAt,
  ...(row.expiresAt !== null && { expiresAt: row.expiresAt }),
  ...(row.revokedAt !== null && { revokedAt: row.revokedAt }),
});

const rowOf = (key: Key, hash: string): typeof keys.$inferInsert => ({
  ...key,
  name: storableText(key.name),
  hash,
});

/** The database refused a row because another key has the same hash. */
const isSecretTaken = (error: unknown): boolean =>
  error instanceof Error &&
  error.cause instanceof DatabaseError &&
  error.cause.code === UNIQUE_VIOLATION &&
  error.cause.constraint === 'keys_hash';

/** @param abandonedBefore when a key that is still not shown was made by a server that ended before it could show it. */
export const keyStore = (database: Database, abandonedBefore: SQL<Date>): KeyStore => ({
  insert: async (key, hash) => {
    await database.insert(keys).values(rowOf(key, hash));
  },

  insertUnshown: async (key, hash) => {
    const inserted = await database
      .insert(keys)
      .values({ ...rowOf(key, hash), unshownSince: sql`now()` })
      .onConflictDoUpdate({
        target: keys.id,
        set: { hash, prefix: key.prefix, createdAt: key.createdAt, unshownSince: sql`now()` },
        setWhere: lt(keys.unshownSince, abandonedBefore),
      })
      .returning({ id: keys.id });
    return inserted.length > 0;
  },
  markShown: async (id, hash) => {
    const shown = await database
      .update(keys)
      .set({ unshownSince: null })
      .where(and(eq(keys.id, id), eq(keys.hash, hash)))
      .returning({ id: keys.id });
    return shown.length > 0;
  },
  addAdmin: (key, hash, { revokeOthers }) =>
    database.transaction(async (transaction) => {
      await transaction.insert(keys).values(rowOf(key, hash));
      if (!revokeOthers) return 0;
      const revoked = await transaction
        .update(keys)
        .set({ revokedAt: key.createdAt, unshownSince: null })
        .where(and(eq(keys.role, 'ADMIN'), ne(keys.id, key.id), isNull(keys.revokedAt)))
        .returning({ id: keys.id });
      return revoked.length;
    }),

  put: async (key, hash) => {
    await database
      .insert(keys)
      .values(rowOf(key, hash))
      .onConflictDoUpdate({
        target: keys.id,
        set: { hash, prefix: key.prefix, revokedAt: null, unshownSince: null },
      })
      .catch((error: unknown) => {
        if (!isSecretTaken(error)) throw error;
        throw new StoreError('MODELGRAPH_ADMIN_KEY is the secret of another key; choose a new one.', {
          cause: error instanceof Error ? error.cause : error,
        });
      });
  },

  findByHash: async (hash) => {
    const [row] = await database.select().from(keys).where(eq(keys.hash, hash));
    return row && keyOf(row);
  },

  findManyByHash: async (hashes) => {
    if (hashes.length === 0) return [];
    const rows = await database
      .select()
      .from(keys)
      .where(isAnyOf(keys.hash, [...hashes]));
    const byHash = new Map<string, Key>(rows.map((row) => [row.hash, keyOf(row)]));
    return hashes.map((hash) => byHash.get(hash));
  },

  findMany: async (ids) => {
    const rows =
      ids.length === 0
        ? []
        : await database
            .select()
            .from(keys)
            .where(isAnyOf(keys.id, ids.map(storableText)));
    const byId = new Map<string, Key>(rows.map((row) => [row.id, keyOf(row)]));
    return ids.map((id) => byId.get(id));
  },

  list: async (page) => {
    const position = database
      .select({ createdAt: keys.createdAt, id: keys.id })
      .from(keys)
      .where(eq(keys.id, storableText(page.after ?? '')));
    const rows = await database
      .select()
      .from(keys)
      .where(page.after === undefined ? undefined : sql`(${keys.createdAt}, ${keys.id}) < ${position}`)
      .orderBy(desc(keys.createdAt), desc(keys.id))
      .limit(page.limit + 1);
    return pageOf(rows, page.limit, keyOf);
  },

  revoke: async (id, at) => {
    await database
      .update(keys)
      .set({ revokedAt: at })
      .where(and(eq(keys.id, storableText(id)), isNull(keys.revokedAt)));
    const [row] = await database
      .select()
      .from(keys)
      .where(eq(keys.id, storableText(id)));
    return row && keyOf(row);
  },
});
