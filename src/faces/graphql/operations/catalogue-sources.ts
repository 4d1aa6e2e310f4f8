import { builder } from '../builder.ts';
import { ForbiddenError, InvalidInputError } from '../errors.ts';
import { CatalogueSourceRef } from '../types/catalogue-source.ts';

builder.queryField('catalogueSources', (t) =>
  t.field({
    type: [CatalogueSourceRef],
    description:
      'Where models, prices, speeds and exchange rates come from: what is shipped first, then in order of precedence. Those that are off are listed too.',
    resolve: (_root, _args, { sources }) => [...sources.health()],
  }),
);

builder.mutationField('refreshCatalogueSource', (t) =>
  t.field({
    type: CatalogueSourceRef,
    description:
      'Reads a source now, regardless of its schedule, and returns its state. If another node is reading it already, it is not asked twice: `beingRead` is true then. Only the admin key may. Prices follow a moment later.',
    args: { id: t.arg.id({ required: true, description: 'Id of the source.' }) },
    errors: {
      types: [ForbiddenError, InvalidInputError],
      union: {
        name: 'RefreshCatalogueSourceResult',
        description: 'The source after the attempt, successful or not, or why it was not read.',
      },
    },
    resolve: async (_root, { id }, { sources, caller, audit }) => {
      if (caller.key.role !== 'ADMIN') {
        audit.denied('SOURCE_REFRESHED', caller);
        const problem = 'Only the admin key has sources read.';
        throw new ForbiddenError({ code: 'FORBIDDEN', problem });
      }
      const refuse = (problem: string) =>
        new InvalidInputError({ code: 'INVALID_INPUT', path: 'id', problem });
      const known = sources.health().find((each) => each.id === id);
      if (known === undefined) throw refuse('is no source; `catalogueSources` lists them.');
      if (known.status === 'OFF') throw refuse(`is off: ${known.offReason ?? 'it is not configured'}.`);
      audit.done('SOURCE_REFRESHED', caller, { source: known.id });
      return (await sources.refresh(id)) ?? known;
    },
  }),
);
