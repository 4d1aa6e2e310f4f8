import type { CountBounds, ModelSize } from '../../../domain/model.ts';
import { builder } from '../builder.ts';

export const ModelSizeRef = builder.objectRef<ModelSize>('ModelSize').implement({
  description: 'The size that the name of a model states.',
  fields: (t) => ({
    text: t.exposeString('text', { description: 'As names write it: `70B`, `30B-A3B`, `8x7B`, `17B-128E`.' }),
    billions: t.float({
      nullable: true,
      description: 'All parameters, in thousands of millions; null if the name does not state them.',
      resolve: ({ billions }) => billions,
    }),
    activeBillions: t.float({
      nullable: true,
      description: 'Parameters that work on each token, in thousands of millions; null if not stated.',
      resolve: ({ activeBillions }) => activeBillions,
    }),
    experts: t.int({
      nullable: true,
      description: 'Number of experts of a mixture; null if not stated.',
      resolve: ({ experts }) => experts,
    }),
  }),
});

export const CountBoundsRef = builder.objectRef<CountBounds>('CountBounds').implement({
  description: 'Smallest and largest of several counts.',
  fields: (t) => ({
    min: t.exposeInt('min', { description: 'The smallest.' }),
    max: t.exposeInt('max', { description: 'The largest.' }),
  }),
});
