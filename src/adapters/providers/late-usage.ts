import type { Clock } from '../../ports/clock.ts';
import type { AnswerBody } from './answer-body.ts';

/** How long a provider may take to say what was used once its answer is whole, or to close it. */
const WITHIN_MS = 1_000;

/** The next piece of a body, if it comes soon; else the body is closed, and over. */
export const lateStep = async (
  body: AnswerBody,
  clock: Clock,
): Promise<IteratorResult<Uint8Array, undefined>> => {
  const { promise: late, resolve } = Promise.withResolvers<IteratorResult<Uint8Array, undefined>>();
  const cancelTimer = clock.after(WITHIN_MS, () => resolve({ done: true, value: undefined }));
  const next = body.next();
  const step = await Promise.race([next, late]).finally(cancelTimer);
  if (step.done === true) {
    body.destroy();
    // Closing it ends the question that is still open.
    next.catch(() => {});
  }
  return step;
};
