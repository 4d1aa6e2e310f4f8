import { setImmediate } from 'node:timers/promises';
import { LinkedList } from '../domain/linked-list.ts';
import { threadCpuMs } from '../gateway/thread-cpu.ts';

/** From this size on a body takes milliseconds to read. */
export const LARGE_BYTES = 262_144;
/** Turns of the loop in which one is read: its text is decoded, parsed and worked on. */
const TURNS = 3;
/** So much of a turn of the loop tells that others are at work. */
const OTHERS_MS = 0.3;

/** Between two steps of reading a large body. */
export const nextTurn = (): Promise<void> => setImmediate();

type Read = () => void;
type Lane = { readonly keyId: string; readonly waiting: LinkedList<Read> };

/**
 * Has large bodies read one after the other, each in turns of the loop of its own, so that they never keep small requests waiting
 * for longer than one of them takes: while others have work to do, large bodies together have half of the time. Keys take turns.
 */
export class LargeBodies {
  /** Keys whose bodies wait; the next one first. */
  readonly #lanes = new LinkedList<Lane>();
  #isReading = false;

  /** Calls `read`, which must not throw, when it is this key's turn: at once where no other large body is read. */
  inTurn(keyId: string, read: Read): void {
    if (!this.#isReading) {
      void this.#readAll(read);
      return;
    }
    for (const lane of this.#lanes)
      if (lane.keyId === keyId) {
        lane.waiting.add(read);
        return;
      }
    const lane = { keyId, waiting: new LinkedList<Read>() };
    lane.waiting.add(read);
    this.#lanes.add(lane);
  }

  async #readAll(first: Read): Promise<void> {
    this.#isReading = true;
    for (let read: Read | undefined = first; read !== undefined; read = this.#next()) {
      const beganMs = threadCpuMs();
      read();
      for (let turn = 0; turn < TURNS; turn += 1) await nextTurn();
      const endedMs = threadCpuMs();
      await nextTurn();
      const othersMs = threadCpuMs() - endedMs;
      // What others did in its turns was not for it.
      const ownMs = endedMs - beganMs - TURNS * othersMs;
      if (othersMs > OTHERS_MS && ownMs > 0) await new Promise((resolve) => setTimeout(resolve, ownMs));
    }
    this.#isReading = false;
  }

  #next(): Read | undefined {
    const lane = this.#lanes.removeFirst();
    const read = lane?.waiting.removeFirst();
    if (lane !== undefined && lane.waiting.size > 0) this.#lanes.add(lane);
    return read;
  }
}
