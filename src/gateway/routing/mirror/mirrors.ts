import { createHash } from 'node:crypto';
import type { Caller } from '../../../domain/caller.ts';
import type { CompletionEvent } from '../../../domain/completion-event.ts';
import type { CompletionRequest } from '../../../domain/completion-request.ts';
import { asKeyId, type KeyId, type OperationId, type RouteName } from '../../../domain/ids.ts';
import type { CompletionCommand } from '../../completion-command.ts';
import type { CompiledRoute } from '../compiled-route.ts';
import type { RouteBook } from '../policy/route-book.ts';
import type { RunWatch } from '../route-plan.ts';

/** A completion that may be mirrored; it is about to be sent. */
export type MirroredRun = {
  readonly id: OperationId;
  readonly caller: Caller;
  readonly command: CompletionCommand;
  readonly route: CompiledRoute;
  /** With all media here. */
  readonly request: CompletionRequest;
};

/** One mirror of it, to be run. */
export type MirrorOrder = {
  /** Who asked, and whose key has to let it through. */
  readonly caller: Caller;
  /** Whose row it is. */
  readonly payer: KeyId;
  readonly command: CompletionCommand;
  readonly route: CompiledRoute;
  readonly of: OperationId;
  /** What the completion itself wrote, once it is over; undefined: it did not answer. */
  readonly written: Promise<string | undefined>;
  onOver(): void;
};

/** A mirror that runs. */
export type RunningMirror = { cancel(): void };

/**
 * Sends a share of the completions of a route to other candidates as well. Whoever asked neither sees it nor waits for it nor
 * pays for it: its row is that of the key that saved the route. It is ended with the completion where that is cancelled.
 */
export type Mirrors = {
  /** Undefined: it is not drawn, or nobody is free for it. */
  begin(run: MirroredRun): RunWatch | undefined;
  /** Ends all, and begins no more. */
  close(): void;
};

type Dependencies = {
  readonly book: Pick<RouteBook, 'find'>;
  /** 0 inclusive to 1 exclusive. */
  readonly random: () => number;
  /** Runs it. Never throws. */
  readonly run: (order: MirrorOrder) => RunningMirror;
};

/** Of routes that no key saved. */
const OF_CONFIG_FILE = asKeyId('key_mirror');

/** Of all routes together, on this node. */
const MAX_MIRRORS = 100;

/** What an answer wrote, as a digest: texts are not kept for as long as mirrors run. */
export class Written {
  #digest = createHash('sha256');

  take(event: CompletionEvent): void {
    if (event.type === 'textDelta') this.#digest.update(event.text);
    // What came before is void.
    else if (event.type === 'attemptFailed') this.#digest = createHash('sha256');
  }

  digest(): string {
    return this.#digest.copy().digest('base64');
  }
}

export const createMirrors = ({ book, random, run }: Dependencies): Mirrors => {
  const running = new Map<RouteName, number>();
  const all = new Set<RunningMirror>();
  let isClosed = false;

  return {
    begin({ id, caller, command, route, request }) {
      const { saved, policy, mirrors } = route;
      const { mirror } = policy;
      if (isClosed || mirror === undefined || saved === undefined || random() >= mirror.share)
        return undefined;
      const free = Math.min(mirror.maxConcurrent - (running.get(saved.name) ?? 0), MAX_MIRRORS - all.size);
      const chosen = mirrors.slice(0, Math.max(0, free));
      if (chosen.length === 0) return undefined;
      running.set(saved.name, (running.get(saved.name) ?? 0) + chosen.length);
      const { promise: written, resolve } = Promise.withResolvers<string | undefined>();
      const text = new Written();
      const own: RunningMirror[] = [];
      let isCancelled = false;
      const begin = (one: CompiledRoute): void => {
        const over = (): void => {
          const left = (running.get(saved.name) ?? 1) - 1;
          if (left > 0) running.set(saved.name, left);
          else running.delete(saved.name);
        };
        if (isCancelled || isClosed) {
          over();
          return;
        }
        let started: RunningMirror | undefined;
        let isOver = false;
        started = run({
          caller,
          payer: book.find(saved.name)?.savedBy ?? OF_CONFIG_FILE,
          command: { ...command, request, delivery: 'WHOLE', onDisconnect: 'CANCEL' },
          route: one,
          of: id,
          written,
          onOver() {
            if (isOver) return;
            isOver = true;
            over();
            if (started !== undefined) all.delete(started);
          },
        });
        if (isOver) return;
        all.add(started);
        own.push(started);
      };
      // The completion itself is sent first.
      setImmediate(() => {
        for (const one of chosen) begin(one);
      });
      return {
        event: (event) => text.take(event),
        over(record) {
          resolve(record?.status === 'SUCCEEDED' ? text.digest() : undefined);
          if (record?.status !== 'CANCELLED' && record !== undefined) return;
          isCancelled = true;
          for (const each of own) each.cancel();
        },
      };
    },
    close() {
      isClosed = true;
      for (const each of all) each.cancel();
    },
  };
};
