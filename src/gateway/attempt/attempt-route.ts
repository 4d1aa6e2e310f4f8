import type { Attempt } from '../../domain/attempt.ts';
import type { Caller } from '../../domain/caller.ts';
import type { CompletionEvent } from '../../domain/completion-event.ts';
import type { LocatedFailure } from '../../domain/failure.ts';
import type { CompletionCommand, CompletionTimeouts } from '../completion-command.ts';
import type { PlannedCandidate, RoutePlan } from '../routing/route-plan.ts';
import type { Audience } from '../supervised-run.ts';
import { createAttemptLog } from './attempt-log.ts';
import { type Attempted, CANCELLED, type Ending } from './attempted.ts';
import type { Announced } from './call-facts.ts';
import { type Contender, createCallReader } from './call-reader.ts';
import { contend, type Hedge } from './contest.ts';
import { deliver } from './deliver.ts';
import { type HandOver, handOver, withHandOvers } from './hand-over.ts';
import { createLosers } from './losers.ts';
import { type Callee, createNextSteps, type NextSteps, NO_STEP } from './next-step.ts';
import { type Call, type CallDependencies, type CallEnd, startCall } from './run-call.ts';
import { createTurns } from './turns.ts';

export type AttemptDependencies = Omit<CallDependencies, 'stream' | 'minOutputTps' | 'inputTokens'> & {
  readonly caller: Caller;
  readonly command: CompletionCommand;
  /** The limits that hold. */
  readonly timeouts: CompletionTimeouts;
  /** 0 inclusive to 1 exclusive. */
  readonly random: () => number;
  /** With what it cost, where that can be told. */
  readonly priced: (attempt: Attempt) => Attempt;
  /** Once they have left, what is under way is seen to its end, and no attempt is made any more. */
  readonly audience?: Audience | undefined;
};

/**
 * Carries a plan out: candidates one after another, or side by side, until one has answered. A failure is passed over
 * to the next only while the client has seen nothing of the answer; after that it ends the completion. Once the signal
 * is aborted nothing more is tried: the failure is what `whyAborted` says, or that the caller cancelled, and it is
 * located at the last attempt, or at the first candidate where none was made. Nothing is left at any provider, nor any
 * timer, once it has ended; returning early ends it.
 */
export const attemptRoute = (
  plan: RoutePlan,
  deps: AttemptDependencies,
): AsyncIterableIterator<CompletionEvent, Attempted, void> => withHandOvers(carryOut(plan, deps));

type Writable<Members> = { -readonly [Name in keyof Members]: Members[Name] };

const announcementOf = (as: Announced, { warnings }: PlannedCandidate): CompletionEvent =>
  warnings.length === 0 ? { type: 'attemptStarted', ...as } : { type: 'attemptStarted', ...as, warnings };

/** The same, for a generator that hands over itself. */
export async function* carryOut(
  plan: RoutePlan,
  deps: AttemptDependencies,
): AsyncGenerator<CompletionEvent | HandOver, Attempted> {
  const { caller, command, clock, signal, whyAborted, timeouts, random, priced, audience } = deps;
  const { fallback, dispatch, candidates } = plan;
  const endsAt = clock.monotonicMs() + timeouts.totalMs;
  const log = createAttemptLog(clock, priced);
  const turns = createTurns(plan, { clock, health: deps.health, begun: log.begun });
  const losers = createLosers(log.end);
  /** Made with the first failure. */
  let steps: NextSteps | undefined;
  const calls: Call[] = [];
  const callDeps: Writable<CallDependencies> = {
    clock,
    signal,
    whyAborted,
    rateLimits: deps.rateLimits,
    health: deps.health,
    stream: command.streamUpstream,
    timeouts,
    inputTokens: plan.inputTokens,
    traceOf: deps.traceOf,
    onDefect: deps.onDefect,
  };
  if (fallback.minOutputTps !== undefined) callDeps.minOutputTps = fallback.minOutputTps;

  const send = (candidate: PlannedCandidate, as: Announced): Contender => {
    turns.taken(candidate);
    const call = startCall(candidate, as, callDeps);
    calls.push(call);
    return { call, held: [], pending: call.next() };
  };

  /** Announces calls, then sends them all at once. */
  async function* start(wanted: readonly Callee[]): AsyncGenerator<CompletionEvent, Contender[]> {
    const announced = wanted.map(({ candidate, cause }) => ({ candidate, as: log.begin(candidate, cause) }));
    for (const { as, candidate } of announced) yield announcementOf(as, candidate);
    return announced.map(({ candidate, as }) => send(candidate, as));
  }

  /** Tells of a loser's failure that it had by itself; the others are closed at once. */
  async function* giveUp(others: readonly Contender[]): AsyncGenerator<CompletionEvent, void> {
    const failed = others.flatMap(({ call }) => {
      const end = call.end();
      if (end !== undefined && end.completed === undefined) return [end];
      losers.add(call);
      return [];
    });
    for (const { attempt } of failed) {
      yield { type: 'attemptFailed', attempt: log.end(attempt), willRetry: true };
    }
  }

  const concluded = (ending: Ending, warnings: Attempted['warnings'] = NO_WARNINGS): Attempted => ({
    stage: 'ATTEMPTED',
    caller,
    command,
    plan,
    attempts: log.attempts(),
    ending,
    warnings,
  });

  /** What others leave belongs to the record as well. */
  async function* endOfLosers(): AsyncGenerator<CompletionEvent, void> {
    while (losers.waiting()) {
      await losers.next();
      yield* losers.told();
    }
  }

  /** The signal has ended it, after an attempt that failed or before any. */
  const abortedAfter = (failed?: LocatedFailure): Ending => {
    const [{ offering }] = candidates;
    const { offeringId, providerId } = failed ?? { offeringId: offering.id, providerId: offering.providerId };
    return { kind: 'FAILED', failure: { ...(whyAborted() ?? CANCELLED), offeringId, providerId } };
  };

  /** Those that a race begins with. */
  const racers = async (first: PlannedCandidate, count: number): Promise<readonly Callee[]> => {
    const all: Callee[] = [{ candidate: first, cause: 'FIRST' }];
    while (all.length < count) {
      const candidate = await turns.next();
      if (candidate === undefined) break;
      all.push({ candidate, cause: 'RACE' });
    }
    return all;
  };

  const hedge = (): Hedge | undefined => {
    if (dispatch.kind !== 'HEDGE' || dispatch.afterMs === undefined) return undefined;
    return {
      afterMs: dispatch.afterMs,
      async *start() {
        const candidate = await turns.next();
        return candidate === undefined ? [] : yield* start([{ candidate, cause: 'HEDGE' }]);
      },
    };
  };

  try {
    if (signal.aborted) return concluded(abortedAfter());
    const turn = turns.next();
    const first = turn instanceof Promise ? await turn : turn;
    if (first === undefined) return concluded({ kind: 'FAILED', failure: turns.allClosed() });
    if (signal.aborted) return concluded(abortedAfter());
    let contenders: readonly Contender[];
    if (dispatch.kind === 'RACE') {
      contenders = yield* start(await racers(first, dispatch.count));
    } else {
      const as = log.begin(first, 'FIRST');
      yield announcementOf(as, first);
      contenders = [send(first, as)];
    }
    let second = hedge();

    for (;;) {
      let last: CallEnd;
      let call: Call;
      let seen = false;
      const contest =
        contenders.length > 1 || second !== undefined
          ? yield* contend(contenders, second, { clock, signal, onFailed: log.end })
          : undefined;
      second = undefined;
      if (contest?.kind === 'LOST') {
        ({ last, call } = contest);
      } else {
        const winner = contest?.winner ?? contenders[0];
        if (winner === undefined) throw new Error('there is no contest without a call');
        ({ call } = winner);
        if (contest !== undefined) yield* giveUp(contest.others);
        const reader = createCallReader(winner, command.delivery, fallback.holdBackTokens);
        if (losers.waiting()) yield* deliver(reader, losers);
        else yield handOver(reader);
        const end = call.end();
        if (end === undefined) throw new Error('a call that is read to its end has ended');
        last = end;
        seen = reader.seen();
      }

      const { warnings, completed } = last;
      const attempt = log.end(last.attempt);
      if (completed !== undefined) {
        if (losers.waiting()) yield* endOfLosers();
        const { finishReason, rawFinishReason } = completed;
        const ending: Ending =
          rawFinishReason === undefined
            ? { kind: 'FINISHED', finishReason }
            : { kind: 'FINISHED', finishReason, rawFinishReason };
        return concluded(ending, warnings);
      }
      const { failure } = attempt;
      if (failure === undefined) throw new Error('a call that was gone on with was cancelled');
      steps ??= createNextSteps(fallback, turns, {
        clock,
        signal,
        random,
        remainingMs: () => endsAt - clock.monotonicMs(),
      });
      const step =
        seen || audience?.hasLeft
          ? NO_STEP
          : await steps.after(call.candidate, failure, contenders.length > 1);
      yield { type: 'attemptFailed', attempt, willRetry: step.kind !== 'END' };
      const callee = step.kind === 'END' ? undefined : await steps.take(step, failure);
      if (step.kind !== 'END' && signal.aborted) {
        yield* endOfLosers();
        return concluded(abortedAfter(failure));
      }
      if (callee === undefined || audience?.hasLeft) {
        yield* endOfLosers();
        return concluded({ kind: 'FAILED', failure }, warnings);
      }
      contenders = yield* start([callee]);
    }
  } finally {
    turns.close();
    for (const each of calls) each.cancel();
    for (const { gone } of calls) await gone;
  }
}

const NO_WARNINGS: Attempted['warnings'] = [];
