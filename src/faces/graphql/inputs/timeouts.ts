import type { CompletionTimeouts } from '../../../gateway/completion-command.ts';
import { builder } from '../builder.ts';
import { present } from '../present.ts';
import { checkTimeout } from './tags.ts';

export const TimeoutsInput = builder.inputType('TimeoutsInput', {
  description:
    "Limits in milliseconds, 1 to 3,600,000; the route's or the server's defaults where not given.",
  fields: (t) => ({
    firstTokenMs: t.int({
      description:
        'From sending an attempt to its first token; of an operation that is no completion, to the head of its answer, and only where the request or its route says it. A provider that is asked for a whole answer has four times as long, or twice what is usual; then another candidate is asked beside it.',
    }),
    stallMs: t.int({ description: 'Longest silence between two pieces of an answer.' }),
    totalMs: t.int({
      description: 'The whole completion or operation, fetching of media and all attempts included.',
    }),
  }),
});

export type TimeoutsShape = typeof TimeoutsInput.$inferInput;

/** Throws InputProblem. */
export const readTimeouts = (input: TimeoutsShape | null | undefined): Partial<CompletionTimeouts> => {
  const given = present(input ?? {});
  for (const [name, value] of Object.entries(given)) checkTimeout(`timeouts.${name}`, value);
  return given;
};
