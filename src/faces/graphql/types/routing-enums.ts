import type { SplitSubject, StrategyKind } from '../../../domain/route.ts';
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
