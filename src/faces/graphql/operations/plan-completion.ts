import { builder } from '../builder.ts';
import { completionError } from '../errors.ts';
import { promptWeight } from '../field-weight.ts';
import { completionCommand, under } from '../inputs/completion-command.ts';
import { CompletionInput } from '../inputs/completion-input.ts';
import { orCompletionErrors } from '../types/completion-event.ts';
import { CompletionPlanRef } from '../types/completion-plan.ts';

builder.queryField('planCompletion', (t) =>
  t.field({
    type: CompletionPlanRef,
    extensions: promptWeight(200, 2_000),
    description:
      'Where a completion would be sent, and why: a dry run. No provider is asked, nothing is fetched, and no row is left. A plan without candidates is an answer too: it says of each offering why not.',
    args: {
      input: t.arg({ type: CompletionInput, required: true, description: 'What would be asked.' }),
    },
    errors: orCompletionErrors('PlanCompletionResult', 'The plan, or why there can be none.'),
    resolve: async (_root, { input }, { gateway, caller, timeouts, headers }) => {
      const parsed = completionCommand(input, timeouts, 'STREAM');
      if (parsed.kind === 'REFUSED') throw completionError(parsed, undefined);
      const answer = await gateway.plan(caller, under({ trace: undefined, headers }, parsed.value.command));
      if (answer.kind === 'REFUSED') throw completionError(answer, undefined);
      return answer.explanation;
    },
  }),
);
