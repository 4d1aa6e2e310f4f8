import { compareOfferings } from '../../../catalogue/comparison/compare-offerings.ts';
import { builder } from '../builder.ts';
import { completionError, InvalidInputError } from '../errors.ts';
import { CompareOfferingsInput, readComparison } from '../inputs/compare-input.ts';
import { ComparisonRef } from '../types/comparison.ts';

builder.queryField('compareOfferings', (t) =>
  t.field({
    type: ComparisonRef,
    description:
      'Which model at which provider, for a workload: every offering priced for it and ranked by cost, speed, uptime and quality, or why it is not. Works with the prices that are shipped alone.',
    args: {
      input: t.arg({
        type: CompareOfferingsInput,
        required: true,
        description: 'The workload and what matters.',
      }),
    },
    errors: {
      types: [InvalidInputError],
      union: {
        name: 'CompareOfferingsResult',
        description: 'The comparison, or what is wrong with the input.',
      },
    },
    resolve: (_root, { input }, { catalogue, gateway, now }) => {
      const read = readComparison(input);
      if (read.kind === 'REFUSED') throw completionError(read, undefined);
      const result = compareOfferings(catalogue.current(), gateway.stats, read.value, now());
      if (result.kind === 'OK') return result.comparison;
      const { path, problem } = result.problem;
      throw new InvalidInputError({ code: 'INVALID_INPUT', path: `input.${path}`, problem });
    },
  }),
);
