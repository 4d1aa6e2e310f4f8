import type { Clock } from '../../ports/clock.ts';

/** Resolves after the time, or as soon as the signal is aborted. */
export const wait = async (clock: Clock, ms: number, signal: AbortSignal): Promise<void> => {
  if (signal.aborted || ms <= 0) return;
  const { promise, resolve } = Promise.withResolvers<void>();
  const end = (): void => resolve();
  const cancelTimer = clock.after(ms, end);
  signal.addEventListener('abort', end, { once: true });
  await promise;
  cancelTimer();
  signal.removeEventListener('abort', end);
};
