import type { Clock } from '../../ports/clock.ts';
import type { AnswerBody } from './answer-body.ts';

const MOST_BYTES = 64 * 1024;
const LONGEST_MS = 1_000;

/**
 * Reads what is left of a body after its answer is complete (normally nothing but its end), so that the
 * connection can be used again; a body that does not end soon is closed instead. Never rejects.
 */
export const drain = async (body: AnswerBody, clock: Clock): Promise<void> => {
  const cancelTimer = clock.after(LONGEST_MS, () => body.destroy());
  let bytes = 0;
  try {
    for (let step = await body.next(); step.done !== true; step = await body.next()) {
      bytes += step.value.byteLength;
      if (bytes > MOST_BYTES) {
        body.destroy();
        break;
      }
    }
  } catch {
    // The connection is gone, and nothing was left to read on it.
  } finally {
    cancelTimer();
  }
};
