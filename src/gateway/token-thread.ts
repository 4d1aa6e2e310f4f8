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

type Waiting = { resolve(counted: Counted): void; reject(error: Error): void };

/** A thread that counts, what was asked first first. It is there while there is work, and a little longer. */
class TokenThread {
  #worker: Worker | undefined;
  #idle: NodeJS.Timeout | undefined;
  #waiting = new LinkedList<Waiting>();

  count(pieces: readonly string[]): Promise<Counted> {
    const worker = this.#started();
    // Who waits keeps the process there.
    worker.ref();
    return new Promise((resolve, reject) => {
      this.#waiting.add({ resolve, reject });
      worker.postMessage(pieces);
    });
  }

  #started(): Worker {
    clearTimeout(this.#idle);
    if (this.#worker !== undefined) return this.#worker;
    const worker = new Worker(WORKER, {
      name: 'tokenizer',
      resourceLimits: { maxOldGenerationSizeMb: MAX_HEAP_MB },
    });
    worker.on('message', (counted: Counted | { readonly problem: string }) => {
      const waiting = this.#waiting.removeFirst();
      if ('problem' in counted) waiting?.reject(new Error(counted.problem));
      else waiting?.resolve(counted);
      if (this.#waiting.size > 0) return;
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
    const lost = this.#waiting;
    this.#waiting = new LinkedList();
    const why = error instanceof Error ? error : new Error(String(error));
    for (let each = lost.removeFirst(); each !== undefined; each = lost.removeFirst()) each.reject(why);
  }
}

const thread = new TokenThread();

/** How many tokens of o200k_base texts have together. */
export const countTokens = (pieces: readonly string[]): Promise<Counted> => thread.count(pieces);
