import type { Attempt } from '../../src/domain/attempt.ts';
import type { Failure } from '../../src/domain/failure.ts';
import type { FallbackRules } from '../../src/domain/route.ts';
import type { Dispatch } from '../../src/gateway/routing/route-plan.ts';
import type { SimulatedRequest } from './workload.ts';
import type { WorldOffering } from './world.ts';

/** What is told of one call as it goes on; see gateway/routing/health/availability.ts. */
export type Watched = {
  firstToken(ttftMs: number): void;
  /** Its provider may have asked to wait. */
  failed?(failure: Failure): void;
  ended(attempt: Attempt): void;
};

/** An offering as a chooser would have it called. */
export type Chosen = {
  readonly offering: WorldOffering;
  /** Asked right before a call; absent: always. */
  admit?(): boolean | Promise<boolean>;
  /** A call is sent; absent: nobody wants to know. */
  began?(): Watched;
};

/** The gateway's own turns: who is passed over, and whom one waits for. */
export type Turn = {
  /** `waits`: nothing else is under way. */
  next(waits: boolean): Chosen | undefined | Promise<Chosen | undefined>;
  taken(chosen: Chosen): void;
  /** It turned a call away for want of room. */
  passedOver(chosen: Chosen): void;
};

/** Whom to ask, in which order and in which way. */
export type Choice = {
  /** Absent: candidates have their turns as they are listed. */
  readonly turns?: Turn;
  readonly candidates: readonly Chosen[];
  readonly dispatch: Dispatch;
  readonly fallback: FallbackRules;
};

/** What came of a request. */
export type RequestResult = {
  readonly request: SimulatedRequest;
  readonly succeeded: boolean;
  /** From its arrival to the first token that its client saw, failed attempts included; NaN where none came. */
  readonly ttftMs: number;
  readonly attempts: readonly Attempt[];
  /** US dollars, of all attempts. */
  readonly cost: number;
  readonly answeredBy?: WorldOffering;
};

/** A way to choose: a strategy of the gateway, or something to compare it with. */
export type Chooser = {
  /** What it promises comes only after more time. Absent: at this moment. */
  readonly waits?: true;
  /** Undefined: nothing may be asked now. */
  choose(request: SimulatedRequest): Choice | undefined | Promise<Choice | undefined>;
  /** A call is over. */
  attempted?(attempt: Attempt): void;
  /** A request is over. */
  ended?(result: RequestResult): void;
  /** No more requests come. */
  close?(): Promise<void>;
};
