import type { RouteCandidate } from '../candidate.ts';
import { byScore } from './by-score.ts';
import { type OrderContext, type OrderStrategy, type Ranked, rankedAt, scorePart } from './order.ts';

/** Those that take at most so much longer than the best are as good as it, and share the load. */
const NEAR = 1.25;
/** Share of the requests that may find out how another one does now. */
const EXPLORED = 0.01;
/** Time after which what was measured is believed to be twice as slow as it would be now, for exploring. */
const HALF_LIFE_MS = 30_000;
/** A higher share of errors would make the time to a success endless, and one that is well again stay away for long. */
const MAX_ERRORS = 0.9;

/**
 * Milliseconds to the end of the answer, by what is measured: its first token, and all others at its pace. One that fails
 * now and then is asked again as often. Where no first token was timed, whole answers are. NaN: neither was.
 */
const expectedMs = ({ pulse }: RouteCandidate, tokens: number, usualTps: number): number => {
  const tps = pulse.outputTps > 0 ? pulse.outputTps : usualTps;
  const writing = tps > 0 ? (tokens / tps) * 1_000 : 0;
  const answered = Number.isNaN(pulse.ttftMs) ? pulse.wholeMs : pulse.ttftMs + writing;
  return answered / (1 - Math.min(MAX_ERRORS, pulse.errorRate));
};

/** The pace that is taken for one of which only the first token was timed; NaN where none is known. */
const usualTpsOf = (candidates: readonly RouteCandidate[]): number => {
  let sum = 0;
  let count = 0;
  for (const { pulse } of candidates)
    if (pulse.outputTps > 0) {
      sum += pulse.outputTps;
      count++;
    }
  return sum / count;
};

/** Any of the places, all alike likely. */
const anyOf = (places: readonly number[], random: number): number =>
  places[Math.floor(random * places.length)] ?? 0;

/**
 * One that is worth a call to find out how fast it is now, or undefined. The longer ago one was measured, the faster it may
 * have become; one that never was may be as fast as any. Only one call at a time goes to find out.
 */
const worthTrying = (
  candidates: readonly RouteCandidate[],
  times: Float64Array,
  best: number,
  context: OrderContext,
): number | undefined => {
  let least = best;
  let found: number[] = [];
  for (let place = 0; place < candidates.length; place++) {
    const pulse = candidates[place]?.pulse;
    if (pulse === undefined || pulse.inFlight > 0) continue;
    const time = times[place] ?? Number.NaN;
    const age = context.nowMs === undefined ? 0 : Math.max(0, context.nowMs - pulse.measuredAtMs);
    // One that has only failed so far is tried like any other that never was, but not before them.
    const hoped = Number.isNaN(time) ? best * pulse.errorRate : time * 2 ** (-age / HALF_LIFE_MS);
    if (hoped < least) {
      least = hoped;
      found = [place];
    } else if (hoped === least && hoped < best) found.push(place);
  }
  return found.length === 0 ? undefined : anyOf(found, context.random());
};

/** Those that were never timed and have not failed; none while a call finds out about one of them. */
const untried = (candidates: readonly RouteCandidate[], times: Float64Array): readonly number[] => {
  const places: number[] = [];
  for (let place = 0; place < candidates.length; place++) {
    const pulse = candidates[place]?.pulse;
    if (pulse === undefined || !Number.isNaN(times[place] ?? 0)) continue;
    if (pulse.inFlight > 0) return [];
    if (pulse.errorRate === 0) places.push(place);
  }
  return places;
};

/** Who fails at once has nothing under way, and is not idle. */
const busyOf = (candidate: RouteCandidate | undefined): number =>
  candidate === undefined ? 0 : candidate.pulse.inFlight + candidate.pulse.failed;

/** Of two of the near ones, drawn by chance, the one that will be done first with what it has in hand. */
const betterOfTwo = (
  candidates: readonly RouteCandidate[],
  times: Float64Array,
  near: readonly number[],
  context: OrderContext,
): number => {
  const one = Math.floor(context.random() * near.length);
  const other = (one + 1 + Math.floor(context.random() * (near.length - 1))) % near.length;
  const loadOf = (place: number): number => (times[place] ?? 0) * (busyOf(candidates[place]) + 1);
  const [first, second] = [near[one] ?? 0, near[other] ?? 0];
  return loadOf(second) < loadOf(first) ? second : first;
};

const firstOf = (
  candidates: readonly RouteCandidate[],
  times: Float64Array,
  order: Uint32Array,
  timed: number,
  best: number,
  context: OrderContext,
): number | undefined => {
  if (timed === 1) {
    // There are no two to choose from yet.
    const fresh = untried(candidates, times);
    if (fresh.length > 0) return anyOf(fresh, context.random());
  } else if (context.random() < EXPLORED) {
    const tried = worthTrying(candidates, times, best, context);
    if (tried !== undefined) return tried;
  }
  const near: number[] = [];
  for (const place of order) if ((times[place] ?? 0) <= best * NEAR) near.push(place);
  return near.length > 1 ? betterOfTwo(candidates, times, near, context) : near[0];
};

/** Where nothing was ever timed: those with the least in hand that fail the least, else by chance. */
const scoreUntimed = ({ pulse }: RouteCandidate, random: number): number =>
  (pulse.inFlight + pulse.failed + 1 + random / 100) / (1 - Math.min(MAX_ERRORS, pulse.errorRate));

function parts(this: Ranked) {
  const { ttftMs, wholeMs, outputTps, errorRate, inFlight } = this.candidate.pulse;
  return [
    scorePart('ttft', ttftMs),
    ...(Number.isNaN(ttftMs) && !Number.isNaN(wholeMs) ? [scorePart('latency', wholeMs)] : []),
    scorePart('throughput', outputTps),
    scorePart('uptime', 1 - errorRate),
    scorePart('inFlight', inFlight),
  ];
}

/**
 * Soonest to be done. The score is the expected time to the end of the answer in milliseconds; calls in hand do not count
 * in it, for what they cost shows in what is measured. They decide between two that are drawn from those near the best, so
 * that requests that come at once do not all go to one. A small share of the requests finds out about others.
 */
export const fastest: OrderStrategy<'FASTEST'> = (candidates, _order, context) => {
  const tokens = context.outputTokens();
  const usualTps = usualTpsOf(candidates);
  const times = new Float64Array(candidates.length);
  let timed = 0;
  let rates = 0;
  let best = Number.POSITIVE_INFINITY;
  for (let place = 0; place < candidates.length; place++) {
    const candidate = candidates[place];
    const time = candidate === undefined ? Number.NaN : expectedMs(candidate, tokens, usualTps);
    times[place] = time;
    if (Number.isNaN(time)) continue;
    timed++;
    rates += 1 / time;
    if (time < best) best = time;
  }
  const scores = times.slice();
  if (timed < candidates.length)
    for (let place = 0; place < candidates.length; place++) {
      const candidate = candidates[place];
      if (candidate === undefined || !Number.isNaN(scores[place] ?? 0)) continue;
      // The harmonic mean leans to the fast: an optimistic guess.
      scores[place] =
        timed === 0
          ? scoreUntimed(candidate, context.random())
          : timed / rates / (1 - Math.min(MAX_ERRORS, candidate.pulse.errorRate));
    }
  const order = byScore(scores);
  const first = timed === 0 ? order[0] : firstOf(candidates, times, order, timed, best, context);
  const places = first === undefined ? [] : [first];
  for (const place of order) if (place !== first) places.push(place);
  const ranked = rankedAt(places, candidates, (candidate, place) =>
    timed === 0 ? { candidate, parts } : { candidate, score: scores[place] ?? Number.NaN, parts },
  );
  return { ranked, leftOut: [] };
};
