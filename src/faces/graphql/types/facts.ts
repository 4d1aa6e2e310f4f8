import type { Limits, ModelFacts } from '../../../domain/model.ts';
import { builder } from '../builder.ts';
import { CapabilityEnum } from './catalogue-enums.ts';
import { ModalityEnum } from './enums.ts';

const LimitsRef = builder.objectRef<Limits>('Limits').implement({
  description: 'Largest sizes in tokens, as sources of the catalogue state them.',
  fields: (t) => ({
    contextWindow: t.int({
      nullable: true,
      description: 'Prompt plus answer, in tokens; null where no source says.',
      resolve: (limits) => limits.contextWindow,
    }),
    maxInputTokens: t.int({
      nullable: true,
      description: 'Prompt alone, in tokens; null where no source says.',
      resolve: (limits) => limits.maxInputTokens,
    }),
    maxOutputTokens: t.int({
      nullable: true,
      description: 'Answer alone, in tokens; null where no source says.',
      resolve: (limits) => limits.maxOutputTokens,
    }),
  }),
});

/** What models and offerings have in common. */
export const ModelFactsRef = builder.interfaceRef<ModelFacts>('ModelFacts').implement({
  description: 'What sources of the catalogue say of a model, or of it at one provider. Null means unknown.',
  fields: (t) => ({
    limits: t.expose('limits', { type: LimitsRef, description: 'Largest sizes, in tokens.' }),
    inputModalities: t.field({
      type: [ModalityEnum],
      nullable: true,
      description: 'What it takes, as sources state it; null where none does.',
      resolve: (facts) => facts.inputModalities && [...facts.inputModalities],
    }),
    outputModalities: t.field({
      type: [ModalityEnum],
      nullable: true,
      description: 'What it gives, as sources state it; null where none does.',
      resolve: (facts) => facts.outputModalities && [...facts.outputModalities],
    }),
    capabilities: t.field({
      type: [CapabilityEnum],
      description: 'What a source says that it can do; one that is not listed is not known to be there.',
      resolve: (facts) => [...facts.capabilities],
    }),
    lacks: t.field({
      type: [CapabilityEnum],
      description: 'What a source says that it cannot do.',
      resolve: (facts) => [...facts.lacks],
    }),
    releaseDate: t.field({
      type: 'DateTime',
      nullable: true,
      description: 'Day of its release, as a source states it.',
      resolve: (facts) => facts.releaseDate,
    }),
    knowledgeCutoff: t.string({
      nullable: true,
      description:
        'When its training data ends, as precise as the source: `2025`, `2025-04` or `2025-04-30`.',
      resolve: (facts) => facts.knowledgeCutoff,
    }),
    openWeights: t.boolean({
      nullable: true,
      description: 'Whether its weights can be downloaded, as a source states it.',
      resolve: (facts) => facts.openWeights,
    }),
    retiresAt: t.field({
      type: 'DateTime',
      nullable: true,
      description: 'When it is or was switched off, as announced.',
      resolve: (facts) => facts.retiresAt,
    }),
  }),
});
