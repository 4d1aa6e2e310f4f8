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
const SHAPES = 'requests of other shapes';
const START = 'start, and at rest';

const target = (
  load: string,
  text: string,
  part: PartId,
  figure: string,
  bound: Target['bound'],
): Target => ({
  load,
  text,
  part,
  figure,
  bound,
});
const ofBare = (text: string): string => `${text}, of the bare proxy's`;

export const TARGETS: readonly Target[] = [
  target(COST, ofBare('requests/s of REST'), 'closed', 'chat.32.perSecond.ofBare', { atLeast: 0.8 }),
  target(COST, "requests/s of REST, of Portkey's", 'closed', 'chat.32.perSecond.ofPortkey', { atLeast: 3.5 }),
  target(COST, "CPU a request of the mutation, of REST's", 'closed', 'mutation.32.cpuMs.ofChat', {
    atMost: 1.15,
  }),
  target(RATE, 'P50 added, ms', 'open', 'chat.1000.added.p50', { atMost: 0.5 }),
  target(RATE, 'P99 added, ms', 'open', 'chat.1000.added.p99', { atMost: 6 }),
  target(RATE, 'P50 added with Postgres, ms', 'open', 'chat-postgres.1000.added.p50', { atMost: 0.5 }),
  target(RATE, 'P99 added with Postgres, ms', 'open', 'chat-postgres.1000.added.p99', { atMost: 4 }),
  target(RATE, 'errors', 'open', 'chat.1000.errors', { atMost: 0 }),
  target(STREAMS, ofBare('CPU a token of REST'), 'streams', 'chat.500.cpuUs.ofBare', { atMost: 1.1 }),
  target(STREAMS, 'with 200 streams', 'streams', 'chat.200.cpuUs.ofBare', { atMost: 1.1 }),
  target(STREAMS, 'translated', 'streams', 'translated.500.cpuUs.ofBare', { atMost: 1.25 }),
  target(STREAMS, 'of a subscription over SSE, coalesced', 'streams', 'subscription.500.cpuUs.ofBare', {
    atMost: 1.25,
  }),
  target(
    STREAMS,
    'of a subscription over graphql-ws, coalesced',
    'streams',
    'subscription-ws.500.cpuUs.ofBare',
    { atMost: 1.25 },
  ),
  target(STREAMS, 'of one that is not coalesced', 'streams', 'subscription-each.500.cpuUs.ofBare', {
    atMost: 2.5,
  }),
  target(
    STREAMS,
    "tokens of the slowest stream, of the median one's",
    'streams',
    'ours.500.slowest.ofMedian',
    {
      atLeast: 0.9,
    },
  ),
  target(STREAMS, 'KB in memory a stream, over idle', 'streams', 'ours.500.kbPerStream', { atMost: 100 }),
  target(SHAPES, 'a saved route, of a plain model', 'shapes', 'ours.route.serving.ofPlain', { atMost: 1.1 }),
  target(SHAPES, ofBare('200 messages'), 'shapes', 'ours.messages-200.serving.ofBare', { atMost: 1.6 }),
  target(SHAPES, ofBare('64 tools'), 'shapes', 'ours.tools-64.serving.ofBare', { atMost: 1.6 }),
  target('after a young collection', 'bytes alive a request', 'survivors', 'most.bytes', { atMost: 1_024 }),
  target('a ledger of a million rows', 'slowest filter, ms', 'ledger', 'embedded.slowestMs', { atMost: 50 }),
  target('a ledger of a million rows', 'on Postgres', 'ledger', 'postgres.slowestMs', { atMost: 50 }),
  target(START, 'first answer on an existing data folder, ms', 'start', 'ours.firstAnswerMs', {
    atMost: 700,
  }),
  target(START, 'on a new one, ms', 'start', 'ours.newFolder.firstAnswerMs', { atMost: 3_000 }),
  target(START, 'most resident meanwhile, MB', 'start', 'ours.newFolder.peakRssMb', { atMost: 700 }),
  target(START, 'resident, MB', 'start', 'ours.idleRssMb', { atMost: 300 }),
  target(START, 'resident with Postgres, MB', 'start', 'postgres.idleRssMb', { atMost: 140 }),
  target(
    '10 minutes at 500 requests/s',
    'growth of memory beyond noise, MB/min',
    'memory',
    'ours.slopeBeyondNoise',
    { atMost: 0 },
  ),
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
