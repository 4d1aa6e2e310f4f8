import { failureOf } from '../../domain/failure.ts';
import type { ProviderId } from '../../domain/ids.ts';
import type { ProviderEvent } from '../../domain/provider-event.ts';
import type { Provider, ProviderCall } from '../../ports/provider.ts';
import { CANCELLED } from './halt.ts';

/** The events of one call, to be iterated once; aborting the signal ends them soon. */
type Iterate = (call: ProviderCall, signal: AbortSignal) => AsyncIterable<ProviderEvent>;

/**
 * A provider's `complete` over what iterates, which is asked for one event at a time and not while the call is paused. An
 * aborted one is read to its last event, whether it is paused or not. What follows the last event is not read.
 */
export const pumped =
  (id: ProviderId, iterate: Iterate): Provider['complete'] =>
  (call, sink) => {
    const aborter = new AbortController();
    const { signal } = aborter;
    let isOver = false;
    /** Present while the call is paused. */
    let pause: PromiseWithResolvers<void> | undefined;
    const resume = (): void => {
      pause?.resolve();
      pause = undefined;
    };

    /** True: what came meanwhile is of no interest any more. */
    const hasWaited = async (): Promise<boolean> => {
      if (pause === undefined) return false;
      while (pause !== undefined) await pause.promise;
      return signal.aborted;
    };

    const pump = async (): Promise<void> => {
      // The caller has its call first.
      await undefined;
      try {
        for await (const event of iterate(call, signal)) {
          if (await hasWaited()) continue;
          isOver = event.type === 'completed' || event.type === 'failed';
          sink.event(event);
          if (isOver) return;
          await hasWaited();
        }
      } catch (error) {
        if (!isOver) sink.broke(error);
        isOver = true;
      }
      if (isOver) return;
      isOver = true;
      const unsaid = failureOf('TRUNCATED', `${id} ended its answer without saying so.`);
      sink.event({ type: 'failed', failure: signal.aborted ? CANCELLED : unsaid });
    };
    void pump();

    return {
      pause() {
        if (!signal.aborted) pause ??= Promise.withResolvers();
      },
      resume,
      abort() {
        if (isOver) return;
        aborter.abort();
        resume();
      },
    };
  };
