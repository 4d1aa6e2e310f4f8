import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { FAILURE_CODES } from '../../domain/failure.ts';
import { asOfferingId, type OfferingId } from '../../domain/ids.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Log } from '../../ports/log.ts';
import type { SharedState } from '../../ports/shared-state.ts';
import type { OfferingStatsRecorder } from '../offering-stats.ts';
import { BUCKETS, createSparseHistogram, type SparseHistogram } from './sparse-histogram.ts';
import { addOutcome, createTally, MEASURES, type Outcome, type Tally } from './tally.ts';

const CHANNEL = 'offering-stats';
const EVERY_MS = 5_000;
/** Offerings in one message: some 100 KB at most. */
const MOST_AT_ONCE = 50;

const OUTCOMES: readonly Outcome[] = [
  'SUCCEEDED',
  'CANCELLED',
  ...FAILURE_CODES.filter((code) => code !== 'CANCELLED'),
];

const count = z.int().min(1).max(1e9);
/** Buckets with their counts. */
const histogram = z
  .array(
    z.tuple([
      z
        .int()
        .min(0)
        .max(BUCKETS - 1),
      count,
    ]),
  )
  .max(BUCKETS);
const tally = z.object({
  outcomes: z.array(z.tuple([z.enum(OUTCOMES), count])).max(OUTCOMES.length),
  outputTokens: z.number().min(0).max(1e15),
  ttft: histogram.optional(),
  outputTps: histogram.optional(),
  latency: histogram.optional(),
});
const message = z.object({
  from: z.string(),
  tallies: z.array(z.tuple([z.string().max(512), tally])).max(MOST_AT_ONCE),
});

type PackedTally = z.infer<typeof tally>;

const packed = (source: SparseHistogram): [number, number][] => {
  const pairs: [number, number][] = [];
  source.each((bucket, found) => pairs.push([bucket, found]));
  return pairs;
};

const pack = (source: Tally): PackedTally => ({
  outcomes: [...source.outcomes],
  outputTokens: source.outputTokens,
  ...(source.ttft !== undefined && { ttft: packed(source.ttft) }),
  ...(source.outputTps !== undefined && { outputTps: packed(source.outputTps) }),
  ...(source.latency !== undefined && { latency: packed(source.latency) }),
});

const unpack = (source: PackedTally): Tally => {
  const made = createTally();
  for (const [outcome, found] of source.outcomes) addOutcome(made, outcome, found);
  made.outputTokens = source.outputTokens;
  for (const name of MEASURES) {
    const pairs = source[name];
    if (pairs === undefined) continue;
    const filled = createSparseHistogram();
    for (const [bucket, found] of pairs) filled.addBucket(bucket, found);
    made[name] = filled;
  }
  return made;
};

const parse = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

/**
 * Tells other nodes every 5 seconds what this one counted, and counts what they tell, as of when it arrives. What is
 * lost on the way stays lost: these are statistics.
 */
export const exchangeStatistics = (
  stats: OfferingStatsRecorder,
  state: SharedState,
  clock: Clock,
  log: Log,
): { close(): Promise<void> } => {
  const self = randomUUID();
  /** How its own messages begin, which come back to it as well. */
  const own = `{"from":${JSON.stringify(self)},`;
  let isDown = false;
  let cancel: (() => void) | undefined;

  const publish = async (tallies: readonly (readonly [OfferingId, Tally])[]): Promise<void> => {
    try {
      const packedOnes = tallies.map(([id, each]) => [id, pack(each)]);
      await state.publish(CHANNEL, `${own}"tallies":${JSON.stringify(packedOnes)}}`);
      isDown = false;
    } catch (error) {
      if (!isDown) log.warn('Statistics cannot be sent to other nodes', { reason: String(error) });
      isDown = true;
    }
  };
  const tell = async (): Promise<void> => {
    const news = [...stats.takeNews()];
    for (let from = 0; from < news.length; from += MOST_AT_ONCE)
      await publish(news.slice(from, from + MOST_AT_ONCE));
  };
  const tick = (): void => {
    cancel = undefined;
    void tell();
  };

  stats.takeNews();
  // There is no timer while nobody calls.
  const stop = stats.onMeasured(() => {
    cancel ??= clock.after(EVERY_MS, tick);
  });
  const subscribed = state
    .subscribe(CHANNEL, (text) => {
      if (text.startsWith(own)) return;
      const parsed = message.safeParse(parse(text));
      if (!parsed.success) return;
      for (const [id, each] of parsed.data.tallies) stats.merge(asOfferingId(id), unpack(each));
    })
    .catch((error: unknown) => {
      log.warn('Statistics of other nodes cannot be heard', { reason: String(error) });
      return async () => {};
    });

  return {
    async close() {
      stop();
      cancel?.();
      await (await subscribed)();
    },
  };
};
