import type { PartId } from './section.ts';

/** What is to be reached, in one run on two cores that also carry the load and the upstream. */
export type Target = {
  /** Under which load; targets that share one are shown together. */
  readonly load: string;
  readonly text: string;
  readonly part: PartId;
  /** Name of a figure of that part. */
  readonly figure: string;
  readonly bound: { readonly atMost: number } | { readonly atLeast: number };
};

const COST = 'not streamed, 32 clients';
const RATE = '1,000 requests/s, not streamed';
const STREAMS = '500 streams of 50 tokens/s';

export const TARGETS: readonly Target[] = [
  {
    load: COST,
    text: "requests/s of REST, of Portkey's",
    part: 'closed',
    figure: 'chat.32.perSecond.ofPortkey',
    bound: { atLeast: 4 },
  },
  {
    load: COST,
    text: "requests/s of REST, of the bare proxy's",
    part: 'closed',
    figure: 'chat.32.perSecond.ofBare',
    bound: { atLeast: 0.5 },
  },
  {
    load: COST,
    text: "CPU a request of the mutation, of REST's",
    part: 'closed',
    figure: 'mutation.32.cpuMs.ofChat',
    bound: { atMost: 1.5 },
  },
  { load: RATE, text: 'P50 added, ms', part: 'open', figure: 'chat.1000.added.p50', bound: { atMost: 1.5 } },
  { load: RATE, text: 'P99 added, ms', part: 'open', figure: 'chat.1000.added.p99', bound: { atMost: 8 } },
  { load: RATE, text: 'errors', part: 'open', figure: 'chat.1000.errors', bound: { atMost: 0 } },
  {
    load: STREAMS,
    text: "CPU a frame of REST, of the bare proxy's",
    part: 'streams',
    figure: 'chat.500.cpuUs.ofBare',
    bound: { atMost: 1.25 },
  },
  {
    load: STREAMS,
    text: 'of a subscription over SSE, coalesced',
    part: 'streams',
    figure: 'subscription.500.cpuUs.ofBare',
    bound: { atMost: 1.25 },
  },
  {
    load: STREAMS,
    text: 'of a subscription over graphql-ws, coalesced',
    part: 'streams',
    figure: 'subscription-ws.500.cpuUs.ofBare',
    bound: { atMost: 1.25 },
  },
  {
    load: STREAMS,
    text: 'of one that is not coalesced',
    part: 'streams',
    figure: 'subscription-each.500.cpuUs.ofBare',
    bound: { atMost: 2.5 },
  },
  {
    load: STREAMS,
    text: "tokens of the slowest stream, of the median one's",
    part: 'streams',
    figure: 'ours.500.slowest.ofMedian',
    bound: { atLeast: 0.9 },
  },
  {
    load: STREAMS,
    text: 'KB in memory a stream, over idle',
    part: 'streams',
    figure: 'ours.500.kbPerStream',
    bound: { atMost: 100 },
  },
  {
    load: 'start on an existing data folder',
    text: 'first answer, ms',
    part: 'start',
    figure: 'ours.firstAnswerMs',
    bound: { atMost: 1_500 },
  },
  {
    load: '10 minutes at 500 requests/s',
    text: 'growth of memory beyond noise, MB/min',
    part: 'memory',
    figure: 'ours.slopeBeyondNoise',
    bound: { atMost: 0 },
  },
];

export type Verdict = {
  readonly load: string;
  readonly text: string;
  readonly bound: string;
  readonly value?: number;
  readonly verdict: 'met' | 'missed' | 'not measured';
};

export const judge = (
  { load, text, bound, figure }: Target,
  figures: Readonly<Record<string, number>>,
): Verdict => {
  const shown = 'atMost' in bound ? `≤ ${bound.atMost}` : `≥ ${bound.atLeast}`;
  const value = figures[figure];
  if (value === undefined || !Number.isFinite(value))
    return { load, text, bound: shown, verdict: 'not measured' };
  const isMet = 'atMost' in bound ? value <= bound.atMost : value >= bound.atLeast;
  return { load, text, bound: shown, value, verdict: isMet ? 'met' : 'missed' };
};
