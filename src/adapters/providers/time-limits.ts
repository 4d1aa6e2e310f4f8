import { type Failure, failureOf } from '../../domain/failure.ts';
import type { ProviderEvent } from '../../domain/provider-event.ts';
import type { ProviderCall } from '../../ports/provider.ts';
import type { TimeoutPhase } from './watchdog.ts';

/** What a first token is: the model has begun to answer. That it was accepted or metered is not enough. */
export const isAnswer = ({ type }: ProviderEvent): boolean =>
  type !== 'answering' &&
  type !== 'usageUpdated' &&
  type !== 'warning' &&
  type !== 'rateLimits' &&
  type !== 'billed' &&
  type !== 'verbatim';

/** A frame from which nothing was read, e.g. a ping, says nothing by being passed on. */
export const isProgress = ({ type }: ProviderEvent): boolean => type !== 'verbatim';

/** What a completion ends with whose limit has run out. `host` is for a person. */
export const timeoutFailure = (
  host: string,
  { stream, timeouts }: ProviderCall,
  phase: TimeoutPhase,
): Failure => {
  switch (phase) {
    case 'FIRST_TOKEN': {
      const what = stream ? 'no first token' : 'no answer';
      return failureOf('TIMEOUT', `${host} sent ${what} within ${timeouts.firstTokenMs} ms.`);
    }
    case 'STALL':
      return failureOf('TIMEOUT', `${host} stalled: nothing came for ${timeouts.stallMs} ms.`);
  }
};
