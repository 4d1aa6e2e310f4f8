import { type FailureCode, failureOf, type LocatedFailure } from '../../domain/failure.ts';
import type { OfferingId, ProviderId } from '../../domain/ids.ts';
import type { FallbackRules } from '../../domain/route.ts';
import type { Warning } from '../../domain/warning.ts';
import type { Line } from '../routing/health/waiting.ts';
import type { PlannedCandidate, RoutePlan } from '../routing/route-plan.ts';

type Plan<What> = Pick<RoutePlan<What>, 'candidates' | 'standby' | 'lane' | 'byFailure'> & {
  readonly fallback: Pick<FallbackRules, 'maxAttempts'> & Partial<Pick<FallbackRules, 'maxQueueMs'>>;
};

type Next<What> = PlannedCandidate<What> | undefined;

/** Milliseconds until the first of those that were full asks no longer to wait; Infinity: none does. */
const soonestRoom = <What>(candidates: readonly PlannedCandidate<What>[]): number => {
  let soonest = Number.POSITIVE_INFINITY;
  for (const { availability } of candidates) {
    const askedMs = availability.askedToWaitMs();
    if (askedMs > 0 && askedMs < soonest && Number.isFinite(availability.room.limit)) soonest = askedMs;
  }
  return soonest;
};

/**
 * Whose turn it is: candidates in order, as far as their breakers let them be called and there is room. Where none is left, who
 * is full is waited for, and who answers now and then is called though its breaker is open.
 */
export class Turns<What> {
  readonly #plan: Plan<What>;
  readonly #admitted = new Set<PlannedCandidate<What>>();
  #refusing: Set<ProviderId> | undefined;
  /** What is not wanted of those that are left. */
  #isUnwanted: ((candidate: PlannedCandidate<What>) => boolean) | undefined;
  /** Passed over so far; made with the first of them. */
  #spare: PlannedCandidate<What>[] | undefined;
  /** Named for what went wrong: they come before the others. */
  #named: PlannedCandidate<What>[] = [];
  /** Lists that were taken up, each once. */
  #heeded: Set<readonly PlannedCandidate<What>[]> | undefined;
  /** Those that were called, where one may stand in several lists. */
  #called: Set<OfferingId> | undefined;
  #at = 0;
  #taken = 0;
  #isClosed = false;
  /** Nobody is waited for, nor called though its breaker is open, any more. */
  #isStopped = false;
  #waitedMs = 0;
  /** In the queue, where it first came in; 0: it did not wait. */
  #place = 0;
  /** It waits no longer. */
  #leave: (() => void) | undefined;

  constructor(plan: Plan<What>) {
    this.#plan = plan;
  }

  /** Whether another attempt is allowed. */
  mayTry(): boolean {
    return this.#taken + this.#admitted.size < this.#plan.fallback.maxAttempts;
  }

  /** Whether there is one that `next` could give, if its breaker lets it be called. */
  hasNext(): boolean {
    return (this.#named.length > 0 || this.#at < this.#plan.candidates.length) && this.mayTry();
  }

  /** Asks the breaker of one again. */
  again(candidate: PlannedCandidate<What>): boolean | Promise<boolean> {
    const answer = candidate.availability.admit();
    if (typeof answer === 'boolean') return this.#admit(candidate, answer);
    return answer.then((admits) => this.#admit(candidate, admits));
  }

  #admit(candidate: PlannedCandidate<What>, admits: boolean): boolean {
    if (!admits) return false;
    this.#admitted.add(candidate);
    if (!this.#isClosed) return true;
    this.giveBack(candidate);
    return false;
  }

  /** Its account is of no use: nothing else of this provider is called. */
  refusedBy(provider: ProviderId): void {
    this.#refusing ??= new Set();
    this.#refusing.add(provider);
  }

  /** It turned a call away for want of room: it may be asked again, once there is some. */
  passedOver(candidate: PlannedCandidate<What>): void {
    const { room } = candidate.availability;
    // With nothing else of ours under way there is no room to wait for.
    if (room.inFlight > 0 && Number.isFinite(room.limit) && !this.#spares.includes(candidate))
      this.#spares.push(candidate);
  }

  /** Those that are named for a failure come next from now on. False: none are. */
  heed(code: FailureCode): boolean {
    const list = this.#plan.byFailure?.after(code);
    if (list === undefined) return false;
    this.#heeded ??= new Set();
    if (!this.#heeded.has(list)) this.#named = [...list, ...this.#named];
    this.#heeded.add(list);
    return true;
  }

  /** One of those that are named for what went wrong alone. */
  nextNamed(): Next<What> | Promise<Next<What>> {
    while (this.#named.length > 0 && this.mayTry()) {
      const candidate = this.#named.shift();
      if (candidate === undefined || this.#refuses(candidate) || this.#wasCalled(candidate)) continue;
      const admitted = this.again(candidate);
      if (admitted instanceof Promise)
        return admitted.then((admits) => (admits ? candidate : this.nextNamed()));
      if (admitted) return candidate;
    }
    return undefined;
  }

  #wasCalled({ offering }: PlannedCandidate<What>): boolean {
    return this.#called?.has(offering.id) === true;
  }

  /**
   * The next that may be called; undefined where there is none, or no more attempts are allowed. At once, but where
   * another node has to be asked, or room is waited for: `waits` says that nothing else is under way.
   */
  next(waits = false): Next<What> | Promise<Next<What>> {
    if (this.#named.length === 0) return this.#nextListed(waits);
    const named = this.nextNamed();
    if (named instanceof Promise) return named.then((found) => found ?? this.#nextListed(waits));
    return named ?? this.#nextListed(waits);
  }

  #nextListed(waits: boolean): Next<What> | Promise<Next<What>> {
    const { candidates } = this.#plan;
    while (this.#at < candidates.length && this.mayTry()) {
      const candidate = candidates[this.#at];
      this.#at += 1;
      if (candidate === undefined || this.#refuses(candidate) || this.#wasCalled(candidate)) continue;
      const admitted = this.again(candidate);
      if (admitted instanceof Promise)
        return admitted.then((admits) => {
          if (admits) return candidate;
          this.#spares.push(candidate);
          return this.#nextListed(waits);
        });
      if (admitted) return candidate;
      this.#spares.push(candidate);
    }
    return waits && (this.#spare !== undefined || this.#plan.standby !== undefined)
      ? this.#last()
      : undefined;
  }

  get #spares(): PlannedCandidate<What>[] {
    this.#spare ??= [...(this.#plan.standby ?? [])];
    return this.#spare;
  }

  #refuses(candidate: PlannedCandidate<What>): boolean {
    return (
      this.#refusing?.has(candidate.offering.providerId) === true || this.#isUnwanted?.(candidate) === true
    );
  }

  /** From now on none of these is called. */
  leaveOut(isUnwanted: (candidate: PlannedCandidate<What>) => boolean): void {
    this.#isUnwanted = isUnwanted;
  }

  /** Whether one of these is left that could be called, fallbacks aside. */
  hasOther(isWanted: (candidate: PlannedCandidate<What>) => boolean): boolean {
    if (!this.mayTry()) return false;
    const isOne = (each: PlannedCandidate<What>): boolean =>
      !each.isFallback && !this.#refuses(each) && isWanted(each);
    return (
      this.#plan.candidates.slice(this.#at).some(isOne) ||
      (this.#spare ?? this.#plan.standby ?? []).some(isOne)
    );
  }

  /** One of those that were passed over. */
  #last(): Next<What> | Promise<Next<What>> {
    if (!this.mayTry() || this.#isStopped) return undefined;
    const all = this.#spares.filter((each) => !this.#refuses(each));
    const spare = all.filter(({ availability }) => availability.askedToWaitMs() === 0);
    const free = spare.find(
      ({ availability }) => availability.state() === 'CLOSED' && !availability.room.isFull,
    );
    if (free !== undefined) return this.#take(free);
    const full = spare.filter(
      ({ availability }) => availability.room.isFull && availability.state() !== 'OPEN',
    );
    const roomAfterMs = soonestRoom(all);
    if (full.length === 0 && roomAfterMs > this.#leftMs) return this.#insist();
    // Who is named for it is asked before anybody is waited for.
    const forFull = full.length > 0 && this.heed('OVERLOADED');
    const forAsked = roomAfterMs < Number.POSITIVE_INFINITY && this.heed('RATE_LIMITED');
    if (!forFull && !forAsked) return this.#wait(full, roomAfterMs);
    const named = this.nextNamed();
    if (named instanceof Promise) return named.then((found) => found ?? this.#wait(full, roomAfterMs));
    return named ?? this.#wait(full, roomAfterMs);
  }

  get #leftMs(): number {
    return (this.#plan.fallback.maxQueueMs ?? 0) - this.#waitedMs;
  }

  #take(candidate: PlannedCandidate<What>): Next<What> | Promise<Next<What>> {
    const or = (admits: boolean): Next<What> | Promise<Next<What>> => {
      // One that is full again is waited for again; one that another call probes has no room to wait for.
      const isDone = admits || candidate.availability.state() !== 'CLOSED';
      if (isDone) this.#spares.splice(this.#spares.indexOf(candidate), 1);
      if (admits) return candidate;
      // What was kept for it goes to the next who waits.
      candidate.availability.room.tell();
      return this.#last();
    };
    // While it waited the provider may have asked for more time.
    if (candidate.availability.askedToWaitMs() > 0) return or(false);
    const admitted = this.again(candidate);
    return admitted instanceof Promise ? admitted.then(or) : or(admitted);
  }

  /** Though its breaker is open, one that answers now and then. */
  #insist(): Next<What> {
    const found = this.#spares.find((each) => !this.#refuses(each) && each.availability.insist());
    if (found === undefined) return undefined;
    this.#spares.splice(this.#spares.indexOf(found), 1);
    this.#admitted.add(found);
    return found;
  }

  /** `roomAfterMs`: by then one that asked to wait may have room, which nobody tells of. */
  #wait(full: readonly PlannedCandidate<What>[], roomAfterMs: number): Next<What> | Promise<Next<What>> {
    const leftMs = this.#leftMs;
    const [first] = full.length > 0 ? full : this.#spares;
    if (first === undefined || leftMs <= 0) return this.#insist();
    const isForTime = roomAfterMs <= leftMs;
    const forMs = isForTime ? roomAfterMs : leftMs;
    const { promise, resolve } = Promise.withResolvers<Line | undefined>();
    const lines = full.map(({ availability }) => availability.room.line);
    const wait = first.availability.room.queue?.enter(this.#plan.lane ?? '', lines, forMs, resolve);
    if (wait === undefined) return this.#insist();
    if (this.#place === 0) this.#place = wait.place;
    this.#leave = () => {
      wait.leave();
      resolve(undefined);
    };
    return promise.then((line) => {
      this.#leave = undefined;
      this.#waitedMs += wait.waitedMs();
      const found = full.find(({ availability }) => availability.room.line === line);
      if (this.#isStopped && found === undefined) return undefined;
      if (found === undefined) return isForTime ? this.#last() : this.#insist();
      found.availability.room.redeem();
      return this.#take(found);
    });
  }

  /** It waits no longer: nothing else is to be called. */
  stopWaiting(): void {
    this.#isStopped = true;
    this.#leave?.();
  }

  /** That it waited for room; undefined: it did not. */
  get queued(): Warning | undefined {
    if (this.#place === 0) return undefined;
    return {
      code: 'QUEUED',
      message: `It waited ${Math.round(this.#waitedMs)} ms for room, at first as number ${this.#place}.`,
    };
  }

  /** The candidate is called now, so that what it was let through for will be told of. */
  taken(candidate: PlannedCandidate<What>): void {
    this.#taken += 1;
    if (this.#plan.byFailure !== undefined) {
      this.#called ??= new Set();
      this.#called.add(candidate.offering.id);
    }
    this.#admitted.delete(candidate);
  }

  /** It is not called after all: a probe that is not made must not keep others out. */
  giveBack(candidate: PlannedCandidate<What>): void {
    if (!this.#admitted.delete(candidate)) return;
    candidate.availability.decline();
    // Its place is free for who waits there.
    candidate.availability.room.tell();
  }

  /** Gives back the turns that were not taken, and those that are still being asked for. */
  close(): void {
    this.#isClosed = true;
    this.stopWaiting();
    for (const candidate of this.#admitted) this.giveBack(candidate);
  }

  /** Why nothing was tried: all are full, or their breakers are open. */
  allClosed(): LocatedFailure {
    const { candidates } = this.#plan;
    const [{ offering, availability }] = candidates;
    const { room } = availability;
    const waits = candidates.map((each) => each.availability.retryAfterMs()).filter((ms) => ms > 0);
    const isFull = room.isFull && availability.state() !== 'OPEN';
    const why = availability.reason();
    const open = `its breaker is open${why === undefined ? '' : ` (${why})`}`;
    const full = `as many calls are under way as it takes at once (${room.limit})`;
    const waited =
      this.#place === 0
        ? ''
        : `; room was waited for ${Math.round(this.#waitedMs)} ms, at first as number ${this.#place}`;
    const others = candidates.length > 1 ? ', and none of the other candidates may be called either' : '';
    return {
      ...failureOf(
        'OVERLOADED',
        `${offering.id} was not called: ${isFull ? full : open}${others}${waited}. Wait, or use another offering.`,
        waits.length > 0 ? { retryAfterMs: Math.ceil(Math.min(...waits)) } : {},
      ),
      providerId: offering.providerId,
      offeringId: offering.id,
    };
  }
}
