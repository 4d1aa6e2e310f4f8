import { type Decimal, ZERO } from '../../../domain/money.ts';
import type { SpendLimit } from '../../../domain/route.ts';
import { type SpendWindow, spendWindowOf } from './spend-window.ts';

/** For so long it counts what another node last said that it has in flight. */
const OTHERS_COUNT_MS = 10_000;

/** What is spent of one limit in its present window, on all nodes, and what is in flight. */
export class SpendMeter {
  limit: SpendLimit;
  /** From this moment on it counts what is spent here; what was spent before in its window is for `add`. */
  readonly since: Date;
  #window: SpendWindow;
  #spent = ZERO;
  /** Spent here, and not told to others yet. */
  #news = ZERO;
  #inFlight = 0;
  readonly #others = new Map<string, { readonly inFlight: number; readonly atMs: number }>();

  constructor(limit: SpendLimit, now: Date) {
    this.limit = limit;
    this.since = now;
    this.#window = spendWindowOf(limit, now);
  }

  windowAt(now: Date): SpendWindow {
    if (now >= this.#window.to || now < this.#window.from) {
      this.#window = spendWindowOf(this.limit, now);
      this.#spent = ZERO;
      this.#news = ZERO;
    }
    return this.#window;
  }

  spentAt(now: Date): Decimal {
    this.windowAt(now);
    return this.#spent;
  }

  /** Of what is spent and in flight together. */
  shareAt(now: Date): number {
    this.windowAt(now);
    let inFlight = this.#inFlight;
    for (const other of this.#others.values())
      if (now.getTime() - other.atMs < OTHERS_COUNT_MS) inFlight += other.inFlight;
    return (this.#spent.toNumber() + inFlight) / this.limit.amount.toNumber();
  }

  /** Something begins that will likely cost so much. The function returned says what it did cost; once. */
  begin(estimate: number): (cost: Decimal, now: Date) => void {
    this.#inFlight += estimate;
    let isOver = false;
    return (cost, now) => {
      if (isOver) return;
      isOver = true;
      this.#inFlight -= estimate;
      this.windowAt(now);
      this.#spent = this.#spent.plus(cost);
      this.#news = this.#news.plus(cost);
    };
  }

  /** Was spent elsewhere, or before; nothing of another window counts. */
  add(amount: Decimal, windowFromMs: number, now: Date): void {
    if (this.windowAt(now).from.getTime() === windowFromMs) this.#spent = this.#spent.plus(amount);
  }

  /** What another node says that it has in flight. */
  heard(node: string, inFlight: number, now: Date): void {
    if (inFlight === 0) this.#others.delete(node);
    else this.#others.set(node, { inFlight, atMs: now.getTime() });
  }

  /** What others are yet to be told of. */
  takeNews(now: Date): { readonly windowFromMs: number; readonly spent: Decimal; readonly inFlight: number } {
    const windowFromMs = this.windowAt(now).from.getTime();
    const news = { windowFromMs, spent: this.#news, inFlight: Math.max(0, this.#inFlight) };
    this.#news = ZERO;
    return news;
  }
}
