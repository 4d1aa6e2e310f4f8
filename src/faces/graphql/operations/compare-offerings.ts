import { compareOfferingsInSlices } from '../../../catalogue/comparison/compare-offerings.ts';
import { TASK_PRESETS } from '../../../catalogue/comparison/task-presets.ts';
import { builder } from '../builder.ts';
import { completionError, InvalidInputError } from '../errors.ts';
import { weight } from '../field-weight.ts';
import { CompareOfferingsInput, readComparison } from '../inputs/compare-input.ts';
import { ComparisonRef } from '../types/comparison.ts';
import { TaskRef } from '../types/task.ts';
import { pauseOf } from '../work/pace.ts';

/** The whole catalogue is priced and ranked. */
const WEIGHT_OF_COMPARISON = 3_000;

builder.queryField('compareOfferings', (t) =>
  t.field({
    type: ComparisonRef,
    extensions: weight(WEIGHT_OF_COMPARISON),
    description:
      'Which model at which provider, for a workload: every offering priced for it and ranked by cost, speed, uptime and quality, or why it is not. Works with the prices that are shipped alone.',
    args: {
      input: t.arg({
        type: CompareOfferingsInput,
        description: 'The task or workload and what matters; a chat if not given.',
      }),
    },
    errors: {
      types: [InvalidInputError],
      union: {
        name: 'CompareOfferingsResult',
        description: 'The comparison, or what is wrong with the input.',
      },
    },
    resolve: async (_root, { input }, context) => {
      const { catalogue, gateway, now } = context;
      const read = readComparison(input ?? {});
      if (read.kind === 'REFUSED') throw completionError(read, undefined);
      const result = await compareOfferingsInSlices(
        catalogue.current(),
        gateway.stats,
        read.value,
        now(),
        pauseOf(context),
      );
      if (result.kind === 'OK') return result.comparison;
      const { path, problem } = result.problem;
      throw new InvalidInputError({ code: 'INVALID_INPUT', path: `input.${path}`, problem });
    },
  }),
);

builder.queryField('taskPresets', (t) =>
  t.field({
    type: [TaskRef],
    description: 'Typical jobs that `compareOfferings` takes as `task`, with all that each sets.',
    resolve: () => [...TASK_PRESETS],
  }),
);
