import { builder } from '../builder.ts';

export const MinQualityInput = builder.inputType('MinQualityInput', {
  description:
    'A least score at a benchmark, or a highest one where less is better; models without a comparable score there do not pass.',
  fields: (t) => ({
    benchmark: t.string({
      required: true,
      description: 'Name of the benchmark, e.g. `index`, `index-coding` or `aider-polyglot`.',
    }),
    score: t.float({ required: true, description: "In the benchmark's unit." }),
  }),
});
