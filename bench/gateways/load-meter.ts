import { build } from 'hdr-histogram-js';
import type { Latency, LoadResult, Target } from './load-job.ts';
import { cpuMsOf, rssOf } from './processes.ts';

/** Microseconds; what takes longer than two minutes counts as two minutes. */
const LONGEST_US = 120_000_000;

export type LoadMeter = {
  /** Counts as answered where `result` is `true`. */
  count(sinceMs: number, result: true | string): void;
  giveUp(): void;
  result(): LoadResult;
};

/** Everything is counted from when it is made. */
export const startMeter = ({ pid }: Target): LoadMeter => {
  const histogram = build({ lowestDiscernibleValue: 1, highestTrackableValue: LONGEST_US });
  const before = performance.now();
  const cpuBefore = cpuMsOf(pid);
  const ownBefore = process.cpuUsage();
  let answered = 0;
  let errors = 0;
  let givenUp = 0;
  let firstError: string | undefined;

  const latency = (): Latency => {
    const at = (percentile: number): number => histogram.getValueAtPercentile(percentile) / 1_000;
    return {
      mean: histogram.mean / 1_000,
      p50: at(50),
      p90: at(90),
      p99: at(99),
      p999: at(99.9),
      max: histogram.maxValue / 1_000,
    };
  };
  return {
    count: (sinceMs, result) => {
      if (result !== true) {
        errors += 1;
        firstError ??= result;
        return;
      }
      answered += 1;
      const tookUs = Math.round((performance.now() - sinceMs) * 1_000);
      histogram.recordValue(Math.min(Math.max(tookUs, 1), LONGEST_US));
    },
    giveUp: () => {
      givenUp += 1;
    },
    result: () => {
      const tookMs = performance.now() - before;
      const cpu = cpuMsOf(pid);
      const own = process.cpuUsage(ownBefore);
      return {
        tookMs,
        answered,
        perSecond: (answered * 1_000) / tookMs,
        errors,
        givenUp,
        ...(firstError !== undefined && { firstError }),
        latency: latency(),
        cpu: { all: cpu.all - cpuBefore.all, main: cpu.main - cpuBefore.main },
        generatorMs: (own.user + own.system) / 1_000,
        rss: rssOf(pid),
      };
    },
  };
};
