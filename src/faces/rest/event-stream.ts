import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import type { Headers } from './send.ts';

/** An answer as server-sent events, whose head goes out with the first of them. */
export type EventStream = {
  /** Whether the head is out, so that an error can only come as an event. */
  isOpen(): boolean;
  /** Sends the head, if it has not gone out. */
  open(headers: () => Headers): void;
  /** Undefined: go on. Else to be waited for: the client reads more slowly than it is written, or has left. */
  write(text: string): Promise<void> | undefined;
  end(): void;
};

/** How long a stream may be silent before a sign of life is sent. */
export const SILENCE_MS = 15_000;

const left = (response: ServerResponse): boolean => response.destroyed || response.closed;

export const createEventStream = (
  response: ServerResponse,
  keepAlive: string,
  silenceMs: number,
): EventStream => {
  let isOpen = false;
  let hasSpoken = false;
  let timer: NodeJS.Timeout | undefined;
  let draining: Promise<void> | undefined;
  const drained = async (): Promise<void> => {
    const aborter = new AbortController();
    const { signal } = aborter;
    try {
      await Promise.race([once(response, 'drain', { signal }), once(response, 'close', { signal })]);
    } finally {
      aborter.abort();
      draining = undefined;
    }
  };
  const speak = (): void => {
    if (!hasSpoken && !left(response) && !response.writableNeedDrain) response.write(keepAlive);
    hasSpoken = false;
  };
  return {
    isOpen: () => isOpen,
    open(headers) {
      if (isOpen || left(response)) return;
      isOpen = true;
      response.writeHead(200, {
        'content-type': 'text/event-stream; charset=utf-8',
        'cache-control': 'no-cache, no-transform',
        // Proxies that gather answers before they pass them on know this one.
        'x-accel-buffering': 'no',
        ...headers(),
      });
      response.flushHeaders();
      timer = setInterval(speak, silenceMs);
      timer.unref();
      response.once('close', () => clearInterval(timer));
    },
    write(text) {
      hasSpoken = true;
      if (text === '' || left(response)) return undefined;
      if (response.write(text)) return undefined;
      // Several that write side by side wait for one and the same.
      draining ??= drained();
      return draining;
    },
    end() {
      clearInterval(timer);
      if (!left(response)) response.end();
    },
  };
};
