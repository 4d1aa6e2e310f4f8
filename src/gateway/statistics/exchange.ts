import { z } from 'zod';
import { asOfferingId, type OfferingId } from '../../domain/ids.ts';
import { omitUndefined } from '../../domain/omit-undefined.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Log } from '../../ports/log.ts';
import type { SharedState } from '../../ports/shared-state.ts';
import { openNodeChannel } from '../node-channel.ts';
import type { OfferingStatsRecorder } from '../offering-stats.ts';
import { BUCKETS } from './histogram.ts';
import { MEASURES, OUTCOMES, Tally } from './tally.ts';

const EVERY_MS = 5_000;
/** Offerings in one message: some 100 KB at most. */
const MOST_AT_ONCE = 50;

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

const pack = ({ outcomes, outputTokens, ttft, outputTps, latency }: Tally): PackedTally => ({
  outcomes: outcomes.entries(),
  outputTokens,
  ...omitUndefined({ ttft: ttft?.pairs(), outputTps: outputTps?.pairs(), latency: latency?.pairs() }),
});

const unpack = (source: PackedTally): Tally => {
  const made = new Tally();
  for (const [outcome, found] of source.outcomes) made.outcomes.count(outcome, found);
  made.outputTokens = source.outputTokens;
  for (const measure of MEASURES)
    for (const [bucket, found] of source[measure] ?? []) made.histogram(measure).addBucket(bucket, found);
  return made;
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
  const channel = openNodeChannel({
    state,
    log,
    name: 'offering-stats',
    schema: message,
    subject: 'Statistics',
    heard({ tallies }) {
      for (const [id, each] of tallies) stats.merge(asOfferingId(id), unpack(each));
    },
  });
  let cancel: (() => void) | undefined;

  const tell = async (): Promise<void> => {
    const news = [...stats.takeNews()].map(([id, each]): [OfferingId, PackedTally] => [id, pack(each)]);
    for (let from = 0; from < news.length; from += MOST_AT_ONCE)
      await channel.tell({ tallies: news.slice(from, from + MOST_AT_ONCE) });
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

  return {
    async close() {
      stop();
      cancel?.();
      await channel.close();
    },
  };
};
