import { type Link, LinkedList } from '../../../domain/linked-list.ts';
import type { Clock } from '../../../ports/clock.ts';

/** One who waits, in as many lines as there are things that it could go on with. */
class Ticket {
  readonly places: Place[] = [];
  /** The name of its lane. */
  readonly lane: string;
  readonly untilMs: number;
  readonly go: (to: Line | undefined) => void;
  link: Link<Ticket> | undefined = undefined;

  constructor(lane: string, untilMs: number, go: (to: Line | undefined) => void) {
    this.lane = lane;
    this.untilMs = untilMs;
    this.go = go;
  }
}

type Place = { readonly line: Line; readonly lane: Lane; readonly link: Link<Ticket> };

/** Those of one name, who came first before the others. */
class Lane {
  readonly name: string;
  readonly tickets = new LinkedList<Ticket>();
  link: Link<Lane> | undefined = undefined;

  constructor(name: string) {
    this.name = name;
  }
}

/** Those who wait for one thing: each lane in turn, so that who asks for much keeps nobody else out. */
export class Line {
  readonly #lanes = new LinkedList<Lane>();
  readonly #remove: (ticket: Ticket) => void;
  #size = 0;

  constructor(remove: (ticket: Ticket) => void) {
    this.#remove = remove;
  }

  get size(): number {
    return this.#size;
  }

  put(ticket: Ticket): void {
    const lane = this.#laneOf(ticket.lane);
    ticket.places.push({ line: this, lane, link: lane.tickets.add(ticket) });
    this.#size += 1;
  }

  take({ lane, link }: Place): void {
    if (!lane.tickets.remove(link)) return;
    this.#size -= 1;
    if (lane.tickets.size === 0 && lane.link !== undefined) this.#lanes.remove(lane.link);
  }

  /** Lets the next one go on. False: nobody waits. */
  letOne(): boolean {
    const lane = this.#lanes.first;
    const ticket = lane?.tickets.first;
    if (lane === undefined || ticket === undefined) return false;
    this.#remove(ticket);
    if (lane.tickets.size > 0 && lane.link !== undefined) {
      this.#lanes.remove(lane.link);
      lane.link = this.#lanes.add(lane);
    }
    ticket.go(this);
    return true;
  }

  #laneOf(name: string): Lane {
    for (const lane of this.#lanes) if (lane.name === name) return lane;
    const lane = new Lane(name);
    lane.link = this.#lanes.add(lane);
    return lane;
  }
}

/** Who waits can leave at any time. */
export type Wait = {
  /** How many are before it where the line is shortest, itself included; of all that wait, where it waits for time alone. */
  readonly place: number;
  /** Since it began to wait. */
  waitedMs(): number;
  /** It does not go on: `go` is not called. */
  leave(): void;
};

/** More would wait for longer than anybody does. */
const MAX_WAITING = 2_000;

/**
 * Those who wait for room somewhere, for a short time each; one timer serves all of them. What there is room at is no matter of
 * the queue: a line is for whatever becomes free again.
 */
export class Queue {
  readonly #clock: Clock;
  readonly #tickets = new LinkedList<Ticket>();
  /** How many wait of each lane. */
  readonly #sizes = new Map<string, number>();
  #timerAtMs = Number.POSITIVE_INFINITY;
  #cancelTimer: (() => void) | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  line(): Line {
    return new Line((ticket) => this.#remove(ticket));
  }

  /**
   * Waits in all of these lines, or in none but for time to pass; `go` is called once, with the line that let it go on, or with
   * nothing once its time is over. Undefined: too many wait already.
   */
  enter(
    lane: string,
    lines: readonly Line[],
    forMs: number,
    go: (to: Line | undefined) => void,
  ): Wait | undefined {
    const own = this.#sizes.get(lane) ?? 0;
    // A lane holds no more than it leaves for others.
    if (own >= MAX_WAITING - this.#tickets.size) return undefined;
    const sinceMs = this.#clock.monotonicMs();
    const ticket = new Ticket(lane, sinceMs + forMs, go);
    ticket.link = this.#tickets.add(ticket);
    this.#sizes.set(lane, own + 1);
    for (const line of lines) line.put(ticket);
    this.#wakeAt(ticket.untilMs);
    return {
      place: Math.min(this.#tickets.size, ...lines.map(({ size }) => size)),
      waitedMs: () => this.#clock.monotonicMs() - sinceMs,
      leave: () => this.#remove(ticket),
    };
  }

  #remove(ticket: Ticket): void {
    if (ticket.link === undefined) return;
    this.#tickets.remove(ticket.link);
    ticket.link = undefined;
    const left = (this.#sizes.get(ticket.lane) ?? 1) - 1;
    if (left === 0) this.#sizes.delete(ticket.lane);
    else this.#sizes.set(ticket.lane, left);
    for (const place of ticket.places) place.line.take(place);
    if (this.#tickets.size > 0) return;
    this.#cancelTimer?.();
    this.#timerAtMs = Number.POSITIVE_INFINITY;
  }

  #wakeAt(atMs: number): void {
    if (atMs >= this.#timerAtMs) return;
    this.#cancelTimer?.();
    this.#timerAtMs = atMs;
    this.#cancelTimer = this.#clock.after(atMs - this.#clock.monotonicMs(), () => this.#expire());
  }

  #expire(): void {
    const nowMs = this.#clock.monotonicMs();
    this.#timerAtMs = Number.POSITIVE_INFINITY;
    let next = Number.POSITIVE_INFINITY;
    const over: Ticket[] = [];
    for (const ticket of this.#tickets) {
      if (ticket.untilMs <= nowMs) over.push(ticket);
      else next = Math.min(next, ticket.untilMs);
    }
    for (const ticket of over) this.#remove(ticket);
    if (next < Number.POSITIVE_INFINITY) this.#wakeAt(next);
    for (const ticket of over) ticket.go(undefined);
  }
}
