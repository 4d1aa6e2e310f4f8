import type { AnswerCheck } from '../../../domain/attempt.ts';
import type {
  CascadeJudge,
  CascadeRules,
  PlainCheck,
  SplitSubject,
  StrategyKind,
} from '../../../domain/route.ts';
import { builder } from '../builder.ts';

export const RoutingStrategyEnum = builder.enumType('RoutingStrategy', {
  description: 'How candidates are put into order and called.',
  values: {
    PRIORITY: { description: 'As listed: the next one if one fails.' },
    WEIGHTED: { description: 'Drawn by the weights of the candidates, anew for each request.' },
    CHEAPEST: {
      description: 'Cheapest for this prompt, as estimated, what is in the prompt cache counted as such.',
    },
    FASTEST: {
      description: 'The one that is expected to finish first, by recent measurements and calls under way.',
    },
    LEAST_BUSY: { description: 'Fewest calls under way.' },
    BALANCED: { description: 'By a weighted score of cost, speed, uptime and quality.' },
    QUALITY_FLOOR: { description: 'Cheapest of those that score enough at a benchmark.' },
    COMPLEXITY: { description: 'A cheap model for simple prompts, stronger ones as they get harder.' },
    CONDITIONAL: { description: 'As listed, for candidates with conditions, which any strategy takes.' },
    SPLIT: {
      description:
        'Drawn by the weights of the candidates, always the same for the same key, user or conversation.',
    },
    RACE: {
      description: 'Sent to several in parallel; the first good answer wins, the others are cancelled.',
    },
    HEDGE: { description: 'A second one is asked once the first is late.' },
    STICKY: {
      description:
        'A conversation stays where its prompt cache is warm, until health or price says otherwise.',
    },
    CASCADE: {
      description:
        'The first tier answers; where its answer does not pass the checks, the next tier does. The last tier is not checked.',
    },
  } satisfies { [Kind in StrategyKind]: { description: string } },
});

export const SplitSubjectEnum = builder.enumType('SplitSubject', {
  description: 'By what a split is sticky: the same of it always gets the same part.',
  values: {
    KEY: { description: 'The key that calls.' },
    USER: { description: "The input's `user`; without one it is drawn anew." },
    CONVERSATION: { description: 'The conversation.' },
  } satisfies { [Subject in SplitSubject]: { description: string } },
});

const PLAIN_CHECK_VALUES = {
  SCHEMA: { description: 'It is JSON, and matches the JSON Schema that was asked for, but for `pattern`.' },
  TOOL_CALLS: {
    description: 'Its tool calls name tools of the request, and their arguments match those tools.',
  },
  REFUSAL: {
    description: 'It is no refusal: by the reason to finish, or by how it begins in one of 12 languages.',
  },
  COMPLETE: { description: 'It says something, and did not end at a limit of tokens.' },
} satisfies { [Check in PlainCheck]: { description: string } };

export const PlainCheckEnum = builder.enumType('PlainCheck', {
  description: 'Checks of an answer that take no figures.',
  values: PLAIN_CHECK_VALUES,
});

export const AnswerCheckEnum = builder.enumType('AnswerCheck', {
  description: 'What a CASCADE checks of an answer before it takes it.',
  values: {
    ...PLAIN_CHECK_VALUES,
    LENGTH: { description: 'Its text is as long as was asked.' },
    LOGPROB: { description: 'The mean log probability of its tokens is not too low.' },
    ACCEPT: { description: 'The expression in `accept` is true of it.' },
    JUDGE: { description: 'The judge of the route lets it pass.' },
  } satisfies { [Check in AnswerCheck]: { description: string } },
});

export const JudgeFailureEnum = builder.enumType('JudgeFailure', {
  description: 'What is done with an answer that could not be graded.',
  values: {
    PASS: { description: 'It is taken.' },
    ESCALATE: { description: 'The next tier is asked.' },
  } satisfies { [Failure in CascadeJudge['onFailure']]: { description: string } },
});

export const CascadeStreamEnum = builder.enumType('CascadeStream', {
  description: 'How a client that sees an answer as it comes gets one that is checked.',
  values: {
    HOLD: { description: 'Once it has passed. The last tier is not checked, and is passed on as it comes.' },
    RESTART: {
      description:
        'As it comes; after an `AttemptFailed` with `willRetry` what came is void, and the next tier follows. REST holds it all the same.',
    },
  } satisfies { [Stream in CascadeRules['stream']]: { description: string } },
});
