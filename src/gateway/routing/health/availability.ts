import type { Attempt } from '../../../domain/attempt.ts';
import type { Failure } from '../../../domain/failure.ts';
import type { RateLimit } from '../../../domain/rate-limit.ts';
import type { BreakerState } from './breaker-machine.ts';
import type { Pulse } from './pulse.ts';
import type { Room } from './room.ts';

/** STREAMED: there is a first token to wait for. WHOLE: the answer comes at once, as that of most operations does. */
export type CallKind = 'STREAMED' | 'WHOLE';

/** One call of any operation, as it goes on. */
export type CallWatch = {
  /** Milliseconds from sending to the first token, once it came. */
  firstToken(ttftMs: number): void;
  /** What its provider says of its limits, at any time. */
  observed(limits: readonly RateLimit[]): void;
  /** What its provider says that failed it, before `ended`: a wait that it asks for is kept to. */
  failed(failure: Failure): void;
  /**
   * It is over: exactly once. What ended by the caller's wish or another's winning says nothing of the offering, unless it
   * `isLate`: it had its time for a whole answer.
   */
  ended(attempt: Attempt, isLate?: boolean): void;
};

/**
 * Whether an offering may be called, by the rules of one route, and how it does: what all routes know of it together, and a
 * breaker of these rules. Candidates hold it, so that nothing is looked up for a request.
 */
export type Availability = {
  /** Of this offering, whoever routes to it. */
  readonly pulse: Pulse;
  /** The limit of concurrent calls of this offering, shared by all routes. */
  readonly room: Room;
  /** Of the breaker. */
  state(): BreakerState;
  /** Milliseconds until it may be probed; 0 unless it is OPEN. */
  retryAfterMs(): number;
  /** Why it opened, for a person, without a full stop; undefined while it is CLOSED. */
  reason(): string | undefined;
  /**
   * Asked right before a call. True at once while CLOSED; while HALF_OPEN for one caller alone, on all nodes; false
   * while OPEN, and where there is no room. Who was let through tells of the call, or declines. A promise only where another
   * node has to be asked.
   */
  admit(): boolean | Promise<boolean>;
  /** The call that was let through is not made: a probe must not keep others out. */
  decline(): void;
  /** Milliseconds for which its provider asked not to be called; 0: it did not, or they are over. */
  askedToWaitMs(): number;
  /**
   * Whether it may be called though its breaker is open, as nothing else is left: it answers now and then, or nobody has seen of
   * late whether it does again.
   */
  mayInsist(): boolean;
  /** Asked right before such a call, in place of `admit`. */
  insist(): boolean;
  /**
   * A call is sent. Who was not let through may send one all the same, and tells of it. In `operatorMs` the operator wants
   * a whole answer: who is not known yet is measured by that.
   */
  began(kind: CallKind, operatorMs?: number): CallWatch;
};

/** Why an offering is better not called at a moment. */
export type Obstacle = {
  readonly reason: 'RATE_LIMITED' | 'BREAKER_OPEN' | 'UNUSABLE' | 'AT_CAPACITY';
  /** Absent: there is no knowing. */
  readonly retryAfterMs?: number;
  /** It rests on a guess alone: where nothing else is left it may be called. */
  readonly isGuess: boolean;
  /** Present: it has no room, and may have some after so many milliseconds at the soonest. */
  readonly roomAfterMs?: number;
  /** For a person. */
  detail(): string;
};

const callsOf = (count: number): string => `${count} ${count === 1 ? 'call' : 'calls'}`;

const fullOf = ({ room }: Pick<Availability, 'room'>): Obstacle => ({
  reason: 'AT_CAPACITY',
  isGuess: false,
  roomAfterMs: 0,
  detail: () =>
    `It takes ${callsOf(room.limit)} at once, and ${room.inFlight} are under way${room.waiting > 0 ? `; ${room.waiting} more wait for it` : ''}. It is called once there is room, where nothing else is left.`,
});

/** Why it is not called now; undefined if it may be. `nowMs`: the monotonic clock. */
export const obstacleTo = (
  availability: Omit<Availability, 'admit' | 'decline' | 'insist' | 'began'>,
  nowMs: number,
): Obstacle | undefined => {
  const { closedUntil, closedByGuess: guess, closedReason } = availability.pulse;
  const askedUntil = guess === undefined ? closedUntil : guess.askedUntil;
  if (askedUntil > nowMs) {
    const retryAfterMs = Math.ceil(askedUntil - nowMs);
    const detail = () => `Its provider asked not to be called for another ${retryAfterMs} ms.`;
    // Who asks for it beside a limit of calls at once has been full: there will be room.
    const roomAfterMs = Number.isFinite(availability.room.limit) ? { roomAfterMs: retryAfterMs } : undefined;
    return { reason: 'RATE_LIMITED', retryAfterMs, isGuess: false, detail, ...roomAfterMs };
  }
  if (availability.state() === 'OPEN') {
    const retryAfterMs = Math.ceil(availability.retryAfterMs());
    const why = availability.reason() ?? 'It failed too often';
    const isGuess = availability.mayInsist();
    const detail = () =>
      `${why}; it is tried again in ${retryAfterMs} ms${isGuess ? ', and called before that only where nothing else is left' : ''}.`;
    return { reason: 'BREAKER_OPEN', retryAfterMs, isGuess, detail };
  }
  if (guess === undefined || closedUntil <= nowMs)
    return availability.room.isFull ? fullOf(availability) : undefined;
  const retryAfterMs = Math.ceil(closedUntil - nowMs);
  const why = closedReason ?? 'It refused this account recently.';
  return {
    reason: guess.kind === 'LIMITED' ? 'RATE_LIMITED' : 'UNUSABLE',
    retryAfterMs,
    isGuess: true,
    detail: () => `${why} Until ${retryAfterMs} ms from now it is called only where nothing else is left.`,
  };
};
