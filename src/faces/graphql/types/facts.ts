import type { Limits, ModelFacts } from '../../../domain/model.ts';
import type { ReleaseBasis, ReleaseRange } from '../../../domain/release.ts';
import { builder } from '../builder.ts';
import { CapabilityEnum } from './catalogue-enums.ts';
import { ModalityEnum } from './enums.ts';

const LimitsRef = builder.objectRef<Limits>('Limits').implement({
  description: 'Largest sizes in tokens, as sources of the catalogue state them.',
  fields: (t) => ({
    contextWindow: t.int({
      nullable: true,
      description: 'Prompt plus answer, in tokens; null if no source says.',
      resolve: (limits) => limits.contextWindow,
    }),
    maxInputTokens: t.int({
      nullable: true,
      description: 'Prompt alone, in tokens; null if no source says.',
      resolve: (limits) => limits.maxInputTokens,
    }),
    maxOutputTokens: t.int({
      nullable: true,
      description: 'Answer alone, in tokens; null if no source says.',
      resolve: (limits) => limits.maxOutputTokens,
    }),
  }),
});

const ReleaseBasisEnum = builder.enumType('ReleaseBasis', {
  description: 'What the bounds of a release rest on.',
  values: {
    NAME: { description: 'The date that the name states.' },
    LISTS: {
      description:
        "The last list of the lab's models without it, less a week in which lists may take in a model, and the first list with it.",
    },
    BASE_MODEL: { description: 'The same weights, served in another way, came out then.' },
  } satisfies { readonly [Basis in ReleaseBasis]: { readonly description: string } },
});

export const ReleaseRangeRef = builder.objectRef<ReleaseRange>('ReleaseRange').implement({
  description:
    'Between which days a model came out, worked out from what names and lists show. Filters and newest-first orders go by `earliest`.',
  fields: (t) => ({
    earliest: t.field({
      type: 'DateTime',
      nullable: true,
      description: 'It did not come out before this day; null if that is unknown.',
      resolve: (range) => range.earliest,
    }),
    latest: t.field({
      type: 'DateTime',
      nullable: true,
      description: 'It had come out by this day, on which a list names it; null if that is unknown.',
      resolve: (range) => range.latest,
    }),
    basis: t.expose('basis', { type: ReleaseBasisEnum, description: 'What the days rest on.' }),
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
      description: 'What it takes, as sources state it; null if none does.',
      resolve: (facts) => facts.inputModalities && [...facts.inputModalities],
    }),
    outputModalities: t.field({
      type: [ModalityEnum],
      nullable: true,
      description: 'What it gives, as sources state it; null if none does.',
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
      description: 'Day of its release, as a source states it; null if none does, see `releaseRange`.',
      resolve: (facts) => facts.releaseDate,
    }),
    releaseRange: t.field({
      type: ReleaseRangeRef,
      nullable: true,
      description:
        'Between which days it came out, where no source states the day; null if `releaseDate` is known or nothing is.',
      resolve: (facts) => facts.releaseRange,
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
    licence: t.string({
      nullable: true,
      description:
        'Licence of its weights: an SPDX id, else its name, e.g. `Apache-2.0`, `Llama 3.3 Community License`; null where no source states one.',
      resolve: (facts) => facts.licence,
    }),
    retiresAt: t.field({
      type: 'DateTime',
      nullable: true,
      description: 'When it is or was switched off, as announced.',
      resolve: (facts) => facts.retiresAt,
    }),
  }),
});
