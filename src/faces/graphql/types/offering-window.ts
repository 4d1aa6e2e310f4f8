import type { FailureCode } from '../../../domain/failure.ts';
import type { Percentiles } from '../../../gateway/statistics/histogram.ts';
import type { OfferingWindow } from '../../../gateway/statistics/offering-window.ts';
import type { StatWindow } from '../../../gateway/statistics/tally.ts';
import { builder } from '../builder.ts';
import { FailureCodeEnum } from './enums.ts';

export const StatWindowEnum = builder.enumType('StatWindow', {
  description: 'A time up to now over which calls are counted.',
  values: {
    ONE_MINUTE: { description: 'The last minute, in steps of 10 seconds.' },
    FIVE_MINUTES: { description: 'The last 5 minutes, in steps of one.' },
    THIRTY_MINUTES: { description: 'The last 30 minutes, in steps of 5.' },
    ONE_DAY: { description: 'The last 24 hours, in steps of 2.' },
  } satisfies { [Window in StatWindow]: { description: string } },
});

const PercentilesRef = builder.objectRef<Percentiles>('Percentiles').implement({
  description:
    'Percentiles of measured values, in the unit of what was measured; each is exact to two digits.',
  fields: (t) => ({
    p50: t.exposeFloat('p50', { description: 'The median.' }),
    p90: t.exposeFloat('p90', { description: 'Nine in ten are not above it.' }),
    p95: t.exposeFloat('p95', { description: '19 in 20 are not above it.' }),
    p99: t.exposeFloat('p99', { description: '99 in 100 are not above it.' }),
    sampleSize: t.exposeInt('sampleSize', { description: 'How many calls were measured.' }),
  }),
});

type FailureCount = { readonly code: FailureCode; readonly count: number };

const FailureCountRef = builder.objectRef<FailureCount>('FailureCount').implement({
  description: 'How often calls failed in one way.',
  fields: (t) => ({
    code: t.expose('code', { type: FailureCodeEnum, description: 'The currency.' }),
    count: t.exposeInt('count', { description: 'Calls.' }),
  }),
});

export const OfferingWindowRef = builder.objectRef<OfferingWindow>('OfferingWindow').implement({
  description:
    "Statistics of an offering over a window in this server's own traffic, on all of its nodes; figures of other sources are never part of it. Retries, hedges and lost races count as calls.",
  fields: (t) => ({
    window: t.expose('window', { type: StatWindowEnum, description: 'Which time it covers.' }),
    calls: t.exposeInt('calls', { description: 'Calls that ended, successful or not.' }),
    succeeded: t.exposeInt('succeeded', { description: 'Calls that were answered whole.' }),
    failedBy: t.field({
      type: [FailureCountRef],
      description: 'Calls that failed, by how; the most frequent first.',
      resolve: ({ failedBy }): FailureCount[] =>
        [...failedBy].map(([code, count]) => ({ code, count })).sort((one, other) => other.count - one.count),
    }),
    cancelled: t.exposeInt('cancelled', {
      description: 'Calls that the client ended, or that another attempt won.',
    }),
    errorRate: t.float({
      nullable: true,
      description:
        "Share of calls that failed by the provider's fault, rate limits included, 0 to 1; null if there were no calls.",
      resolve: ({ errorRate }) => errorRate,
    }),
    uptime: t.float({
      nullable: true,
      description:
        'Share of calls that the provider did not fail, 0 to 1; rate limits are no downtime. Null if there were no calls.',
      resolve: ({ uptime }) => uptime,
    }),
    requestsPerMinute: t.exposeFloat('requestsPerMinute', {
      description:
        'Calls a minute, over the window or since the first call, whichever is shorter, a minute at least.',
    }),
    outputTokensPerMinute: t.exposeFloat('outputTokensPerMinute', {
      description: 'Output tokens a minute of all calls together, as providers reported them.',
    }),
    ttft: t.field({
      type: PercentilesRef,
      nullable: true,
      description: 'Milliseconds to the first token of calls that succeeded; null if none was streamed.',
      resolve: ({ ttft }) => ttft,
    }),
    outputTps: t.field({
      type: PercentilesRef,
      nullable: true,
      description:
        'Output tokens a second after the first token of single calls, the faster ones above; null if none was measured.',
      resolve: ({ outputTps }) => outputTps,
    }),
    latency: t.field({
      type: PercentilesRef,
      nullable: true,
      description: 'Milliseconds from sending to the end of calls that succeeded; null if there were none.',
      resolve: ({ latency }) => latency,
    }),
  }),
});
