import { builder } from '../builder.ts';
import { CascadeStreamEnum, JudgeFailureEnum, PlainCheckEnum } from '../types/routing-enums.ts';

const CascadeJudgeInput = builder.inputType('CascadeJudgeInput', {
  description:
    'A model that grades answers. Each grading is a completion of its own: the same key pays, and `Completion.route.judgeOf` names the completion that it is of.',
  fields: (t) => ({
    model: t.string({
      description: 'Any name that completions take; the model that answered is asked itself if not given.',
    }),
    instructions: t.string({
      description:
        'What makes an answer good, at most 4,000 characters. The judge sees besides the last system and user message (8,000 characters each) and the answer (16,000).',
    }),
    timeoutMs: t.int({
      description: 'How long it may take in milliseconds, 100 to 120,000; 10,000 if not given.',
    }),
    onFailure: t.field({
      type: JudgeFailureEnum,
      description: 'What is done with an answer that could not be graded; PASS if not given.',
    }),
  }),
});

export const CascadeInput = builder.inputType('CascadeInput', {
  description:
    'What is asked of an answer that another tier could still better. A tier is one of `candidates`; where there is only one, each of its models is.',
  fields: (t) => ({
    checks: t.field({
      type: [PlainCheckEnum],
      description: 'Checks that take no figures; all of them if not given.',
    }),
    minCharacters: t.int({
      description: 'Least characters of the text of an answer that calls no tools, 1 to 1,000,000.',
    }),
    maxCharacters: t.int({
      description: 'Most characters of the text of an answer that calls no tools, 1 to 1,000,000.',
    }),
    minMeanLogprob: t.float({
      description:
        'Least mean log probability of the tokens, -100 to 0; an answer without any passes. Ask for `logprobs` with the request.',
    }),
    accept: t.string({
      description:
        'An expression in CEL that has to be true, at most 1,000 characters, over `answer.text` (of a longer one the first 20,000 characters), `answer.length`, `answer.finishReason` and `answer.toolCalls`, the names of the tools that it calls.',
    }),
    judge: t.field({
      type: CascadeJudgeInput,
      description: 'A model that is asked once all other checks have passed; none if not given.',
    }),
    maxEscalations: t.int({
      description: 'How often the next tier is asked for one request, 1 to 10; 3 if not given.',
    }),
    stream: t.field({
      type: CascadeStreamEnum,
      description: 'How a subscription gets an answer that is checked; HOLD if not given.',
    }),
  }),
});

export const RisingInput = builder.inputType('RisingInput', {
  description: 'How conversations rise through the tiers of a route.',
  fields: (t) => ({
    maxRises: t.int({
      description: 'How many turns of a conversation may go to a higher tier, 1 to 100; 3 if not given.',
    }),
  }),
});
