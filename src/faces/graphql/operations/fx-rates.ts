import type { FxRate } from '../../../domain/fx.ts';
import { builder } from '../builder.ts';
import { ProvenanceRef } from '../refs.ts';

export const FxRateRef = builder.objectRef<FxRate>('FxRate').implement({
  description: 'What one unit of a currency is worth in another on a day.',
  fields: (t) => ({
    base: t.exposeString('base', { description: 'ISO 4217 code of what is exchanged.' }),
    quote: t.exposeString('quote', { description: 'ISO 4217 code of what it is worth.' }),
    rate: t.expose('rate', {
      type: 'Decimal',
      description: 'Units of `quote` for one of `base`, exactly as stated.',
    }),
    date: t.exposeString('date', { description: 'The day for which it is stated, YYYY-MM-DD.' }),
    provenance: t.expose('provenance', { type: ProvenanceRef, description: 'Who states it.' }),
  }),
});

builder.queryField('fxRates', (t) =>
  t.field({
    type: [FxRateRef],
    description:
      'Exchange rates that are known, as sources state them: the newest of each pair and source, in order of precedence of sources.',
    args: {
      base: t.arg.string({ description: 'Of this currency alone, ISO 4217.' }),
      quote: t.arg.string({ description: 'In this currency alone, ISO 4217.' }),
    },
    resolve: (_root, { base, quote }, { catalogue }) =>
      catalogue
        .current()
        .fx.filter((rate) => (base == null || rate.base === base) && (quote == null || rate.quote === quote)),
  }),
);
