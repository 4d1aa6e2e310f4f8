import { dataRetentionOf } from '../../../domain/data-retention.ts';
import { entity } from '../entity.ts';
import { NESTED_WEIGHT } from '../field-weight.ts';
import { filteredOfferings, OfferingFilterInput } from '../inputs/offering-filter.ts';
import { pageOfList } from '../page.ts';
import { OfferingRef, ProviderRef } from '../refs.ts';
import { OfferingConnection } from './connections.ts';
import { DataRetentionRef } from './data-retention.ts';
import { OperationKindEnum, ProviderKindEnum, UnknownModelsEnum } from './enums.ts';

ProviderRef.implement({
  description: "A company or server that answers API calls: a lab, a host, a relay, one's own machine.",
  extensions: entity({ id: (id, context) => ProviderRef.getDataloader(context).load(id) }),
  fields: (t) => ({
    name: t.exposeString('name', { description: 'Name for people.' }),
    kind: t.expose('kind', { type: ProviderKindEnum, description: 'What sort of provider it is.' }),
    region: t.string({
      nullable: true,
      description:
        'The one place that it serves from: an ISO 3166 code or its own word; null if there are several or it is not stated.',
      resolve: (provider) => provider.region,
    }),
    regions: t.stringList({
      nullable: true,
      description:
        'Every place in which it may serve a request as it is configured here: ISO 3166 codes, wider areas (`EU`) or its own words (`eu-central-1`); `global`: anywhere; `local`: this machine. From its own documents, see `regionsUrl`; null if not known.',
      resolve: ({ regions }) => (regions === undefined ? null : [...regions]),
    }),
    regionsUrl: t.string({
      nullable: true,
      description: "The provider's own page on where it serves requests; null if none is known.",
      resolve: (provider) => provider.regionsUrl,
    }),
    docsUrl: t.string({
      nullable: true,
      description: "The provider's own documentation or price page.",
      resolve: (provider) => provider.docsUrl,
    }),
    dataRetention: t.field({
      type: DataRetentionRef,
      description: 'How long it keeps what API requests say, by its own documentation.',
      resolve: ({ id, kind }) => dataRetentionOf(id, kind),
    }),
    on: t.boolean({
      description: 'Whether this server can call it: it has what it needs.',
      resolve: (provider) => provider.status.kind === 'ON',
    }),
    offReason: t.string({
      nullable: true,
      description: 'What is missing and what to do; null while it is on.',
      resolve: ({ status }, _args, { caller }) => {
        if (status.kind === 'ON') return null;
        return caller.key.role === 'ADMIN' ? (status.inFull ?? status.reason) : status.reason;
      },
    }),
    completes: t.exposeBoolean('completes', {
      description: 'Whether it has language models: whether `complete` can be asked of it.',
    }),
    operations: t.field({
      type: [OperationKindEnum],
      description:
        'What can be asked of it besides completions, as its adapter here says. Not each of its models does all of it.',
      resolve: (provider) => [...provider.operations],
    }),
    unknownModels: t.field({
      type: UnknownModelsEnum,
      description:
        'What becomes of requests for its models that are not listed; default PASS. Set by `unknownModels` of its entry, else MODELGRAPH_UNKNOWN_MODELS, else `unknownModels` of the config file.',
      resolve: ({ unknownModels }) => unknownModels ?? 'PASS',
    }),
    offerings: t.connection(
      {
        type: OfferingRef,
        extensions: NESTED_WEIGHT,
        description: 'What it serves, by id.',
        args: { filter: t.arg({ type: OfferingFilterInput, description: 'Which of them.' }) },
        resolve: async (provider, { filter, ...args }, context) => {
          const offerings = await context.loaders.offeringsOfProvider.load(provider.id);
          return pageOfList(filteredOfferings(offerings, filter, context), args, ({ id }) => id);
        },
      },
      OfferingConnection,
    ),
  }),
});
