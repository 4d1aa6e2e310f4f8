import type { Attempt } from '../../../domain/attempt.ts';
import type { Failure } from '../../../domain/failure.ts';
import type { OfferingId } from '../../../domain/ids.ts';
import type { Link } from '../../../domain/linked-list.ts';
import type { Operation } from '../../../domain/operation.ts';
import type { RateLimit } from '../../../domain/rate-limit.ts';
import type { BreakerRules } from '../../../domain/route.ts';
import { speedSampleOf } from '../../statistics/output-speed.ts';
import type { Availability, CallKind, CallWatch } from './availability.ts';
import { Bans, isWantOfRoom, verdictOf } from './blame.ts';
import { Breaker, type BreakerSharing } from './breaker.ts';
import { BreakerCall, type Verdict } from './breaker-machine.ts';
import { type GuessContext, GuessedClosing } from './guessed-closing.ts';
import type { ClosedNews, HealthNews, ReopenedNews } from './health-channel.ts';
import { ProviderLimits } from './provider-limits.ts';
import { type Pulse, PulseMeter } from './pulse.ts';
import { Room, type RoomCall } from './room.ts';
import type { SentCall, UsualWait } from './suspicion.ts';
import type { Queue } from './waiting.ts';

/** What the health of offerings has in common on a node. */
export type HealthContext = GuessContext & {
  /** The longest wait that a provider may ask for and be believed. */
  readonly maxRetryAfterMs: number;
  /** Of those who wait for room. */
  readonly queue: Queue;
  /** 0 inclusive to 1 exclusive. */
  readonly random: () => number;
  usualTtft(id: OfferingId): UsualWait | undefined;
  /** `key` is the name of the rules. Undefined: there is no other node. */
  sharingOf(id: OfferingId, of: Operation, rules: BreakerRules, key: string): BreakerSharing | undefined;
  /** Time has to pass for all that was called of late, and from now on for this one. */
  called(health: OfferingHealth, nowMs: number): void;
};

/** By the rules of one route: their breaker, with what all routes know of the offering. */
export class OfferingAvailability extends Breaker implements Availability {
  readonly pulse: Pulse;
  readonly room: Room;
  readonly key: string;
  /** The place of its last use among all. */
  usedAt = 0;
  readonly #health: OfferingHealth;

  constructor(health: OfferingHealth, rules: BreakerRules, key: string) {
    const { id, operation, context, meter, room } = health;
    super(rules, context.clock, () => context.sharingOf(id, operation, rules, key), context.random);
    this.#health = health;
    this.pulse = meter.pulse;
    this.room = room;
    this.key = key;
  }

  protected override get isSilent(): boolean {
    return this.pulse.isSuspect;
  }

  override insist(): boolean {
    return !this.room.isFull && super.insist();
  }

  protected override wasLeft(): void {
    this.room.leftAlone();
  }

  protected override cameBack(): void {
    this.room.restart();
  }

  override admit(): boolean | Promise<boolean> {
    return this.room.isFull ? false : super.admit();
  }

  askedToWaitMs(): number {
    const { closedUntil, closedByGuess } = this.pulse;
    const askedUntil = closedByGuess?.askedUntil ?? closedUntil;
    return Math.max(0, askedUntil - this.#health.context.clock.monotonicMs());
  }

  began(kind: CallKind, operatorMs?: number): CallWatch {
    return new Watch(this, this.#health, kind === 'STREAMED', operatorMs);
  }
}

type OtherCall = { readonly breaker: Breaker; readonly call: BreakerCall };
const NO_VERDICT: Verdict = { kind: 'NOTHING' };
const NO_OTHERS: readonly OtherCall[] = [];

/**
 * All that an attempt leaves here, in one object: it is its own place among those that wait, and the call of the breaker that
 * let it through. Breakers by other rules, if there are any, have calls of their own.
 */
class Watch extends BreakerCall implements CallWatch, SentCall, RoomCall {
  value: SentCall | undefined = undefined;
  before: Link<SentCall> | undefined = undefined;
  after: Link<SentCall> | undefined = undefined;
  list: object | undefined = undefined;
  number = 0;
  others = 0;
  readonly sinceMs: number;
  readonly streamed: boolean;
  hasSpoken = false;
  endedMs: number | undefined = undefined;
  hasFailed = false;
  isLate = false;
  readonly operatorMs: number | undefined;
  readonly #breaker: Breaker;
  readonly #health: OfferingHealth;
  readonly #others: readonly OtherCall[] = NO_OTHERS;
  #isOver = false;

  constructor(
    by: OfferingAvailability,
    health: OfferingHealth,
    streamed: boolean,
    operatorMs: number | undefined,
  ) {
    super();
    this.operatorMs = operatorMs;
    const nowMs = health.context.clock.monotonicMs();
    this.sinceMs = nowMs;
    this.streamed = streamed;
    this.#health = health;
    this.#breaker = by;
    health.context.called(health, nowMs);
    health.room.began(this);
    health.meter.began(this);
    by.callBegan(this, nowMs, streamed);
    const others = health.othersThan(by);
    if (others.length > 0)
      this.#others = others.map((breaker) => {
        const call = new BreakerCall();
        breaker.callBegan(call, nowMs, streamed);
        return { breaker, call };
      });
  }

  firstToken(ttftMs: number): void {
    const nowMs = this.#health.context.clock.monotonicMs();
    this.#health.room.taken();
    this.#health.meter.firstToken(this, ttftMs, nowMs);
    this.#breaker.callSpoke(this, nowMs, ttftMs);
    for (const { breaker, call } of this.#others) breaker.callSpoke(call, nowMs, ttftMs);
  }

  observed(limits: readonly RateLimit[]): void {
    this.#health.observed(limits);
  }

  failed({ retryAfterMs }: Failure): void {
    if (retryAfterMs !== undefined) this.#health.askedToWait(retryAfterMs);
  }

  ended(attempt: Attempt, isLate = false): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.isLate = isLate;
    const health = this.#health;
    const { meter, room } = health;
    const nowMs = health.context.clock.monotonicMs();
    // Where others of ours are under way it does its work, and takes no more of it: that narrows it, and is no fault.
    const narrows = isWantOfRoom(attempt) && room.refused(this, nowMs, attempt.failure?.retryAfterMs);
    const verdict = narrows ? NO_VERDICT : verdictOf(attempt, this, meter.pulse);
    if (attempt.status === 'SUCCEEDED') room.answered(nowMs);
    this.#breaker.callEnded(this, nowMs, verdict);
    for (const { breaker, call } of this.#others) breaker.callEnded(call, nowMs, verdict);
    const failed = verdict.kind === 'NOTHING' ? undefined : verdict.kind === 'FAILED';
    meter.ended(this, failed, speedSampleOf(attempt), nowMs);
    if (!narrows) health.ended(attempt, this.sinceMs);
    room.ended();
  }
}

/** Rules come with requests, too: of more than so many for one operation of an offering those that were used longest ago are forgotten. */
const MAX_RULES = 16;
const NONE: readonly OfferingAvailability[] = [];

const ASKED_TO_WAIT = 'Another node was asked to wait.';
const ASKED_FOR_LONG = 'It asked for a longer wait than is believed.';

/**
 * What a node knows of one operation of one offering, whoever routes to it. Operations have endpoints, limits and faults of
 * their own: how one does says nothing of the others. The account is what they share.
 */
export class OfferingHealth {
  readonly id: OfferingId;
  readonly operation: Operation;
  readonly context: HealthContext;
  readonly meter: PulseMeter;
  readonly room: Room;
  readonly limits: ProviderLimits;
  /** By rules. */
  availabilities: readonly OfferingAvailability[] = NONE;
  /** Whether time passes for it. */
  isMoving = false;
  #uses = 0;
  readonly #bans = new Bans();
  readonly #guess: GuessedClosing;
  readonly #account: GuessedClosing;
  /** On the monotonic clock, beside what its provider said here: another node was asked to wait. 0: never. */
  #askedElsewhereUntil = 0;

  constructor(id: OfferingId, operation: Operation, account: GuessedClosing, context: HealthContext) {
    this.id = id;
    this.operation = operation;
    this.context = context;
    this.meter = new PulseMeter(() => context.usualTtft(id));
    this.room = new Room(context.queue);
    this.limits = new ProviderLimits(context.maxRetryAfterMs);
    this.#guess = new GuessedClosing(id, operation, context);
    this.#account = account;
    for (const guess of [this.#guess, account]) guess.onChange(() => this.#close());
    if (account.guessed !== undefined) this.#close();
  }

  /** The same object for the same key. One that is forgotten works on for who holds it. `kept` is never forgotten. */
  availabilityBy(rules: BreakerRules, key: string, kept: string): OfferingAvailability {
    let found = this.availabilities.find((each) => each.key === key);
    if (found === undefined) {
      found = new OfferingAvailability(this, rules, key);
      let others = this.availabilities;
      if (others.length >= MAX_RULES) {
        const oldest = others
          .filter((each) => each.key !== kept)
          .reduce((one, other) => (other.usedAt < one.usedAt ? other : one));
        others = others.filter((each) => each !== oldest);
      }
      this.availabilities = [...others, found];
    }
    this.#used(found);
    return found;
  }

  #used(availability: OfferingAvailability): void {
    this.#uses += 1;
    availability.usedAt = this.#uses;
  }

  /** Those that hear of a call as well, of which this one is told in any case. */
  othersThan(by: OfferingAvailability): readonly OfferingAvailability[] {
    this.#used(by);
    if (this.availabilities.length === 1 && this.availabilities[0] === by) return NONE;
    return this.availabilities.filter((each) => each !== by);
  }

  observed(limits: readonly RateLimit[]): void {
    if (limits.length === 0) return;
    const now = this.#now();
    const [closed, doubted] = [this.limits.closedUntil(now), this.limits.doubtedUntil(now)];
    this.limits.observe(limits, this.context.clock.now(), now);
    this.#limitsChanged(closed, doubted, now);
  }

  askedToWait(forMs: number): void {
    if (!(forMs > 0)) return;
    const now = this.#now();
    const [closed, doubted] = [this.limits.closedUntil(now), this.limits.doubtedUntil(now)];
    this.limits.askToWait(forMs, this.context.clock.now(), now);
    this.#limitsChanged(closed, doubted, now);
  }

  #limitsChanged(closedBefore: number, doubtedBefore: number, now: number): void {
    const doubtedUntil = this.limits.doubtedUntil(now);
    if (this.limits.closedUntil(now) === closedBefore && doubtedUntil === doubtedBefore) return;
    this.#close();
    // A limit that is used up is told with each answer, to each node; that one is asked to wait is not.
    if (doubtedUntil > 0) this.#tellClosed(doubtedUntil - now, ASKED_FOR_LONG, 'LIMITED');
    const blockedUntil = this.limits.blockedUntil(now);
    if (blockedUntil > 0) this.#tellClosed(blockedUntil - now, ASKED_TO_WAIT);
  }

  #tellClosed(forMs: number, reason: string, guess?: ClosedNews['guess']): void {
    this.context.tellOthers(this.#closedNews(forMs, reason, guess));
  }

  #closedNews(forMs: number, reason: string, guess?: ClosedNews['guess']): HealthNews {
    const whose = { offeringId: this.id, of: this.operation };
    return { kind: 'CLOSED', ...whose, forMs, reason, ...(guess !== undefined && { guess }) };
  }

  /** A call is over that began then, on the monotonic clock. */
  ended(attempt: Attempt, sinceMs: number): void {
    const banned = this.#bans.after(attempt);
    if (banned !== undefined) (banned.of === 'ACCOUNT' ? this.#account : this.#guess).ban(banned);
    else if (attempt.status === 'SUCCEEDED') {
      this.#guess.succeeded(sinceMs);
      this.#account.succeeded(sinceMs);
    }
  }

  /** Another node tells of what it closed. */
  heard(news: ClosedNews | ReopenedNews): void {
    if (news.kind === 'REOPENED' || news.guess !== undefined) this.#guess.heard(news);
    else {
      const until = this.#now() + news.forMs;
      if (until <= this.#askedElsewhereUntil) return;
      this.#askedElsewhereUntil = until;
      this.#close();
    }
  }

  /** What to tell a node that asks. */
  known(): readonly HealthNews[] {
    const offeringId = this.id;
    const now = this.#now();
    const known: HealthNews[] = [];
    for (const each of this.availabilities) {
      const change = each.snapshot();
      if (change !== undefined)
        known.push({ kind: 'BREAKER', offeringId, of: this.operation, rules: each.rules, change });
    }
    const askedForMs = Math.max(this.#askedElsewhereUntil, this.limits.blockedUntil(now)) - now;
    if (askedForMs > 0) known.push(this.#closedNews(askedForMs, ASKED_TO_WAIT));
    const guessed = this.#guess.known();
    return guessed === undefined ? known : [...known, guessed];
  }

  #now(): number {
    return this.context.clock.monotonicMs();
  }

  /** What this node guesses and what providers said, here and elsewhere, together. */
  #close(): void {
    const { pulse } = this.meter;
    const now = this.#now();
    const askedUntil = Math.max(this.limits.closedUntil(now), this.#askedElsewhereUntil);
    const doubtedUntil = this.limits.doubtedUntil(now);
    const [own, ofAccount] = [this.#guess.guessed, this.#account.guessed];
    const guessed = own !== undefined && own.until > (ofAccount?.until ?? 0) ? own : ofAccount;
    pulse.closedUntil = askedUntil;
    pulse.closedReason = undefined;
    pulse.closedByGuess = undefined;
    if (guessed !== undefined && guessed.until > Math.max(askedUntil, doubtedUntil)) {
      pulse.closedUntil = guessed.until;
      pulse.closedReason = guessed.reason;
      pulse.closedByGuess = { kind: guessed.guess, askedUntil };
    } else if (doubtedUntil > askedUntil) {
      pulse.closedUntil = doubtedUntil;
      pulse.closedReason = ASKED_FOR_LONG;
      pulse.closedByGuess = { kind: 'LIMITED', askedUntil };
    }
  }
}
