import { MEASURE_MAX_OUTPUT_TOKENS, MEASURE_PROMPT } from '../../../gateway/measure/measure-request.ts';
import { builder } from '../builder.ts';
import { ForbiddenError, InvalidInputError } from '../errors.ts';
import { MeasureOfferingsInput, readMeasurement } from '../inputs/measure-input.ts';
import { MeasureReportRef } from '../types/offering-measurement.ts';

builder.mutationField('measureOfferings', (t) =>
  t.field({
    type: MeasureReportRef,
    description: `Times offerings with prompts of this server's own, within a budget. Each is sent "${MEASURE_PROMPT}" for at most ${MEASURE_MAX_OUTPUT_TOKENS} tokens, two calls at a time at one provider. Each call leaves a row in the ledger with the metadata \`purpose: measurement\` and counts in \`Offering.stats\`; the figures stand in \`Offering.performance\` with the source \`measurement\` for a day, on every node and after a restart, and comparisons take them before others'. Only the admin key may. Closing the connection ends it.`,
    args: {
      input: t.arg({ type: MeasureOfferingsInput, required: true, description: 'What is measured.' }),
    },
    errors: {
      types: [ForbiddenError, InvalidInputError],
      union: { name: 'MeasureOfferingsResult', description: 'The measurements, or why it failed.' },
    },
    resolve: async (_root, { input }, { gateway, caller, gone, audit }) => {
      if (caller.key.role !== 'ADMIN') {
        audit.denied('OFFERINGS_MEASURED', caller);
        throw new ForbiddenError({ code: 'FORBIDDEN', problem: 'Only the admin key may measure offerings.' });
      }
      const answer = await gateway.measure(caller, readMeasurement(input), gone);
      if (answer.kind === 'INVALID')
        throw new InvalidInputError({
          code: 'INVALID_INPUT',
          path: `input.${answer.path}`,
          problem: answer.problem,
        });
      const { results, spent } = answer.report;
      const details = { offerings: results.length, spent: `${spent.amount.toFixed()} ${spent.currency}` };
      audit.done('OFFERINGS_MEASURED', caller, details);
      return answer.report;
    },
  }),
);
