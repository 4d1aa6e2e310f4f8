import type { CompletionEvent } from '../../src/domain/completion-event.ts';
import type { RunSink } from '../../src/gateway/runs/run.ts';
import { RunEvents, type StartableRun } from '../../src/gateway/runs/run-events.ts';
import type { Clock } from '../../src/ports/clock.ts';

type Source = Pick<AsyncIterator<CompletionEvent, undefined>, 'next' | 'return'>;

/** A run that says what a source yields, one after another, and nothing while it is paused. */
const runOf = (source: Source, sink: RunSink): StartableRun => {
  let isPaused = false;
  let isAsking = false;
  const ask = async (): Promise<void> => {
    if (isAsking) return;
    isAsking = true;
    try {
      while (!isPaused) {
        const { done, value } = await source.next();
        if (done === true) return;
        sink.event(value);
      }
    } catch (error) {
      sink.broke(error);
    }
    isAsking = false;
  };
  return {
    start: () => void ask(),
    pause() {
      isPaused = true;
    },
    resume() {
      isPaused = false;
      void ask();
    },
    leave(onLeft) {
      void source.return?.();
      onLeft?.();
    },
  };
};

/** The events of a source as a run's: those that belong together and come within `windowMs` joined. */
export const coalesce = (source: Source, windowMs: number, clock: Clock) =>
  new RunEvents((sink) => runOf(source, sink), windowMs, clock);
