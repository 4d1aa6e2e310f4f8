import type { Caller } from '../../domain/caller.ts';
import type { CompletionEvent } from '../../domain/completion-event.ts';
import type { LocatedFailure } from '../../domain/failure.ts';
import type { CompletionCommand, CompletionTimeouts } from '../completion-command.ts';
import type { PlannedCandidate, RoutePlan } from '../routing/route-plan.ts';
import { createAttemptLog } from './attempt-log.ts';
import { type Attempted, CANCELLED, type Ending } from './attempted.ts';
import { type Contender, contend, type Hedge } from './contest.ts';
import { deliver } from './deliver.ts';
import { createLosers } from './losers.ts';
import { type Callee, createNextSteps, NO_STEP } from './next-step.ts';
import { type Call, type CallDependencies, type CallEnd, startCall } from './run-call.ts';
import { createTurns } from './turns.ts';

export type AttemptDependencies = Omit<CallDependencies, 'stream' | 'minOutputTps' | 'inputTokens'> & {
  readonly caller: Caller;
  readonly command: CompletionCommand;
  /** The limits that hold. */
  readonly timeouts: CompletionTimeouts;
  /** 0 inclusive to 1 exclusive. */
  readonly random: () => number;
};

/**
 * Carries a plan out: candidates one after another, or side by side, until one has answered. A failure is passed over
 * to the next only while the client has seen nothing of the answer; after that it ends the completion. Once the signal
 * is aborted nothing more is tried: the failure is what `whyAborted` says, or that the caller cancelled, and it is
 * located at the last attempt, or at the first candidate where none was made. Nothing is left at any provider, nor any
 * timer, once it has ended; returning early ends it.
 */
export async function* attemptRoute(
  plan: RoutePlan,
  deps: AttemptDependencies,
): AsyncGenerator<CompletionEvent, Attempted> {
  const { caller, command, clock, signal, whyAborted, timeouts, random } = deps;
  const { fallback, dispatch, candidates } = plan;
  const endsAt = clock.monotonicMs() + timeouts.totalMs;
  const log = createAttemptLog(clock);
  const turns = createTurns(plan, { clock, health: deps.health, begun: log.begun });
  const losers = createLosers(log.end);
  const steps = createNextSteps(fallback, turns, {
    clock,
    signal,
    random,
    remainingMs: () => endsAt - clock.monotonicMs(),
  });
  const calls: Call[] = [];
  const callDeps: CallDependencies = {
    ...deps,
    stream: command.streamUpstream,
    inputTokens: plan.inputTokens,
    ...(fallback.minOutputTps !== undefined && { minOutputTps: fallback.minOutputTps }),
  };

  /** Announces calls, then sends them all at once. */
  async function* start(...wanted: readonly Callee[]): AsyncGenerator<CompletionEvent, Contender[]> {
    const announced = wanted.map(({ candidate, cause }) => ({ candidate, as: log.begin(candidate, cause) }));
    for (const { as } of announced) yield { type: 'attemptStarted', ...as };
    return announced.map(({ candidate, as }) => {
      turns.taken(candidate);
      const call = startCall(candidate, as, callDeps);
      calls.push(call);
      return { call, held: [], pending: call.next() };
    });
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
      log.end(attempt);
      yield { type: 'attemptFailed', attempt, willRetry: true };
    }
  }

  async function* conclude(
    ending: Ending,
    warnings: Attempted['warnings'] = [],
  ): AsyncGenerator<CompletionEvent, Attempted> {
    // What others leave belongs to the record as well.
    while (losers.waiting()) {
      await losers.next();
      yield* losers.told();
    }
    return { stage: 'ATTEMPTED', caller, command, plan, attempts: log.attempts(), ending, warnings };
  }

  /** The signal has ended it, after an attempt that failed or before any. */
  const abortedAfter = (failed?: LocatedFailure): Ending => {
    const [{ offering }] = candidates;
    const { offeringId, providerId } = failed ?? { offeringId: offering.id, providerId: offering.providerId };
    return { kind: 'FAILED', failure: { ...(whyAborted() ?? CANCELLED), offeringId, providerId } };
  };

  /** The first calls, as the plan has it. */
  async function* begin(candidate: PlannedCandidate): AsyncGenerator<CompletionEvent, readonly Contender[]> {
    const first = [candidate];
    while (dispatch.kind === 'RACE' && first.length < dispatch.count) {
      const next = await turns.next();
      if (next === undefined) break;
      first.push(next);
    }
    return yield* start(
      ...first.map((each, index) => ({ candidate: each, cause: index === 0 ? 'FIRST' : 'RACE' }) as const),
    );
  }

  const hedge = (): Hedge | undefined => {
    if (dispatch.kind !== 'HEDGE' || dispatch.afterMs === undefined) return undefined;
    return {
      afterMs: dispatch.afterMs,
      async *start() {
        const candidate = await turns.next();
        return candidate === undefined ? [] : yield* start({ candidate, cause: 'HEDGE' });
      },
    };
  };

  try {
    if (signal.aborted) return yield* conclude(abortedAfter());
    const first = await turns.next();
    if (first === undefined) return yield* conclude({ kind: 'FAILED', failure: turns.allClosed() });
    if (signal.aborted) return yield* conclude(abortedAfter());
    let contenders = yield* begin(first);
    let second = hedge();

    for (;;) {
      let last: CallEnd;
      let call: Call;
      let seen = false;
      const contest =
        contenders.length > 1 || second !== undefined
          ? yield* contend(contenders, second, { clock, signal, onFailed: ({ attempt }) => log.end(attempt) })
          : undefined;
      second = undefined;
      if (contest?.kind === 'LOST') {
        ({ last, call } = contest);
      } else {
        const winner = contest?.winner ?? contenders[0];
        if (winner === undefined) throw new Error('there is no contest without a call');
        if (contest !== undefined) yield* giveUp(contest.others);
        const delivered = yield* deliver(winner, command.delivery, fallback.holdBackTokens, losers);
        last = delivered.end;
        call = winner.call;
        seen = delivered.seen;
      }

      const { attempt, warnings, completed } = last;
      log.end(attempt);
      if (completed !== undefined) {
        const { finishReason, rawFinishReason } = completed;
        return yield* conclude(
          { kind: 'FINISHED', finishReason, ...(rawFinishReason !== undefined && { rawFinishReason }) },
          warnings,
        );
      }
      const { failure } = attempt;
      if (failure === undefined) throw new Error('a call that was gone on with was cancelled');
      const step = seen ? NO_STEP : await steps.after(call.candidate, failure, contenders.length > 1);
      yield { type: 'attemptFailed', attempt, willRetry: step.kind !== 'END' };
      const callee = step.kind === 'END' ? undefined : await steps.take(step, failure);
      if (step.kind !== 'END' && signal.aborted) return yield* conclude(abortedAfter(failure));
      if (callee === undefined) return yield* conclude({ kind: 'FAILED', failure }, warnings);
      contenders = yield* start(callee);
    }
  } finally {
    turns.close();
    for (const each of calls) each.cancel();
    await Promise.all(calls.map(({ gone }) => gone));
  }
}
