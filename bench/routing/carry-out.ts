import type { Attempt, AttemptCause } from '../../src/domain/attempt.ts';
import { type Failure, type FailureCode, failureOf } from '../../src/domain/failure.ts';
import { usageOf } from '../../src/domain/usage.ts';
import { wantsRoom } from '../../src/gateway/routing/health/blame.ts';
import type { Choice, Chooser, Chosen, RequestResult, Watched } from './choice.ts';
import { seedOf } from './random.ts';
import type { SimulatedRequest } from './workload.ts';
import type { World, WorldOffering } from './world.ts';

/** What carrying out needs to know besides the choice. */
export type CarryOutOptions = {
  readonly world: World;
  readonly chooser: Pick<Chooser, 'attempted'>;
  readonly seed: number;
  /** STREAM: what the client has begun to see cannot be taken back. WHOLE: it sees the end alone. */
  readonly delivery: 'STREAM' | 'WHOLE';
  readonly random: () => number;
  /** Told of each call as it is sent. */
  readonly onCall?: (offering: WorldOffering) => void;
  readonly onEnd: (result: RequestResult) => void;
};

type Call = {
  readonly offering: WorldOffering;
  readonly chosen: Chosen;
  readonly watched: Watched | undefined;
  readonly index: number;
  readonly cause: AttemptCause;
  readonly sentAt: number;
  readonly startedAt: Date;
  readonly cachedTokens: number;
  ttftMs: number | undefined;
  /** Its client has seen of it: more is written than is held back. */
  isSeen: boolean;
  /** Ends what it waits for. */
  timers: (() => void)[];
  retries: number;
};

const DEFAULT_FIRST_TOKEN_MS = 120_000;

/**
 * Carries out a choice in virtual time as the gateway's attempts do: one after another with retries and fallback, in a
 * race, or hedged; with the time-out to the first token and with tokens that are held back. Losers are cancelled at once, and their prompts are paid for;
 * calls that fail before their first token cost nothing.
 */
export const carryOut = (request: SimulatedRequest, choice: Choice, options: CarryOutOptions): void => {
  const { world, chooser, seed, delivery, random, onCall, onEnd } = options;
  const { queue } = world;
  const { candidates, dispatch, fallback, turns } = choice;
  const firstTokenMs = fallback.timeouts.firstTokenMs ?? DEFAULT_FIRST_TOKEN_MS;
  const attempts: Attempt[] = [];
  const live = new Set<Call>();
  let winner: Call | undefined;
  let next = 0;
  let sent = 0;
  let cost = 0;
  let ttftMs = Number.NaN;
  let isOver = false;
  let cancelHedge = (): void => {};

  const end = (answeredBy?: WorldOffering): void => {
    if (isOver) return;
    isOver = true;
    cancelHedge();
    const succeeded = answeredBy !== undefined;
    onEnd({ request, succeeded, ttftMs, attempts, cost, ...(answeredBy !== undefined && { answeredBy }) });
  };

  const finish = (
    call: Call,
    status: Attempt['status'],
    outputTokens: number,
    isBilled: boolean,
    failure?: Failure,
  ): void => {
    live.delete(call);
    for (const cancel of call.timers) cancel();
    call.offering.inFlight -= 1;
    const { offering, cachedTokens } = call;
    const { id } = offering.model;
    const { providerId } = offering;
    const usage = usageOf({
      input: request.inputTokens - cachedTokens,
      cacheRead: cachedTokens,
      output: outputTokens,
    });
    if (isBilled) {
      const { input, cacheRead, output } = offering.prices;
      cost += usage.input * input + cachedTokens * (cacheRead ?? input) + outputTokens * output;
    }
    const attempt: Attempt = {
      index: call.index,
      offeringId: id,
      providerId,
      status,
      startedAt: call.startedAt,
      durationMs: queue.monotonicMs() - call.sentAt,
      cause: call.cause,
      ...(call.ttftMs !== undefined && { ttftMs: call.ttftMs }),
      ...(isBilled && { usage }),
      ...(failure !== undefined && { failure: { ...failure, offeringId: id, providerId } }),
    };
    attempts.push(attempt);
    chooser.attempted?.(attempt);
    if (failure !== undefined) call.watched?.failed?.(failure);
    call.watched?.ended(attempt);
  };

  const goOn = (): void => {
    if (!isOver && live.size === 0) launchNext(sent === 0 ? 'FIRST' : 'FALLBACK');
  };

  const fail = (call: Call, code: FailureCode, written: number, retryAfterMs?: number): void => {
    const failure = failureOf(code, code, retryAfterMs === undefined ? {} : { retryAfterMs });
    finish(call, 'FAILED', written, call.ttftMs !== undefined, failure);
    if (wantsRoom(failure)) turns?.passedOver(call.chosen);
    cancelHedge();
    if (winner === call) {
      if (delivery === 'STREAM' && call.isSeen) {
        end();
        return;
      }
      winner = undefined;
      ttftMs = Number.NaN;
    }
    const waits = retryAfterMs ?? 0;
    if (call.retries >= fallback.retries || failure.retry !== 'HERE' || waits > fallback.backoff.maxMs) {
      goOn();
      return;
    }
    const backoff = random() * Math.min(fallback.backoff.maxMs, fallback.backoff.baseMs * 2 ** call.retries);
    if (live.size === 0)
      queue.after(Math.max(backoff, waits), () => launch(call.chosen, 'RETRY', call.retries + 1));
  };

  const show = (call: Call): void => {
    if (call.isSeen) return;
    call.isSeen = true;
    ttftMs = queue.monotonicMs() - request.at;
  };

  /** `heldMs`: it is shown so much later. */
  const win = (call: Call, heldMs: number): void => {
    call.ttftMs = queue.monotonicMs() - call.sentAt;
    call.watched?.firstToken(call.ttftMs);
    winner = call;
    if (heldMs === 0) show(call);
    else call.timers.push(queue.after(heldMs, () => show(call)));
    cancelHedge();
    for (const other of [...live]) if (other !== call) finish(other, 'CANCELLED', 0, true);
  };

  const send = (chosen: Chosen, cause: AttemptCause, retries: number): void => {
    const { offering } = chosen;
    const call: Call = {
      offering,
      chosen,
      watched: chosen.began?.(),
      index: sent,
      cause,
      sentAt: queue.monotonicMs(),
      startedAt: queue.now(),
      cachedTokens: world.cachedTokens(offering, request),
      ttftMs: undefined,
      isSeen: false,
      timers: [],
      retries,
    };
    sent += 1;
    live.add(call);
    onCall?.(offering);
    const { inputTokens, outputTokens, index } = request;
    const draw = seedOf(seed, index, call.index);
    const outcome = offering.outcomeOf({ draw, inputTokens: inputTokens - call.cachedTokens, outputTokens });
    offering.inFlight += 1;
    const answersAt = outcome.kind === 'HANGS' ? undefined : outcome.ttftMs;
    if (
      answersAt === undefined
        ? outcome.kind === 'HANGS' || outcome.totalMs > firstTokenMs
        : answersAt > firstTokenMs
    ) {
      call.timers.push(queue.after(firstTokenMs, () => fail(call, 'TIMEOUT', 0)));
      return;
    }
    if (outcome.kind === 'HANGS') return;
    const { totalMs } = outcome;
    if (answersAt !== undefined) {
      const written = outcome.kind === 'FAILS' ? (outcome.written ?? 1) : 1;
      const heldShare = Math.min(1, fallback.holdBackTokens / outputTokens);
      // All that is held back is shown at the end.
      const heldMs = heldShare < written ? ((totalMs - answersAt) * heldShare) / written : totalMs;
      call.timers.push(queue.after(answersAt, () => win(call, heldMs)));
    }
    call.timers.push(
      queue.after(totalMs, () => {
        if (outcome.kind === 'FAILS') {
          const written = Math.round(outputTokens * (outcome.written ?? 0));
          fail(call, outcome.code, written, outcome.retryAfterMs);
          return;
        }
        finish(call, 'SUCCEEDED', outputTokens, true);
        show(call);
        world.answered(offering, request);
        end(offering);
      }),
    );
  };

  const launch = (chosen: Chosen, cause: AttemptCause, retries: number): void => {
    if (isOver) return;
    if (sent >= fallback.maxAttempts) {
      if (live.size === 0) end();
      return;
    }
    const go = (isAdmitted: boolean): void => {
      if (isAdmitted) send(chosen, cause, retries);
      else launchNext(cause);
    };
    const admitted = chosen.admit?.() ?? true;
    if (typeof admitted === 'boolean') go(admitted);
    else queue.hold(admitted.then(go));
  };

  const launchTurn = (turn: NonNullable<Choice['turns']>, cause: AttemptCause): void => {
    const go = (chosen: Chosen | undefined): void => {
      if (chosen === undefined) {
        if (live.size === 0) end();
        return;
      }
      turn.taken(chosen);
      send(chosen, cause, 0);
    };
    const chosen = turn.next(live.size === 0);
    if (chosen instanceof Promise) queue.attend(chosen.then(go));
    else go(chosen);
  };

  const launchNext = (cause: AttemptCause): void => {
    if (turns !== undefined) {
      next += 1;
      launchTurn(turns, cause);
      return;
    }
    const chosen = candidates[next];
    next += 1;
    if (chosen !== undefined) launch(chosen, cause, 0);
    else if (live.size === 0) end();
  };

  launchNext('FIRST');
  switch (dispatch.kind) {
    case 'SERIAL':
      return;
    case 'RACE':
      for (let racer = 1; racer < dispatch.count; racer += 1)
        if (next < candidates.length) launchNext('RACE');
      return;
    case 'HEDGE':
      if (dispatch.afterMs === undefined) return;
      cancelHedge = queue.after(dispatch.afterMs, () => {
        if (winner === undefined && live.size > 0 && next < candidates.length) launchNext('HEDGE');
      });
  }
};
