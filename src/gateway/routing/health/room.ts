import { Line, type Queue } from './waiting.ts';

/** What a call says of the room there is; filled in as it is sent. */
export interface RoomCall {
  readonly sinceMs: number;
  /** Calls of this node that were under way when it was sent. */
  others: number;
}

/** A refusal after a refusal, with nothing taken in between, says that there is a lot less room than was thought. */
const SHRINK = 0.5;
/** So many more calls at once are tried after as many answers as there is room for, twice as many each time. */
const FIRST_STEP = 1;
/** At most such a share of the limit more at a time. */
const MAX_STEP = 0.5;
/** For so long without a refusal a limit is believed; after that it doubles, and again after each of the shorter times. */
const BELIEVED_MS = 30_000;
const DOUBLED_EVERY_MS = 5_000;
/**
 * Who asks to wait gets nothing at all meanwhile, so that trying for more is dear there: it is not done before so many times that
 * wait are over, or a limit is no longer believed.
 */
const ASKED_SHARE = 20;
/** A limit so many times higher than what is used says nothing any more. */
const FORGOTTEN_AT = 16;
/** Calls under way are looked at for so long when an offering is left alone. */
const LEVEL_MS = 10_000;
/** Of what was under way before, so much is sent at once to what has just come back; and at least so many calls. */
const RESTART_SHARE = 1 / 8;
const MIN_RESTART = 8;

/**
 * How many calls of this node an offering takes at once, as its refusals for want of room tell: additive increase,
 * multiplicative decrease. There is no limit until it has refused a call while it was busy with others of ours. Times are
 * those of the monotonic clock.
 */
export class Room {
  /** Infinity: none is known. */
  #limit = Number.POSITIVE_INFINITY;
  #inFlight = 0;
  /** For those who waited and have been told to go. */
  #reserved = 0;
  #answered = 0;
  /** As many calls as it takes were under way at once, since it was last widened. */
  #isUsed = false;
  #step = FIRST_STEP;
  #narrowedAtMs = Number.NEGATIVE_INFINITY;
  #doubleAtMs = Number.POSITIVE_INFINITY;
  /** Before that no more is tried. */
  #widenAtMs = Number.NEGATIVE_INFINITY;
  /** It took a call since it was last narrowed. */
  #hasTaken = true;
  /** It has just come back: each answer makes room for one call more, up to so many. 0: it has not. */
  #restartsTo = 0;
  /** What was known before it was left alone. */
  #limitBefore = Number.POSITIVE_INFINITY;
  /** Most calls under way since its limit was last doubled. */
  #peak = 0;
  /** The same of the latest ten seconds in which it was called, and of those before. */
  #level = 0;
  #levelBefore = 0;
  #levelSinceMs = Number.NEGATIVE_INFINITY;
  /** Most calls under way of late when it was left alone; 0: it is not. */
  #levelLeft = 0;
  /** In which those wait who wait for room here; undefined: nobody does. */
  readonly queue: Queue | undefined;
  #line: Line | undefined;

  constructor(queue?: Queue) {
    this.queue = queue;
  }

  /** Those who wait for room here. */
  get line(): Line {
    this.#line ??= this.queue?.line() ?? new Line(() => {});
    return this.#line;
  }

  get waiting(): number {
    return this.#line?.size ?? 0;
  }

  /** Calls under way at once that it takes; Infinity: not known. */
  get limit(): number {
    return Math.floor(this.#limit);
  }

  get inFlight(): number {
    return this.#inFlight;
  }

  /** Whether a call more would be too many. */
  get isFull(): boolean {
    return this.#inFlight + this.#reserved >= this.limit;
  }

  began(call: RoomCall): void {
    call.others = this.#inFlight;
    this.#inFlight += 1;
    if (this.#inFlight > this.#peak) this.#peak = this.#inFlight;
    this.#levelAt(call.sinceMs);
    if (this.#inFlight >= this.limit) this.#isUsed = true;
  }

  /** It has begun to answer a call. */
  taken(): void {
    this.#hasTaken = true;
  }

  /** A call is over that was answered. */
  answered(nowMs: number): void {
    this.#hasTaken = true;
    if (this.#limit === Number.POSITIVE_INFINITY) return;
    if (this.#restartsTo > 0) {
      this.#limit += 1;
      if (this.#limit < this.#restartsTo) return;
      this.#limit = this.#limitBefore;
      this.#restartsTo = 0;
      return;
    }
    // One that is not used to the full says nothing of whether there is more.
    if (!this.#isUsed || nowMs < this.#widenAtMs) return;
    this.#answered += 1;
    if (this.#answered < this.limit) return;
    this.#answered = 0;
    this.#isUsed = false;
    this.#limit += Math.max(FIRST_STEP, Math.min(this.#step, this.#limit * MAX_STEP));
    this.#step *= 2;
  }

  /**
   * A call was refused for want of room; `askedMs`: with so long a wait. False: nothing of ours was under way beside it, so that
   * it is no matter of how many calls are.
   */
  refused({ sinceMs, others }: RoomCall, nowMs: number, askedMs = 0): boolean {
    if (others === 0) return false;
    const isNews = sinceMs >= this.#narrowedAtMs;
    const before = this.#limit;
    const shrunk = isNews && !this.#hasTaken ? before * SHRINK : before;
    this.#limit = Math.max(1, Math.floor(Math.min(shrunk, others)));
    this.#answered = 0;
    this.#step = FIRST_STEP;
    this.#restartsTo = 0;
    this.#doubleAtMs = nowMs + BELIEVED_MS;
    this.#widenAtMs = nowMs + Math.min(BELIEVED_MS, askedMs * ASKED_SHARE);
    if (isNews || this.#limit < before) {
      this.#narrowedAtMs = nowMs;
      this.#hasTaken = false;
    }
    return true;
  }

  /** A call is over, in whatever way: told after that. */
  ended(): void {
    this.#inFlight -= 1;
    this.tell();
  }

  #levelAt(nowMs: number): void {
    if (nowMs - this.#levelSinceMs >= LEVEL_MS) {
      this.#levelBefore = nowMs - this.#levelSinceMs < 2 * LEVEL_MS ? this.#level : 0;
      this.#level = 0;
      this.#levelSinceMs = nowMs;
    }
    if (this.#inFlight > this.#level) this.#level = this.#inFlight;
  }

  /** It is left alone from now on: what it has is what comes back. */
  leftAlone(): void {
    this.#levelLeft = Math.max(this.#levelLeft, this.#level, this.#levelBefore);
  }

  /** It was left alone and has come back: what it had before comes back little by little, beside what is still under way. */
  restart(): void {
    const level = Math.max(this.#levelLeft, this.#level, this.#levelBefore);
    this.#levelLeft = 0;
    const from = this.#inFlight + Math.max(MIN_RESTART, Math.ceil(level * RESTART_SHARE));
    const before = this.#restartsTo > 0 ? this.#limitBefore : this.#limit;
    if (from >= Math.min(level, before)) return;
    this.#limitBefore = before;
    this.#restartsTo = Math.min(level, before);
    this.#limit = from;
  }

  /** What was refused long ago may be taken now. */
  pass(nowMs: number): void {
    if (nowMs < this.#doubleAtMs) return;
    // Time passes unseen while it is not called.
    const times = 1 + Math.floor((nowMs - this.#doubleAtMs) / DOUBLED_EVERY_MS);
    this.#limit *= 2 ** times;
    this.#doubleAtMs = nowMs + DOUBLED_EVERY_MS;
    if (this.#limit >= FORGOTTEN_AT * Math.max(1, this.#peak)) this.#forget();
    this.#peak = this.#inFlight;
    this.tell();
  }

  #forget(): void {
    this.#limit = Number.POSITIVE_INFINITY;
    this.#restartsTo = 0;
    this.#answered = 0;
    this.#doubleAtMs = Number.POSITIVE_INFINITY;
  }

  /** Those who wait go as far as there is room. */
  tell(): void {
    const line = this.#line;
    if (line === undefined || line.size === 0) return;
    // Who goes on reserves its place first, so that nobody else takes it meanwhile.
    while (line.size > 0 && !this.isFull) {
      this.#reserved += 1;
      line.letOne();
    }
  }

  /** Who was let go asks for its call now, or gives it up. */
  redeem(): void {
    this.#reserved -= 1;
  }
}
