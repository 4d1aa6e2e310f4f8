/**
 * What statistics of own traffic cost: `npm run bench:stats`. A record of one call into all four windows, percentiles of
 * a window, and memory of an offering, beside the packed histograms of hdr-histogram-js.
 */
import { build } from 'hdr-histogram-js';
import { asModelSlug, asOfferingId, asProviderId } from '../src/domain/ids.ts';
import { NO_FACTS } from '../src/domain/model.ts';
import { usageOf } from '../src/domain/usage.ts';
import { createOfferingStats } from '../src/gateway/offering-stats.ts';

const OFFERING = asOfferingId('host/talker');
const place = { offeringId: OFFERING, providerId: asProviderId('host') };

/** A generator that gives the same numbers each time. */
const createRandom = (seed: number) => (): number => {
  seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648;
  return (seed + 0.5) / 2_147_483_648;
};
const random = createRandom(7);
const ttft = (): number =>
  500 * Math.exp(0.6 * Math.sqrt(-2 * Math.log(random())) * Math.cos(2 * Math.PI * random()));

let now = 0;
const clock = { now: () => new Date(now), monotonicMs: () => now, after: () => () => {} };
const offering = {
  ...NO_FACTS,
  id: OFFERING,
  providerId: place.providerId,
  providerModelId: 'talker',
  modelSlug: asModelSlug('lab/talker'),
  join: 'EXPLICIT' as const,
  joinReason: 'Stated.',
  billing: 'FREE' as const,
  provenance: { source: 'bench', observedAt: new Date(0) },
};
const stats = createOfferingStats(() => ({ offering: () => offering, unlisted: () => undefined }), clock);

const attempts = Array.from({ length: 10_000 }, () => {
  const ttftMs = ttft();
  const durationMs = ttftMs + 2_000 * random() + 100;
  return {
    index: 0,
    ...place,
    startedAt: new Date(0),
    status: 'SUCCEEDED' as const,
    durationMs,
    ttftMs,
    usage: usageOf({ output: 100 }),
  };
});

const PARTS = 10;

/** Microseconds a run, in the quickest tenth: other programs slow the others down. */
const time = (times: number, run: (index: number) => void): number => {
  const each = Math.ceil(times / PARTS);
  let best = Number.POSITIVE_INFINITY;
  for (let part = 0; part < PARTS; part += 1) {
    const startedMs = performance.now();
    for (let index = part * each; index < (part + 1) * each; index += 1) run(index);
    best = Math.min(best, ((performance.now() - startedMs) * 1_000) / each);
  }
  return best;
};
const recordOne = (into: typeof stats, index: number): void => {
  const attempt = attempts[index % attempts.length];
  if (attempt !== undefined) into.record(attempt);
};
const print = (name: string, value: string): boolean =>
  process.stdout.write(`${name.padEnd(52)}${value.padStart(12)}\n`);

const RECORDS = 400_000;
/** A day of calls, so that all steps of all windows are filled. */
const aDay = (into: typeof stats): number =>
  time(RECORDS, (index) => {
    now += 86_400_000 / RECORDS;
    recordOne(into, index);
  });
const heldBytes = (): number => {
  globalThis.gc?.();
  globalThis.gc?.();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
};
aDay(stats);
const before = heldBytes();
const others = Array.from({ length: 4 }, () =>
  createOfferingStats(() => ({ offering: () => offering, unlisted: () => undefined }), clock),
);
const recording = others.map(aDay);
const bytes = (heldBytes() - before) / others.length;
const filled = others.at(-1) ?? stats;
print('record of a call, 4 windows x 3 histograms', `${Math.min(...recording).toFixed(2)} µs`);
print(
  'window(ONE_DAY), 12 steps x 3 histograms',
  `${time(2_000, () => filled.window(OFFERING, 'ONE_DAY')).toFixed(1)} µs`,
);
print('usualTtft, 5 steps', `${time(10_000, () => filled.usualTtft(OFFERING)).toFixed(1)} µs`);
print(
  globalThis.gc === undefined
    ? 'memory: run with node --expose-gc'
    : 'memory of an offering with 400,000 calls a day',
  `${Math.round(bytes / 1_024)} KB`,
);

const packed = () =>
  build({ bitBucketSize: 'packed', highestTrackableValue: 3_600_000, numberOfSignificantValueDigits: 2 });
const theirs = Array.from({ length: 12 }, () => {
  const histogram = packed();
  for (let index = 0; index < 2_000; index += 1) histogram.recordValue(Math.round(ttft()));
  return histogram;
});
const into = packed();
print(
  'hdr-histogram-js packed: a record',
  `${time(200_000, (index) => into.recordValue(200 + (index % 900))).toFixed(2)} µs`,
);
print(
  'hdr-histogram-js packed: 12 steps merged',
  `${time(20, () => {
    const all = packed();
    for (const histogram of theirs) all.add(histogram);
  }).toFixed(0)} µs`,
);
