import type { CompletionEvent } from '../../domain/completion-event.ts';
import type { CompletionRefusal } from '../../domain/refusal.ts';
import type { ClientDialect } from '../../wire/serve/client-dialect.ts';
import { clientErrorOf } from '../../wire/serve/client-error.ts';
import type { CompletionDependencies, Runs, Served } from './completion-runs.ts';
import { createEventStream, SILENCE_MS } from './event-stream.ts';
import { BROKEN, type Exchange } from './exchange.ts';
import { CompletionProgress, recordHeaders } from './response-headers.ts';
import { sendError } from './send.ts';

/** What no other attempt can take back once it is passed on. */
const isAnswer = (event: CompletionEvent): boolean => {
  switch (event.type) {
    case 'started':
    case 'attemptStarted':
    case 'attemptFailed':
    case 'attemptCancelled':
    case 'usageUpdated':
      return false;
    default:
      return true;
  }
};

/**
 * Runs completions side by side and streams what they say. Until the first piece of an answer, or some seconds of
 * silence, an error has an HTTP status of its own; after it, it is an event of the stream. What is written waits for
 * its reader, and the providers wait with it.
 */
export const streamCompletions = async <Options>(
  { commands, writer: createWriter }: Runs,
  dialect: ClientDialect<Options>,
  exchange: Exchange,
  deps: CompletionDependencies,
  onRefused?: (refusal: CompletionRefusal) => boolean,
): Promise<Served> => {
  const { response, caller, departure } = exchange;
  const { silenceMs = SILENCE_MS } = deps;
  const progress = new CompletionProgress(deps.nowMs, exchange.arrivedMs);
  const stream = createEventStream(response, dialect.keepAlive, silenceMs);
  const writer = createWriter();
  const runs = commands.map((command) => deps.gateway.complete(caller, command));
  const leaveAll = (): void => {
    for (const events of runs) void events.return?.();
  };
  const stay = departure.onLeave(leaveAll);

  /** What was written before anything of it may go out. */
  let held = '';
  let writing: Promise<void> | undefined;
  let served: Served = 'SERVED';
  let isOver = false;

  const open = (): void => {
    if (isOver || stream.isOpen()) return;
    stream.open(() => progress.headers());
    const text = held;
    held = '';
    writing = stream.write(text);
  };
  const silence = setTimeout(open, silenceMs);

  const fail = (event: Extract<CompletionEvent, { type: 'failed' }>, text: string): void => {
    const { error, record } = event;
    isOver = true;
    if (stream.isOpen()) {
      void stream.write(text);
      stream.end();
    } else if (error.kind === 'REFUSED' && onRefused?.(error.refusal) === true) {
      served = 'UNFIT';
    } else {
      const headers =
        record === undefined ? progress.headers() : recordHeaders(record.id, record, progress.overheadMs());
      sendError(response, dialect, clientErrorOf(error), headers);
    }
    leaveAll();
  };

  const pump = async (events: AsyncIterableIterator<CompletionEvent>, index: number): Promise<void> => {
    while (!departure.hasLeft && !isOver) {
      const { done, value: event } = await events.next();
      if (done === true || isOver) return;
      progress.see(event);
      const text = writer.push(index, event);
      if (event.type === 'failed') return fail(event, text);
      if (!stream.isOpen()) {
        held += text;
        if (!isAnswer(event)) continue;
        open();
      } else {
        const slow = stream.write(text);
        if (slow !== undefined) writing = slow;
      }
      if (writing !== undefined) {
        await writing;
        writing = undefined;
      }
    }
  };

  try {
    await Promise.all(runs.map(pump));
    if (!isOver && !departure.hasLeft) {
      open();
      stream.end();
    }
  } catch (error) {
    if (!stream.isOpen()) throw error;
    deps.onFailure('A stream broke off.', {
      reason: error instanceof Error ? (error.stack ?? error.message) : String(error),
    });
    void stream.write(writer.fail(BROKEN));
    stream.end();
  } finally {
    isOver = true;
    clearTimeout(silence);
    stay();
    leaveAll();
  }
  return served;
};
