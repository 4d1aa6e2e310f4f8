import { asModelSlug, asOfferingId, asProviderId } from '../../../../src/domain/ids.ts';
import { NO_FACTS } from '../../../../src/domain/model.ts';
import type { QualityScore } from '../../../../src/domain/quality.ts';
import type { CandidateRule } from '../../../../src/domain/route.ts';
import type { RouteCandidate } from '../../../../src/gateway/routing/candidate.ts';
import type { Availability } from '../../../../src/gateway/routing/health/availability.ts';
import type { BreakerState } from '../../../../src/gateway/routing/health/breaker-machine.ts';
import type { Pulse } from '../../../../src/gateway/routing/health/pulse.ts';
import { Room } from '../../../../src/gateway/routing/health/room.ts';
import { createRateCard } from '../../../../src/gateway/routing/rate-card.ts';
import type { OrderContext, Ordered } from '../../../../src/gateway/routing/strategies/order.ts';
import { scoreAtBenchmark } from '../../../support/quality-score.ts';
import { createScriptedProvider } from '../../../support/scripted-provider.ts';

export const AT = new Date('2026-03-02T10:00:00Z');
const provenance = { source: 'test', observedAt: AT };
const provider = createScriptedProvider('p');

/** Nothing is under way, and nothing is known. */
export const QUIET: Pulse = {
  inFlight: 0,
  failed: 0,
  ttftMs: Number.NaN,
  wholeMs: Number.NaN,
  outputTps: Number.NaN,
  errorRate: 0,
  p95TtftMs: Number.NaN,
  p95WholeMs: Number.NaN,
  isSuspect: false,
  measuredAtMs: Number.NEGATIVE_INFINITY,
  closedUntil: 0,
};

/** Nothing is called. */
const availabilityWith = (pulse: Pulse, state: BreakerState): Availability => ({
  pulse,
  room: new Room(),
  askedToWaitMs: () => 0,
  mayInsist: () => false,
  insist: () => false,
  state: () => state,
  retryAfterMs: () => 0,
  reason: () => undefined,
  admit: () => state !== 'OPEN',
  decline() {},
  began() {
    throw new Error('no candidate is called');
  },
});

export type CandidateOptions = {
  /** US dollars; absent: not known. */
  readonly cost?: number;
  readonly pulse?: Partial<Pulse>;
  /** Best score at each benchmark. */
  readonly scores?: { readonly [benchmark: string]: number };
  readonly breaker?: BreakerState;
};

const scoresOf = (scores: CandidateOptions['scores'] = {}): readonly QualityScore[] =>
  Object.entries(scores).map(([benchmark, score]) => ({
    ...scoreAtBenchmark(benchmark, score),
    provenance,
  }));

const costs = new WeakMap<RouteCandidate, number>();

/** A rule with what it offers, by name. */
export type RuleOptions = Partial<Omit<CandidateRule, 'target'>> & {
  readonly offers: { readonly [name: string]: CandidateOptions };
};

/** Candidates of rules, as listed. */
export const candidatesOf = (...rules: readonly RuleOptions[]): readonly RouteCandidate[] => {
  const candidates: RouteCandidate[] = [];
  for (const [group, { offers, weight = 1, ...rest }] of rules.entries()) {
    const rule: CandidateRule = { target: { kind: 'MODEL', name: `rule${group}` }, weight, ...rest };
    const { when } = rule;
    for (const [name, { cost = Number.NaN, pulse, scores, breaker = 'CLOSED' }] of Object.entries(offers)) {
      const availability = availabilityWith({ ...QUIET, ...pulse }, breaker);
      const candidate: RouteCandidate = {
        index: candidates.length,
        offering: {
          ...NO_FACTS,
          id: asOfferingId(name),
          providerId: asProviderId('p'),
          providerModelId: name,
          modelSlug: asModelSlug(`lab/${name}`),
          join: 'EXPLICIT',
          joinReason: 'Stated.',
          billing: 'METERED',
          provenance,
        },
        provider,
        rule,
        group,
        isFallback: false,
        ...(when !== undefined && { conditions: [when] }),
        region: undefined,
        places: undefined,
        requestRegions: [],
        rates: { ...createRateCard({ billing: 'UNKNOWN' }, [], []), costOf: () => cost },
        scores: scoresOf(scores),
        availability,
        pulse: availability.pulse,
      };
      costs.set(candidate, cost);
      candidates.push(candidate);
    }
  }
  return candidates;
};

/** Candidates of one rule. */
export const offers = (named: RuleOptions['offers']): readonly RouteCandidate[] =>
  candidatesOf({ offers: named });

/** Evenly spread numbers that are always the same. */
export const seededRandom = (seed: number): (() => number) => {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
};

/** What is not given must not be asked for. */
export const contextWith = (given: Partial<OrderContext> = {}): OrderContext => {
  const unasked = (what: string) => (): never => {
    throw new Error(`the strategy asked for ${what}`);
  };
  return {
    at: AT,
    costOf: (candidate) => costs.get(candidate) ?? Number.NaN,
    outputTokens: unasked('output tokens'),
    judge: unasked('the complexity'),
    whyNot: unasked('a condition'),
    subject: unasked('the subject'),
    random: unasked('chance'),
    ...given,
  };
};

/** Names, the best first. */
export const namesOf = ({ ranked }: Pick<Ordered, 'ranked'>): readonly string[] =>
  ranked.map(({ candidate }) => candidate.offering.id);

/** Names of what was left out, each with why. */
export const leftOutOf = ({ leftOut }: Ordered): readonly string[] =>
  leftOut.map(({ candidate, reason }) => `${candidate.offering.id} ${reason}`);

/** How often each name came first. */
export const firstsOf = (times: number, order: () => Ordered): { readonly [name: string]: number } => {
  const firsts: Record<string, number> = {};
  for (let time = 0; time < times; time++) {
    const name = namesOf(order())[0] ?? 'none';
    firsts[name] = (firsts[name] ?? 0) + 1;
  }
  return firsts;
};
