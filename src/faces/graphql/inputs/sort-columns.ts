import type { SharedColumn } from '../../../catalogue/sort-values.ts';
import { builder } from '../builder.ts';

export const SortDirectionEnum = builder.enumType('SortDirection', {
  description: 'Which way a list is sorted. Unknown values come last in either direction.',
  values: {
    ASC: { description: 'Ascending: the least, earliest or cheapest first.' },
    DESC: { description: 'Descending: the greatest, latest or most expensive first.' },
  },
});

/** What models and offerings alike are sorted by. */
export const COLUMN_VALUES = {
  NAME: { description: "The model's name, without regard to case." },
  LAB: { description: 'The lab that trained the model, without regard to case.' },
  CONTEXT_WINDOW: { description: 'Context window in tokens.' },
  INPUT_PRICE: { description: 'Price of 1,000,000 plain input tokens of a short prompt, in `currency`.' },
  OUTPUT_PRICE: { description: 'Price of 1,000,000 plain output tokens of a short prompt, in `currency`.' },
  BLENDED_PRICE: {
    description: 'Price of 1,000,000 tokens, three of input for each one of output, in `currency`.',
  },
  RELEASE_DATE: { description: 'When the model was released.' },
  TTFT: { description: 'Median milliseconds to the first token; own traffic first, then other sources.' },
  OUTPUT_TPS: { description: 'Median output tokens a second; sources as for TTFT.' },
  UPTIME: { description: 'Share of calls that were answered; sources as for TTFT.' },
  QUALITY: { description: 'Score at `benchmark`.' },
} satisfies { readonly [Column in SharedColumn]: object };
