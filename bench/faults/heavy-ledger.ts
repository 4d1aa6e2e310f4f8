import { openStore } from '../../src/adapters/store/open-store.ts';
import {
  asKeyId,
  asModelSlug,
  asOfferingId,
  asOperationId,
  asPriceId,
  asProviderId,
} from '../../src/domain/ids.ts';
import { METERS } from '../../src/domain/meters.ts';
import { Decimal } from '../../src/domain/money.ts';
import type { OperationRecord } from '../../src/domain/operation-record.ts';
import { usageOf } from '../../src/domain/usage.ts';
import type { Log } from '../../src/ports/log.ts';

const nothing = (): void => {};
const log: Log = { debug: nothing, info: nothing, warn: nothing, error: nothing };

const idOf = (ordinal: number): string =>
  `cmp_018f0000-0000-7000-8000-${ordinal.toString(16).padStart(12, '0')}`;

/** A completion as it usually is, by an offering of the shipped catalogue. */
const rowOf = (ordinal: number): OperationRecord => {
  const offeringId = asOfferingId('openai/gpt-4o-mini');
  const usage = usageOf({ input: 1_200 + (ordinal % 700), output: 340 });
  const line = (meter: (typeof METERS)['input'], quantity: number, rate: string) => {
    const unitPrice = new Decimal(rate);
    const amount = unitPrice.times(quantity).dividedBy(1_000_000);
    return { meter, quantity, unitPrice, per: 1_000_000, amount, priceId: asPriceId(meter.direction) };
  };
  const lines = [line(METERS.input, 1_200, '0.15'), line(METERS.output, 340, '0.6')];
  const total = lines.reduce((sum, { amount }) => sum.plus(amount), new Decimal(0));
  const cost = { kind: 'PRICED', lines, total, currency: 'USD' } as const;
  const createdAt = new Date(Date.now() - ordinal * 1_000);
  return {
    operation: 'COMPLETION',
    id: asOperationId(idOf(ordinal)),
    keyId: asKeyId('key_heavy'),
    createdAt,
    status: 'SUCCEEDED',
    route: {
      requested: 'gpt-4o-mini',
      modelSlug: asModelSlug('openai/gpt-4o-mini'),
      candidates: [offeringId],
      strategy: 'PRIORITY',
      considered: [{ offeringId, parts: [] }],
    },
    offeringId,
    finishReason: 'STOP',
    rawFinishReason: 'stop',
    usage,
    cost,
    attempts: [
      {
        index: 0,
        offeringId,
        providerId: asProviderId('openai'),
        status: 'SUCCEEDED',
        startedAt: createdAt,
        durationMs: 812.375,
        ttftMs: 301.5,
        usage,
        cost,
        cause: 'FIRST',
      },
    ],
    timings: { totalMs: 813.125, ttftMs: 301.5, outputTps: 665.4 },
    warnings: [],
  };
};

/** Fills the ledger of an embedded store. Returns the ids of its rows. */
export const fillLedger = async (dataDir: string, rows: number): Promise<readonly string[]> => {
  const store = await openStore({ kind: 'embedded', dataDir }, log);
  for (let first = 0; first < rows; first += 1_000) {
    const batch = store.ledger.begin();
    for (let ordinal = first; ordinal < Math.min(rows, first + 1_000); ordinal += 1)
      batch.add(rowOf(ordinal));
    await batch.write();
  }
  await store.close();
  return Array.from({ length: rows }, (_, ordinal) => idOf(ordinal));
};
