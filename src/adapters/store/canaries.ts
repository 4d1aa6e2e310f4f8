import { eq } from 'drizzle-orm';
import { z } from 'zod';
import { asRouteName } from '../../domain/ids.ts';
import { CANARY_REASONS } from '../../domain/route.ts';
import type { CanaryStore } from '../../ports/store.ts';
import type { Database } from './database.ts';
import { canaryRollbacks } from './schema.ts';
import { storableText } from './storable-text.ts';

const storedReason = z.enum(CANARY_REASONS);

export const canaryStore = (database: Database): CanaryStore => ({
  list: async () => {
    const rows = await database.select().from(canaryRollbacks);
    return rows.map(({ route, reason, ...rest }) => ({
      route: asRouteName(route),
      reason: storedReason.parse(reason),
      ...rest,
    }));
  },

  put: async ({ route, detail, ...rest }) => {
    const said = { ...rest, detail: storableText(detail) };
    await database
      .insert(canaryRollbacks)
      .values({ route: storableText(route), ...said })
      .onConflictDoUpdate({ target: canaryRollbacks.route, set: said });
  },

  remove: async (route) => {
    await database.delete(canaryRollbacks).where(eq(canaryRollbacks.route, storableText(route)));
  },
});
