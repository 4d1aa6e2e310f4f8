import type { DataRetention, DataRetentionKind } from '../../../domain/data-retention.ts';
import { builder } from '../builder.ts';

const DataRetentionKindEnum = builder.enumType('DataRetentionKind', {
  description: 'How long a provider keeps what API requests say, by default.',
  values: {
    ZERO: { description: 'Not at all, or it runs on this machine.' },
    BY_REQUEST: {
      description: 'It keeps them, but not those of customers who ask for zero retention or turn it on.',
    },
    DAYS: { description: 'For `days`.' },
    UNKNOWN: { description: 'Not known here.' },
  } satisfies { readonly [Kind in DataRetentionKind]: { readonly description: string } },
});

export const DataRetentionRef = builder.objectRef<DataRetention>('DataRetention').implement({
  description:
    'How long a provider keeps what API requests say. Contracts and settings of your own account are not known here.',
  fields: (t) => ({
    kind: t.expose('kind', { type: DataRetentionKindEnum, description: 'What its documentation says.' }),
    days: t.int({
      nullable: true,
      description: 'Days for which requests are kept by default; null if not stated or not kept.',
      resolve: ({ days }) => days,
    }),
    detail: t.exposeString('detail', { description: 'The same for a person.' }),
    sourceUrl: t.string({
      nullable: true,
      description: "The provider's page that says so; null if there is no page.",
      resolve: ({ sourceUrl }) => sourceUrl,
    }),
    checkedOn: t.string({
      nullable: true,
      description: 'Day on which that page was read, `YYYY-MM-DD`; null if there is no page.',
      resolve: ({ checkedOn }) => checkedOn,
    }),
  }),
});
