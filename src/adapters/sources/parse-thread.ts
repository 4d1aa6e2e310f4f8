import { extname } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { SourceReading } from '../../ports/catalogue-source.ts';
import { collectPieces, type NamedBody, type ParseAnswer, type ParseRequest } from './reading-messages.ts';

/** Both files have this file's own extension: `.ts` from source, `.js` when built. */
const EXTENSION = extname(import.meta.url);
const WORKER = new URL(`./parse-worker${EXTENSION}`, import.meta.url);
const REGISTRY = new URL(`./registry${EXTENSION}`, import.meta.url);

/** A payload that needs more is not one of prices. */
const MAX_HEAP_MB = 512;
/** A thread costs memory while it waits; sources are read every half hour. */
const IDLE_MS = 5_000;

export type ParseThreadOptions = {
  /** Module whose CATALOGUE_SOURCES has the sources; by default the registry beside this file. */
  readonly registry?: URL;
  /** How long one payload may take; by default 30 s. */
  readonly timeoutMs?: number;
  /** How much memory it may take, in megabytes; by default 512. */
  readonly maxHeapMb?: number;
};

export type Parsed =
  | { readonly kind: 'PARSED'; readonly reading: SourceReading; readonly packed: Uint8Array | undefined }
  | { readonly kind: 'FAILED'; readonly message: string };

/** A thread that reads payloads, one after the other. It is there while there is work, and a little longer. */
export type ParseThread = {
  parse(sourceId: string, bodies: readonly NamedBody[]): Promise<Parsed>;
  unpack(bytes: Uint8Array): Promise<Parsed>;
  close(): Promise<void>;
};

export const createParseThread = ({
  registry = REGISTRY,
  timeoutMs = 30_000,
  maxHeapMb = MAX_HEAP_MB,
}: ParseThreadOptions = {}): ParseThread => {
  let worker: Worker | undefined;
  let idle: NodeJS.Timeout | undefined;
  let closed = false;
  /** Settles when all that was asked for so far is done. */
  let turn: Promise<unknown> = Promise.resolve();
  let waiting = 0;

  const end = async (): Promise<void> => {
    clearTimeout(idle);
    const ending = worker;
    worker = undefined;
    await ending?.terminate();
  };

  const started = (): Worker => {
    clearTimeout(idle);
    if (worker !== undefined) return worker;
    const begun = new Worker(WORKER, {
      name: 'catalogue-sources',
      workerData: { registry: registry.href },
      resourceLimits: { maxOldGenerationSizeMb: maxHeapMb },
    });
    begun.unref();
    // A thread that ended by itself is not used again; who waits for it is told by listeners of its own.
    begun.on('error', () => {});
    begun.on('exit', () => {
      if (worker === begun) worker = undefined;
    });
    worker = begun;
    return begun;
  };

  const ask = (request: ParseRequest, moved: readonly ArrayBuffer[]): Promise<Parsed> =>
    new Promise((resolve) => {
      if (closed) return resolve({ kind: 'FAILED', message: 'the server is stopping' });
      const asked = started();
      const collected = collectPieces();
      const finish = (parsed: Parsed): void => {
        clearTimeout(deadline);
        asked.off('message', onAnswer);
        asked.off('error', onError);
        asked.off('exit', onExit);
        resolve(parsed);
      };
      const onAnswer = (answer: ParseAnswer): void => {
        switch (answer.kind) {
          case 'PIECE':
            collected.add(answer.piece);
            asked.postMessage({ kind: 'NEXT' } satisfies ParseRequest);
            return;
          case 'DONE':
            finish({ kind: 'PARSED', reading: collected.reading(), packed: answer.packed });
            return;
          case 'FAILED':
            finish({ kind: 'FAILED', message: answer.message });
            return;
        }
      };
      const onError = (error: Error): void =>
        finish({ kind: 'FAILED', message: `reading it failed: ${error.message}` });
      const onExit = (): void => finish({ kind: 'FAILED', message: 'reading it was broken off' });
      const deadline = setTimeout(() => {
        finish({ kind: 'FAILED', message: `reading it took longer than ${timeoutMs} ms` });
        void end();
      }, timeoutMs);
      asked.on('message', onAnswer);
      asked.on('error', onError);
      asked.on('exit', onExit);
      asked.postMessage(request, [...moved]);
    });

  const inTurn = (request: ParseRequest, moved: readonly ArrayBuffer[]): Promise<Parsed> => {
    waiting += 1;
    const asked = turn.then(() => ask(request, moved));
    turn = asked.then(() => {
      waiting -= 1;
      if (waiting === 0 && worker !== undefined) idle = setTimeout(() => void end(), IDLE_MS).unref();
    });
    return asked;
  };

  return {
    parse: (sourceId, bodies) =>
      inTurn(
        { kind: 'PARSE', sourceId, bodies },
        bodies.flatMap(({ bytes: { buffer } }) => (buffer instanceof ArrayBuffer ? [buffer] : [])),
      ),
    unpack: (bytes) => inTurn({ kind: 'UNPACK', bytes }, []),
    async close() {
      closed = true;
      await end();
      await turn;
    },
  };
};
