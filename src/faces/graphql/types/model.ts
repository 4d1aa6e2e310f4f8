import { labName } from '../../../catalogue/identity/labs.ts';
import { isMovingModel } from '../../../catalogue/moving-aliases.ts';
import type { GraphContext } from '../context.ts';
import { entity } from '../entity.ts';
import { NESTED_WEIGHT } from '../field-weight.ts';
import { idWithin } from '../global-id.ts';
import { filteredOfferings, OfferingFilterInput } from '../inputs/offering-filter.ts';
import { pageOfList } from '../page.ts';
import { ModelRef, OfferingRef, ProvenanceRef } from '../refs.ts';
import { OfferingConnection } from './connections.ts';
import { ModelFactsRef } from './facts.ts';
import { CountBoundsRef, ModelSizeRef } from './model-size.ts';
import { QualityCategoryEnum, QualityScoreRef } from './quality-score.ts';

const loadModel = async (slug: string | undefined, context: GraphContext): Promise<unknown> =>
  slug === undefined ? null : ModelRef.getDataloader(context).load(slug);

ModelRef.implement({
  description: 'A model, independent of who hosts it.',
  extensions: entity({
    id: (id, context) => loadModel(idWithin('Model', id), context),
    slug: loadModel,
  }),
  interfaces: [ModelFactsRef],
  fields: (t) => ({
    slug: t.string({
      description:
        'Canonical slug `lab/model`, e.g. `anthropic/claude-sonnet-4-5`. Every `model` input takes it.',
      resolve: (model) => model.slug,
    }),
    name: t.exposeString('name', {
      description:
        'Name for people, e.g. `Claude Sonnet 5.5`: the best that a source states, else one made of the slug.',
    }),
    lab: t.exposeString('lab', { description: 'Who trained it: the part of the slug before the slash.' }),
    labName: t.string({
      description:
        'Name of the lab for people, e.g. `Z.ai` of `zhipuai`; the word of the slug where none is known.',
      resolve: ({ lab }) => labName(lab) ?? lab,
    }),
    family: t.string({
      nullable: true,
      description: 'What its name begins with, e.g. `claude-sonnet`, `gpt`, `llama`; read from the slug.',
      resolve: ({ family }) => family,
    }),
    size: t.field({
      type: ModelSizeRef,
      nullable: true,
      description: 'The size that its name states; null if it states none.',
      resolve: ({ size }) => size,
    }),
    variantOf: t.field({
      type: ModelRef,
      nullable: true,
      description:
        'The model whose weights it serves in another way, faster, at another price or set for a use (`gpt-6.2-sol-fast` of `gpt-6.2-sol`); null for most. Read from the name.',
      resolve: ({ variantOf }) => variantOf,
    }),
    movingAlias: t.boolean({
      description:
        'Whether it is a pointer such as `mistral-large-latest` of which it is not known which model it means now.',
      resolve: ({ slug }, _args, { catalogue }) => isMovingModel(catalogue.current(), slug),
    }),
    contextWindowRange: t.field({
      type: CountBoundsRef,
      nullable: true,
      description:
        'Smallest and largest context window in tokens that are known of it and its offerings; null if none is.',
      resolve: ({ contextWindowRange }) => contextWindowRange,
    }),
    description: t.string({
      nullable: true,
      description: 'What the source says of it.',
      resolve: (model) => model.description,
    }),
    contextWindow: t.int({
      nullable: true,
      description:
        'Largest prompt plus answer in tokens: as the lab states it, else as all its offerings do; null if unknown or where offerings differ, see contextWindowRange.',
      resolve: (model) => model.limits.contextWindow,
    }),
    deprecated: t.exposeBoolean('deprecated', { description: 'Whether the source calls it deprecated.' }),
    provenance: t.expose('provenance', { type: ProvenanceRef, description: 'Where these facts come from.' }),
    huggingFaceId: t.string({
      nullable: true,
      description: 'Its repository at Hugging Face, `organization/name`; null if no source names one.',
      resolve: (model) => model.huggingFaceId,
    }),
    quality: t.field({
      type: [QualityScoreRef],
      description:
        'Its scores at benchmarks: the indexes first, then scores as sources publish them, by benchmark, the one that `represents` it first, then the better ones.',
      args: {
        benchmark: t.arg.string({ description: 'This benchmark alone, e.g. `index`, `aider-polyglot`.' }),
        category: t.arg({ type: QualityCategoryEnum, description: 'Benchmarks of this category alone.' }),
        represents: t.arg.boolean({
          description:
            'true: only the scores that represent the model in comparisons; false: only the others.',
        }),
      },
      resolve: (model, { benchmark, category, represents }, { catalogue }) =>
        catalogue
          .current()
          .qualityOf(model.slug)
          .filter(
            (score) =>
              (benchmark == null || score.benchmark === benchmark) &&
              (category == null || score.category === category) &&
              (represents == null || score.represents === represents),
          ),
    }),
    offerings: t.connection(
      {
        type: OfferingRef,
        extensions: NESTED_WEIGHT,
        description: 'Who serves it; providers that are on come first, in the order of configuration.',
        args: { filter: t.arg({ type: OfferingFilterInput, description: 'Which of them.' }) },
        resolve: async (model, { filter, ...args }, context) => {
          const offerings = await context.loaders.offeringsOfModel.load(model.slug);
          return pageOfList(filteredOfferings(offerings, filter, context), args, ({ id }) => id);
        },
      },
      OfferingConnection,
    ),
  }),
});
