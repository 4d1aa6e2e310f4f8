import { BENCHMARK, FLAGSHIP } from './fleets.ts';
import { INCIDENT_RATES } from './incident.ts';
import { MIXED_PER_SECOND } from './mixed.ts';
import { BREAKER, FALLBACK } from './policies.ts';
import { MIXED_WORKLOAD, REQUEST_CLASSES } from './workload.ts';

const minutes = (ms: number): string => `${ms / 60_000} min`;
const seconds = (ms: number): string => `${ms / 1_000} s`;

/** What was simulated, in a few lines. */
export const describeWorld = ({
  seeds,
  count,
}: {
  readonly seeds: readonly number[];
  readonly count: number;
}): string => {
  const classes = REQUEST_CLASSES.map((name) => {
    const { share, inputTokens, outputTokens, floor } = MIXED_WORKLOAD[name];
    return `${name} ${share * 100} % (median ${inputTokens.median} tokens in, ${outputTokens.median} out, needs ${floor} points)`;
  });
  const rates = Object.entries(INCIDENT_RATES).map(
    ([name, { everyMs, shortestMs, longestMs }]) =>
      `${name} every ${minutes(everyMs)} for ${seconds(shortestMs)} to ${seconds(longestMs)}`,
  );
  return [
    `Simulated: ${count} requests each for seeds ${seeds.join(', ')}, ${MIXED_PER_SECOND} a second at random times.`,
    `Work: ${classes.join('; ')}; points: ${BENCHMARK}. Half of chat and document requests, a fifth of hard ones, go on with a conversation.`,
    `Providers: 10 offerings at list prices, the flagship is ${FLAGSHIP}; each on its own: ${rates.join(', ')}; 0.3 % of calls fail, 0.02 % of streams break off, always.`,
    `Routes: first token within ${seconds(FALLBACK.timeouts.firstTokenMs ?? 0)}, at most ${FALLBACK.maxAttempts} attempts, breaker by default and slow after ${seconds(BREAKER.slowTtftMs ?? 0)}.`,
    'Compared: the flagship alone without retry; any order with the same fallback; an oracle that knows who is up, mean latencies and error rates, not the draw. Calls that fail before their first token cost nothing, so a flagship that is down is cheap: savings are per answered request.',
    'STREAM: what breaks off after its client saw some of it has failed, and 0.02 % of streams do, so that 99.98 % is the most there is; WHOLE: the client sees the end alone, and what breaks off is asked for elsewhere; held back: so many tokens are not shown before there are more.',
    'Outages: calls to one that is down, but for trials: probes of its breaker, and single calls that try what is suspected.',
    'Four hosts of ten slots: an answer takes a slot for a second, who finds none is turned away at once; two minutes for each seed. Here the oracle knows free slots as well and waits for one for up to 2 s; without breakers hosts are tried by chance, one after another, and nobody waits. Shown: succeeded, and the p95 of TTFT in ms.',
    'TTFT in ms from the arrival of the request, failed attempts included. Good enough: answered by a model with the points that the request needs.',
  ].join('\n');
};
