import { expect } from 'vitest';
import type { Attempt } from '../../../src/domain/attempt.ts';
import type { CompletionEvent } from '../../../src/domain/completion-event.ts';
import type { Failure } from '../../../src/domain/failure.ts';
import { asModelSlug, asProviderId } from '../../../src/domain/ids.ts';
import { DEFAULT_FALLBACK, type FallbackRules, type Strategy } from '../../../src/domain/route.ts';
import { usageOf } from '../../../src/domain/usage.ts';
import { type CompletionCommand, timeoutsOf } from '../../../src/gateway/completion-command.ts';
import type { Availability } from '../../../src/gateway/routing/health/availability.ts';
import { Room } from '../../../src/gateway/routing/health/room.ts';
import type {
  CompletionCall,
  Dispatch,
  PlannedCandidate,
  RoutePlan,
} from '../../../src/gateway/routing/route-plan.ts';
import type { Attempted } from '../../../src/gateway/runs/attempted.ts';
import { Attempts } from '../../../src/gateway/runs/attempts.ts';
import { Lifetime } from '../../../src/gateway/runs/lifetime.ts';
import { Patience } from '../../../src/gateway/runs/patience.ts';
import { CANCELLED } from '../../../src/gateway/runs/pipeline.ts';
import type { Provider } from '../../../src/ports/provider.ts';
import { createFakeClock } from '../../support/fake-clock.ts';
import { createScriptedProvider, type ScriptedProvider } from '../../support/scripted-provider.ts';
import { catalogueOf, commandWith, MODEL, requestWith, settled } from '../harness.ts';
import { QUIET } from '../routing/strategies/candidates.ts';

/** What a test says of a breaker. */
type Breaker = Pick<Availability, 'state' | 'retryAfterMs' | 'reason' | 'admit'>;

export const CLOSED: Breaker = {
  state: () => 'CLOSED',
  retryAfterMs: () => 0,
  reason: () => undefined,
  admit: () => true,
};

export const openBreaker = (retryAfterMs: number): Breaker => ({
  state: () => 'OPEN',
  retryAfterMs: () => retryAfterMs,
  reason: () => '5 failures in a row',
  admit: () => false,
});

/** Providers `first`, `second`, … */
export const scripted = (count: number): readonly ScriptedProvider[] =>
  ['first', 'second', 'third', 'fourth'].slice(0, count).map((id) => createScriptedProvider(id));

export type AttemptOptions = {
  readonly dispatch?: Dispatch;
  /** A limit on the first token that somebody has set. */
  readonly statedMs?: number | undefined;
  readonly fallback?: Partial<FallbackRules>;
  readonly command?: Partial<CompletionCommand>;
  /** By place; absent: closed. */
  readonly breakers?: readonly (Breaker | undefined)[];
  readonly random?: () => number;
  /** By place: whose account it is; absent: each has its own. */
  readonly accounts?: readonly string[];
};

/** What the health board is told, as `<offering> began`, `… first token 12`, `… SUCCEEDED`. */
export type HealthLog = string[];

type Step = IteratorResult<CompletionEvent, Attempted>;

/** What is told of attempts, for a reader that asks for one thing at a time. Nothing happens between two of its questions. */
class Told {
  readonly #ready: Step[] = [];
  readonly #over = Promise.withResolvers<Attempted>();
  #reader: ((step: Step | Promise<never>) => void) | undefined;
  #attempts: Attempts<CompletionCall> | undefined;
  #hasBegun = false;

  get over(): Promise<Attempted> {
    return this.#over.promise;
  }

  of(attempts: Attempts<CompletionCall>): void {
    this.#attempts = attempts;
  }

  next(): Promise<Step> {
    const ready = this.#ready.shift();
    if (ready !== undefined) return Promise.resolve(ready);
    const step = new Promise<Step>((resolve) => {
      this.#reader = resolve;
    });
    if (this.#hasBegun) this.#attempts?.resume();
    else {
      this.#hasBegun = true;
      this.#attempts?.begin();
    }
    return step;
  }

  add(value: CompletionEvent): void {
    this.#give({ done: false, value });
    this.#attempts?.pause();
  }

  end(value: Attempted): void {
    this.#give({ done: true, value });
    this.#over.resolve(value);
  }

  break(error: unknown): void {
    this.#reader?.(Promise.reject(error));
    this.#over.reject(error);
  }

  #give(step: Step): void {
    const reader = this.#reader;
    this.#reader = undefined;
    if (reader === undefined) this.#ready.push(step);
    else reader(step);
  }
}

/** Carries out a plan over these providers, in their order, and reads it as fast as it comes. */
export const carryOut = (providers: readonly Provider[], options: AttemptOptions = {}) => {
  const fakeClock = createFakeClock();
  let isOver = false;
  /** Less the one timer of the whole completion's time. */
  const clock = { ...fakeClock, pending: () => fakeClock.pending() - (isOver ? 0 : 1) };
  const catalogue = catalogueOf(providers.map(({ id }) => id));
  const command = commandWith(options.command);
  const fallback: FallbackRules = { ...DEFAULT_FALLBACK, ...options.fallback };
  const health: HealthLog = [];
  const told: Attempt[] = [];
  const availabilityOf = (id: string, breaker: Breaker): Availability => ({
    ...breaker,
    pulse: QUIET,
    room: new Room(),
    askedToWaitMs: () => 0,
    mayInsist: () => false,
    insist: () => false,
    decline: () => void health.push(`${id} declined`),
    began: () => {
      health.push(`${id} began`);
      return {
        firstToken: (ms) => void health.push(`${id} first token ${ms}`),
        observed: () => {},
        failed: () => {},
        ended: (attempt) => {
          told.push(attempt);
          health.push(`${id} ${attempt.failure?.code ?? attempt.status}`);
        },
      };
    },
  });
  const planned = providers.map((provider, index): PlannedCandidate => {
    const offering = catalogue.offeringsOf(asModelSlug(MODEL))[index];
    if (offering?.providerId !== provider.id) throw new Error('the catalogue lists others');
    const account = options.accounts?.[index];
    return {
      offering: account === undefined ? offering : { ...offering, providerId: asProviderId(account) },
      provider,
      availability: availabilityOf(offering.id, options.breakers?.[index] ?? CLOSED),
      isFallback: false,
      request: requestWith(),
      warnings: [],
    };
  });
  const [first, ...rest] = planned;
  if (first === undefined) throw new Error('a plan has a candidate');
  const plan: RoutePlan = {
    decision: {
      requested: MODEL,
      modelSlug: asModelSlug(MODEL),
      candidates: planned.map(({ offering }) => offering.id),
    },
    candidates: [first, ...rest],
    dispatch: options.dispatch ?? { kind: 'SERIAL' },
    fallback,
    inputTokens: () => 1_000,
  };
  const defects: unknown[] = [];
  const lifetime = new Lifetime(clock, CANCELLED, () => attempts.onRunEnded());
  const source = new Told();
  const timeouts = timeoutsOf(command, fallback.timeouts);
  lifetime.limit(timeouts.totalMs, 'The completion took too long.');
  const { firstTokenMs, stallMs } = timeouts;
  const { streamUpstream: stream } = command;
  const { minOutputTps } = fallback;
  const strategy: Strategy =
    plan.dispatch.kind === 'HEDGE' ? { ...plan.dispatch, order: { kind: 'PRIORITY' } } : { kind: 'PRIORITY' };
  const attempts: Attempts<CompletionCall> = new Attempts(plan, {
    clock,
    lifetime,
    kind: stream ? 'STREAMED' : 'WHOLE',
    limits: {
      stallMs,
      ...(stream && { firstTokenMs, ...(minOutputTps !== undefined && { minOutputTps }) }),
    },
    ...(!stream && { patience: new Patience('COMPLETION', options.statedMs, strategy) }),
    delivery: command.delivery,
    conversation: command.request,
    random: options.random ?? (() => 0.5),
    onDefect: (error) => void defects.push(error),
    owner: {
      send: ({ provider, offering, request }, _attempt, sink) =>
        provider.complete({ providerModelId: offering.providerModelId, request, stream }, sink),
      estimated: (_candidate, output) => usageOf({ input: plan.inputTokens(), output }),
      priced: (attempt) => attempt,
      onEvent: (event) => source.add(event),
      onAttempted(attempted) {
        lifetime.close();
        isOver = true;
        source.end(attempted);
      },
      onBroke: (error) => source.break(error),
    },
  });
  source.of(attempts);
  const events: CompletionEvent[] = [];
  const read = async (): Promise<Attempted> => {
    for (;;) {
      const result = await source.next();
      if (result.done === true) {
        expect(clock.pending()).toBe(0);
        return result.value;
      }
      events.push(result.value);
    }
  };
  return {
    clock,
    plan,
    source,
    events,
    health,
    /** The attempts that the health board was told of. */
    told,
    defects,
    read,
    /** What a client does that wants no more; resolves when nothing is left. */
    async leave() {
      lifetime.end(CANCELLED);
      await source.over;
    },
    abort(failure: Failure = CANCELLED) {
      lifetime.end(failure);
    },
    /** Moves time on in steps small enough for everything to happen in between. */
    async pass(ms: number, stepMs = ms) {
      for (let left = ms; left > 0; left -= stepMs) {
        await settled();
        clock.advance(Math.min(stepMs, left));
      }
      await settled();
    },
  };
};

/** What the attempts left, a line for each: `0 first/talker FIRST FAILED TIMEOUT`. */
export const logOf = ({ attempts }: Pick<Attempted, 'attempts'>): readonly string[] =>
  attempts.map(({ index, offeringId, cause, status, failure }) =>
    [index, offeringId, cause, status, failure?.code].filter((part) => part !== undefined).join(' '),
  );

/** What is told, a word for each event; text as it is. */
export const storyOf = (events: readonly CompletionEvent[]): readonly string[] =>
  events.map((event) => {
    switch (event.type) {
      case 'attemptStarted':
        return `+${event.index}`;
      case 'attemptFailed':
        return `${event.willRetry ? '-' : 'x'}${event.attempt.index}`;
      case 'attemptCancelled':
        return `~${event.attempt.index}`;
      case 'textDelta':
      case 'refusalDelta':
        return `"${event.text}"`;
      default:
        return event.type;
    }
  });
