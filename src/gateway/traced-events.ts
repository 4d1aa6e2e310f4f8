import type { CompletionEvent } from '../domain/completion-event.ts';
import type { CompletionTrace } from '../ports/telemetry.ts';

/** The same events, of each of which a trace is told before anybody else. */
export const tracedEvents = (
  events: AsyncIterator<CompletionEvent, void, void>,
  trace: CompletionTrace,
): AsyncIterator<CompletionEvent, void, void> => {
  const told = (result: IteratorResult<CompletionEvent, void>): IteratorResult<CompletionEvent, void> => {
    if (result.done === true) trace.broke();
    else trace.tell(result.value);
    return result;
  };
  const broke = (error: unknown): never => {
    trace.broke();
    throw error;
  };
  return { next: () => events.next().then(told, broke) };
};
