import { MEASUREMENT_SOURCE, type PerfMetric, type PerfStat } from '../../domain/performance.ts';

/** How many of this server's own calls say more than what others measured elsewhere. */
export const ENOUGH_CALLS = 20;

/** What is used of everything that was measured of an offering. */
export type Measured = {
  readonly ttft?: PerfStat;
  readonly outputTps?: PerfStat;
  /** Share of calls that were answered, as an UPTIME. */
  readonly uptime?: PerfStat;
};

const NOTHING: Measured = {};

const isMeasurement = ({ provenance }: PerfStat): boolean => provenance.source === MEASUREMENT_SOURCE;

/**
 * This server's own traffic where it is enough, then what it measured with prompts of its own, then what others measured,
 * then own traffic that is not enough.
 */
const pick = (
  metric: PerfMetric,
  own: readonly PerfStat[],
  others: readonly PerfStat[],
): PerfStat | undefined => {
  const mine = own.find((stat) => stat.metric === metric && !isMeasurement(stat));
  if (mine !== undefined && (mine.sampleSize ?? 0) >= ENOUGH_CALLS) return mine;
  const measurement = own.find((stat) => stat.metric === metric && isMeasurement(stat));
  return measurement ?? others.find((stat) => stat.metric === metric) ?? mine;
};

/** In the order in which `pick` takes them; an UPTIME goes before an ERROR_RATE of the same kind, as limits are no downtime. */
const trust = (stat: PerfStat | undefined): number => {
  if (stat === undefined) return -1;
  if (stat.provenance.source !== 'own') return 1;
  return (stat.sampleSize ?? 0) >= ENOUGH_CALLS ? 2 : 0;
};

const asUptime = (stat: PerfStat): PerfStat => {
  const { metric: _metric, p50, p90: _p90, p99: _p99, ...rest } = stat;
  return { ...rest, metric: 'UPTIME', p50: 1 - p50 };
};

export const measuredOf = (own: readonly PerfStat[], others: readonly PerfStat[]): Measured => {
  if (own.length === 0 && others.length === 0) return NOTHING;
  const ttft = pick('TTFT_MS', own, others);
  const outputTps = pick('OUTPUT_TPS', own, others);
  const errors = pick('ERROR_RATE', own, others);
  const stated = pick('UPTIME', own, others);
  const uptime = errors !== undefined && trust(stated) < trust(errors) ? asUptime(errors) : stated;
  return {
    ...(ttft !== undefined && { ttft }),
    ...(outputTps !== undefined && { outputTps }),
    ...(uptime !== undefined && { uptime }),
  };
};
