import { extname } from 'node:path';
import { Worker } from 'node:worker_threads';
import { LinkedList } from '../domain/linked-list.ts';

/** The worker's file has this file's own extension: `.ts` from source, `.js` when built. */
const WORKER = new URL(`./token-worker${extname(import.meta.url)}`, import.meta.url);
/** The tokenizer takes some 100 MB for as long as its thread is there. */
const IDLE_MS = 60_000;
const MAX_HEAP_MB = 512;

/** `tookMs`: of the other thread's processor. */
export type Counted = { readonly tokens: number; readonly tookMs: number };

type Asked = {
  readonly pieces: readonly string[];
  resolve(counted: Counted): void;
  reject(error: Error): void;
};
type Lane = { readonly keyId: string; readonly waiting: LinkedList<Asked> };

/** So many are with the thread: one is counted, and the next is there when that is done. */
const MAX_SENT = 2;

/** A thread that counts. Keys take turns. It is there while there is work, and a little longer. */
class TokenThread {
  #worker: Worker | undefined;
  #idle: NodeJS.Timeout | undefined;
  /** With the thread, which answers them in their order. */
  #sent = new LinkedList<Asked>();
  /** Keys of which something waits; the next one first. */
  #lanes = new LinkedList<Lane>();

  count(pieces: readonly string[], keyId: string): Promise<Counted> {
    const worker = this.#started();
    // Who waits keeps the process there.
    worker.ref();
    return new Promise((resolve, reject) => {
      this.#laneOf(keyId).waiting.add({ pieces, resolve, reject });
      this.#send(worker);
    });
  }

  #laneOf(keyId: string): Lane {
    for (const lane of this.#lanes) if (lane.keyId === keyId) return lane;
    const lane = { keyId, waiting: new LinkedList<Asked>() };
    this.#lanes.add(lane);
    return lane;
  }

  #send(worker: Worker): void {
    while (this.#sent.size < MAX_SENT) {
      const lane = this.#lanes.removeFirst();
      const asked = lane?.waiting.removeFirst();
      if (lane === undefined || asked === undefined) return;
      if (lane.waiting.size > 0) this.#lanes.add(lane);
      this.#sent.add(asked);
      worker.postMessage(asked.pieces);
    }
  }

  #started(): Worker {
    clearTimeout(this.#idle);
    if (this.#worker !== undefined) return this.#worker;
    const worker = new Worker(WORKER, {
      name: 'tokenizer',
      resourceLimits: { maxOldGenerationSizeMb: MAX_HEAP_MB },
    });
    worker.on('message', (counted: Counted | { readonly problem: string }) => {
      const asked = this.#sent.removeFirst();
      if ('problem' in counted) asked?.reject(new Error(counted.problem));
      else asked?.resolve(counted);
      this.#send(worker);
      if (this.#sent.size > 0) return;
      worker.unref();
      this.#idle = setTimeout(() => this.#end(worker), IDLE_MS).unref();
    });
    worker.on('error', (error) => this.#lost(worker, error));
    worker.on('exit', () => this.#lost(worker, new Error('the thread that counts tokens has ended')));
    this.#worker = worker;
    return worker;
  }

  #end(worker: Worker): void {
    if (this.#worker === worker) this.#worker = undefined;
    void worker.terminate();
  }

  /** The next one that counts begins another thread. */
  #lost(worker: Worker, error: unknown): void {
    if (this.#worker !== worker) return;
    this.#worker = undefined;
    const lost = [...this.#sent, ...[...this.#lanes].flatMap(({ waiting }) => [...waiting])];
    this.#sent = new LinkedList();
    this.#lanes = new LinkedList();
    const why = error instanceof Error ? error : new Error(String(error));
    for (const { reject } of lost) reject(why);
  }
}

const thread = new TokenThread();

/** How many tokens of o200k_base texts have together; `keyId`: of whoever asks. */
export const countTokens = (pieces: readonly string[], keyId: string): Promise<Counted> =>
  thread.count(pieces, keyId);
