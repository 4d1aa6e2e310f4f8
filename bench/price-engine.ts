import { costOf } from '../src/catalogue/price-engine.ts';
import { asOfferingId, asPriceId } from '../src/domain/ids.ts';
import { Decimal } from '../src/domain/money.ts';
import type { Meter, Price, PriceConditions } from '../src/domain/price.ts';
import { usageOf } from '../src/domain/usage.ts';

// What one bill costs in CPU: usage of 4 meters by an offering of 20 rows, 5,000 offerings in turn, after a first round that
// sorts the rows of each. Prints one line and ends.

const METERS: readonly Meter[] = (
  [
    ['INPUT', 'PLAIN'],
    ['INPUT', 'CACHE_READ'],
    ['INPUT', 'CACHE_WRITE_5M'],
    ['OUTPUT', 'PLAIN'],
    ['OUTPUT', 'REASONING'],
  ] as const
).map(([direction, tokenType]) => ({ family: 'TOKENS', direction, modality: 'TEXT', tokenType }));

const CONDITIONS: readonly PriceConditions[] = [
  { promptTokens: { from: 0, to: 200_001 } },
  { promptTokens: { from: 200_001 } },
];

const rowsOf = (offering: number): readonly Price[] =>
  (['STANDARD', 'BATCH'] as const).flatMap((serviceTier) =>
    METERS.flatMap((meter) =>
      CONDITIONS.map(
        (conditions, index): Price => ({
          id: asPriceId(`${offering}.${serviceTier}.${meter.direction}.${meter.tokenType}.${index}`),
          offeringId: asOfferingId(`provider/${offering}`),
          meter,
          amount: new Decimal(`0.${offering + 1}`),
          per: 1_000_000,
          currency: 'USD',
          serviceTier,
          conditions,
          tierMode: 'CLIFF',
          billing: 'METERED',
          provenance: { source: 'bench', observedAt: new Date(0) },
        }),
      ),
    ),
  );

const offerings = Array.from({ length: 5000 }, (_, index) => rowsOf(index));
const usage = usageOf({ input: 2500, cacheRead: 500, output: 300, reasoning: 200 });
const at = new Date();

/** Microseconds of CPU a bill. */
const round = (): number => {
  const before = process.cpuUsage();
  for (const prices of offerings) {
    const cost = costOf({ offering: { billing: 'METERED' }, prices, usage, at });
    if (cost.kind !== 'PRICED') throw new Error(cost.kind);
  }
  const { user, system } = process.cpuUsage(before);
  return (user + system) / offerings.length;
};

const first = round();
const rounds = Array.from({ length: 20 }, round).toSorted((one, other) => one - other);
const median = rounds[rounds.length / 2] ?? Number.NaN;
process.stdout.write(
  `price engine: ${median.toFixed(2)} us of CPU a bill of 4 meters with 20 rows (first time ${first.toFixed(1)} us, which sorts the rows)\n`,
);
