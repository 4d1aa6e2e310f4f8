import { vi } from 'vitest';

/** Asks until it is so, some times a second, and gives the answer that it was; rejects where it never is. */
export const until = async <Answer>(
  ask: () => Promise<Answer>,
  holds: (answer: Answer) => boolean,
): Promise<Answer> =>
  vi.waitFor(
    async () => {
      const answer = await ask();
      if (!holds(answer)) throw new Error(`not yet: ${JSON.stringify(answer)}`);
      return answer;
    },
    { timeout: 60_000, interval: 50 },
  );
