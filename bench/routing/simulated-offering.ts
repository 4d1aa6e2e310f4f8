import type { FailureCode } from '../../src/domain/failure.ts';
import type { OfferingId } from '../../src/domain/ids.ts';
import type { Incident } from './incident.ts';
import { createRandom, type Random, seedOf } from './random.ts';

/** How an offering behaves when all is well. */
export type OfferingModel = {
  readonly id: OfferingId;
  /** Median milliseconds to the first token of a short prompt, with nothing else to do. */
  readonly ttftMs: number;
  /** Deviation of the logarithm of the TTFT. */
  readonly sigma: number;
  /** Prompt tokens read a second. */
  readonly prefillTps: number;
  /** Median output tokens a second after the first. */
  readonly outputTps: number;
  /** Calls at once, ours and others', from which on it is overloaded. */
  readonly capacity: number;
  /** Share of calls that fail before their first token, always. */
  readonly errorRate: number;
  /** Share of calls that die between their first token and their last, always. */
  readonly truncationRate: number;
  /**
   * Present: it takes so many calls at once, be it slow or not, and turns away at once who comes besides; an answer takes as
   * long whatever is asked for, and nobody else calls it.
   */
  readonly slots?: SlotModel;
};

export type SlotModel = {
  readonly at: (nowMs: number) => number;
  /** Median milliseconds to the first token and to the last. */
  readonly ttftMs: number;
  readonly answerMs: number;
  /** Calls in each second; more are turned away with 429. Absent: as many as there are slots for. */
  readonly perSecond?: (nowMs: number) => number;
  /** What it says to who finds no slot; of several each with the same chance. Absent: 503. */
  readonly turnsAway?: readonly TurnedAway[];
  /** Share of answers that break off after their first token. Absent: none do. */
  readonly breaksOff?: number;
};

export type TurnedAway = { readonly code: 'OVERLOADED' | 'RATE_LIMITED'; readonly retryAfterMs?: number };

const FULL: readonly TurnedAway[] = [{ code: 'OVERLOADED' }];

/** What comes of a call, in milliseconds from sending it. */
export type Outcome =
  | { readonly kind: 'ANSWERS'; readonly ttftMs: number; readonly totalMs: number }
  /** `ttftMs` and `written`: it had begun to answer, and had written that share. */
  | {
      readonly kind: 'FAILS';
      readonly code: FailureCode;
      readonly totalMs: number;
      readonly ttftMs?: number;
      readonly written?: number;
      readonly retryAfterMs?: number;
    }
  | { readonly kind: 'HANGS' };

export type SimulatedOffering = {
  readonly model: OfferingModel;
  readonly index: number;
  /** Calls of ours under way. */
  inFlight: number;
  /** What will come of a call that is sent now. */
  outcomeOf(call: {
    readonly draw: number;
    readonly inputTokens: number;
    readonly outputTokens: number;
  }): Outcome;
  /** For the oracle: whether it takes calls. */
  isUp(): boolean;
  /** For the oracle: whether a call would be within its limit of this second. */
  hasRate(): boolean;
  /** For the oracle: share of calls that fail now. */
  errorRate(): number;
  /** For the oracle: mean milliseconds to the first token now. */
  meanTtftMs(inputTokens: number): number;
  /** For the oracle: mean output tokens a second now. */
  meanTps(): number;
};

/** One call in a hundred is far slower than the others, up to 20 times: cold starts, queues, retries within. */
const TAIL = { share: 0.01, shape: 1.5, most: 20 } as const;
/** Mean of a Pareto of that shape that is cut off: 3 - 2 / sqrt(most). */
const TAIL_MEAN = 3 - 2 / Math.sqrt(TAIL.most);
const TPS_SIGMA = 0.25;
/** Slowed down by so much when as many calls run as it has room for, in proportion to the square of its load. */
const SLOWED_BY_LOAD = 1.5;
const MOST_LOAD = 2;
/** A stream that is silent for so long has broken off. */
const STALL_MS = 10_000;
/** Others' calls take up 10 to 60 % of its room, up and down in 7 and in 23 minutes. */
const BACKGROUND = { least: 0.1, most: 0.6, periodsMs: [420_000, 1_380_000] } as const;

export const createSimulatedOffering = (
  model: OfferingModel,
  index: number,
  incidents: readonly Incident[],
  seed: number,
  nowMs: () => number,
): SimulatedOffering => {
  const phases = createRandom(seedOf(seed, index, 77));
  const [first, second] = [phases.next(), phases.next()];

  const backgroundAt = (at: number): number => {
    const wave = (period: number, phase: number): number => Math.sin(2 * Math.PI * (at / period + phase));
    const mixed = (wave(BACKGROUND.periodsMs[0], first) + wave(BACKGROUND.periodsMs[1], second)) / 4 + 0.5;
    return BACKGROUND.least + (BACKGROUND.most - BACKGROUND.least) * mixed;
  };
  const active = (kind: Incident['kind']): Incident | undefined => {
    const at = nowMs();
    return incidents.find((incident) => incident.kind === kind && incident.from <= at && at < incident.to);
  };
  const load = (): number => Math.min(MOST_LOAD, offering.inFlight / model.capacity + backgroundAt(nowMs()));
  const slowed = (): number => {
    const slow = active('SLOW');
    return (1 + SLOWED_BY_LOAD * load() ** 2) * (slow?.kind === 'SLOW' ? slow.factor : 1);
  };
  const tpsNow = (): number => model.outputTps / (1 + load() ** 2 / 2);
  /** Beyond its capacity it turns calls away. */
  const overload = (): number => Math.min(0.5, Math.max(0, load() - 1));
  const errorRate = (): number => {
    const errs = active('ERRS');
    const rate = errs?.kind === 'ERRS' ? Math.max(errs.rate, model.errorRate) : model.errorRate;
    return 1 - (1 - rate) * (1 - overload());
  };
  const tailOf = (random: Random): number =>
    random.next() < TAIL.share ? Math.min(TAIL.most, (1 - random.next()) ** (-1 / TAIL.shape)) : 1;

  let inSecond = 0;
  let taken = 0;
  /** What becomes of a call where there are slots. */
  const inSlot = (slots: SlotModel, random: Random, quick: number): Outcome => {
    const at = nowMs();
    if (Math.floor(at / 1_000) !== inSecond) taken = 0;
    inSecond = Math.floor(at / 1_000);
    if (taken >= (slots.perSecond?.(at) ?? Number.POSITIVE_INFINITY))
      return { kind: 'FAILS', code: 'RATE_LIMITED', totalMs: quick };
    if (offering.inFlight >= slots.at(at)) {
      const { turnsAway = FULL } = slots;
      const said = turnsAway[Math.floor(random.next() * turnsAway.length)];
      return { kind: 'FAILS', code: 'OVERLOADED', totalMs: quick, ...said };
    }
    taken += 1;
    const slow = active('SLOW');
    const factor = slow?.kind === 'SLOW' ? slow.factor : 1;
    const ttftMs = random.logNormal(slots.ttftMs, 0.25) * factor;
    const totalMs = ttftMs + random.logNormal(slots.answerMs - slots.ttftMs, 0.25) * factor;
    if (active('STALLS'))
      return { kind: 'FAILS', code: 'TIMEOUT', ttftMs, written: 0.5, totalMs: ttftMs + STALL_MS };
    if (slots.breaksOff !== undefined && random.next() < slots.breaksOff) {
      const written = random.next();
      return {
        kind: 'FAILS',
        code: 'TRUNCATED',
        ttftMs,
        written,
        totalMs: ttftMs + (totalMs - ttftMs) * written,
      };
    }
    return { kind: 'ANSWERS', ttftMs, totalMs };
  };

  const offering: SimulatedOffering = {
    model,
    index,
    inFlight: 0,
    outcomeOf({ draw, inputTokens, outputTokens }) {
      const random = createRandom(seedOf(draw, index));
      const quick = random.logNormal(20, 0.5);
      const ttftMs =
        random.logNormal(model.ttftMs, model.sigma) * tailOf(random) * slowed() +
        (inputTokens * 1_000) / model.prefillTps;
      const totalMs = ttftMs + (outputTokens * 1_000) / random.logNormal(tpsNow(), TPS_SIGMA);
      const [chance, where] = [random.next(), random.next()];
      if (active('REFUSES')) return { kind: 'FAILS', code: 'SERVER_ERROR', totalMs: quick };
      if (active('HANGS')) return { kind: 'HANGS' };
      const limits = active('LIMITS');
      if (limits?.kind === 'LIMITS')
        return { kind: 'FAILS', code: 'RATE_LIMITED', totalMs: quick, retryAfterMs: limits.retryAfterMs };
      if (model.slots !== undefined) return inSlot(model.slots, random, quick);
      if (chance < overload()) return { kind: 'FAILS', code: 'OVERLOADED', totalMs: quick };
      if (chance < errorRate()) return { kind: 'FAILS', code: 'SERVER_ERROR', totalMs: ttftMs * where };
      if (1 - chance <= model.truncationRate)
        return {
          kind: 'FAILS',
          code: 'TRUNCATED',
          ttftMs,
          written: where,
          totalMs: ttftMs + (totalMs - ttftMs) * where,
        };
      return { kind: 'ANSWERS', ttftMs, totalMs };
    },
    isUp: () => !(active('REFUSES') || active('HANGS') || active('LIMITS') || active('STALLS')),
    hasRate() {
      const at = nowMs();
      const most = model.slots?.perSecond?.(at) ?? Number.POSITIVE_INFINITY;
      return (Math.floor(at / 1_000) === inSecond ? taken : 0) < most;
    },
    errorRate,
    meanTtftMs: (inputTokens) =>
      model.ttftMs * Math.exp(model.sigma ** 2 / 2) * (1 + TAIL.share * (TAIL_MEAN - 1)) * slowed() +
      (inputTokens * 1_000) / model.prefillTps,
    meanTps: tpsNow,
  };
  return offering;
};
