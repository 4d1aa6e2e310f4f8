import { desc, gte, lt } from 'drizzle-orm';
import { asOfferingId } from '../../domain/ids.ts';
import type { MeasurementStore } from '../../ports/store.ts';
import type { Database } from './database.ts';
import { measurements } from './schema.ts';
import { storableText } from './storable-text.ts';

export const measurementStore = (database: Database): MeasurementStore => ({
  put: async ({ offeringId, ttftMs, outputTps, samples, at }) => {
    const figures = {
      ttftMs: ttftMs ?? null,
      outputTps: outputTps ?? null,
      samples,
      measuredAt: at,
    };
    await database
      .insert(measurements)
      .values({ offeringId: storableText(offeringId), ...figures })
      .onConflictDoUpdate({
        target: measurements.offeringId,
        set: figures,
        setWhere: lt(measurements.measuredAt, at),
      });
  },

  list: async (since, limit) => {
    const rows = await database
      .select()
      .from(measurements)
      .where(gte(measurements.measuredAt, since))
      .orderBy(desc(measurements.measuredAt), measurements.offeringId)
      .limit(limit);
    return rows.map(({ offeringId, ttftMs, outputTps, samples, measuredAt }) => ({
      offeringId: asOfferingId(offeringId),
      ...(ttftMs !== null && { ttftMs }),
      ...(outputTps !== null && { outputTps }),
      samples,
      at: measuredAt,
    }));
  },
});
