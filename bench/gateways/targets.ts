import type { PartId } from './section.ts';

/** What is to be reached, in one run on two cores that also carry the load and the upstream. */
export type Target = {
  readonly text: string;
  readonly part: PartId;
  /** Name of a figure of that part. */
  readonly figure: string;
  readonly bound: { readonly atMost: number } | { readonly atLeast: number };
};

const COST = 'not streamed, 32 clients:';
const RATE = '1,000 requests/s:';
const STREAMS = '500 streams of 50 tokens/s:';

export const TARGETS: readonly Target[] = [
  {
    text: `${COST} requests/s of REST, of Portkey's`,
    part: 'closed',
    figure: 'chat.32.perSecond.ofPortkey',
    bound: { atLeast: 4 },
  },
  {
    text: `${COST} requests/s of REST, of the bare proxy's`,
    part: 'closed',
    figure: 'chat.32.perSecond.ofBare',
    bound: { atLeast: 0.5 },
  },
  {
    text: `${COST} CPU a request of the mutation, of REST's`,
    part: 'closed',
    figure: 'mutation.32.cpuMs.ofChat',
    bound: { atMost: 1.5 },
  },
  { text: `${RATE} P50 added, ms`, part: 'open', figure: 'chat.1000.added.p50', bound: { atMost: 1.5 } },
  { text: `${RATE} P99 added, ms`, part: 'open', figure: 'chat.1000.added.p99', bound: { atMost: 8 } },
  { text: `${RATE} errors`, part: 'open', figure: 'chat.1000.errors', bound: { atMost: 0 } },
  {
    text: `${STREAMS} CPU a frame of REST, of the bare proxy's`,
    part: 'streams',
    figure: 'chat.500.cpuUs.ofBare',
    bound: { atMost: 1.25 },
  },
  {
    text: `${STREAMS} of the subscription, coalesced`,
    part: 'streams',
    figure: 'subscription.500.cpuUs.ofBare',
    bound: { atMost: 1.25 },
  },
  {
    text: `${STREAMS} of the subscription, not coalesced`,
    part: 'streams',
    figure: 'subscription-each.500.cpuUs.ofBare',
    bound: { atMost: 2.5 },
  },
  {
    text: `${STREAMS} tokens of the slowest stream, of the median one's`,
    part: 'streams',
    figure: 'chat.500.slowest.ofMedian',
    bound: { atLeast: 0.9 },
  },
  {
    text: `${STREAMS} KB in memory a stream, over idle`,
    part: 'streams',
    figure: 'chat.500.kbPerStream',
    bound: { atMost: 100 },
  },
  {
    text: 'start to first answer on an existing data folder, ms',
    part: 'start',
    figure: 'ours.firstAnswerMs',
    bound: { atMost: 1_500 },
  },
  {
    text: '10 minutes at 500 requests/s: growth of memory beyond noise, MB/min',
    part: 'memory',
    figure: 'ours.slopeBeyondNoise',
    bound: { atMost: 0 },
  },
];

export type Verdict = {
  readonly text: string;
  readonly bound: string;
  readonly value?: number;
  readonly verdict: 'met' | 'missed' | 'not measured';
};

export const judge = (
  { text, bound, figure }: Target,
  figures: Readonly<Record<string, number>>,
): Verdict => {
  const shown = 'atMost' in bound ? `≤ ${bound.atMost}` : `≥ ${bound.atLeast}`;
  const value = figures[figure];
  if (value === undefined || !Number.isFinite(value)) return { text, bound: shown, verdict: 'not measured' };
  const isMet = 'atMost' in bound ? value <= bound.atMost : value >= bound.atLeast;
  return { text, bound: shown, value, verdict: isMet ? 'met' : 'missed' };
};
