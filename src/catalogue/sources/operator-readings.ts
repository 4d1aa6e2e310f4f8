import type { CatalogueSettings } from '../../domain/catalogue-settings.ts';
import { type DatedReading, EMPTY_READING, type SourceReading } from '../../ports/catalogue-source.ts';
import { OVERRIDES_ID } from './overrides-watch.ts';

/** What the operator's file of prices says. */
export const overridesReading = (reading: SourceReading, at: Date): DatedReading => ({
  sourceId: OVERRIDES_ID,
  observedAt: at,
  checkedAt: at,
  reading,
});

/** The exchange rates that the configuration states; none where it states none. */
export const ratesReading = (
  { rates }: Pick<CatalogueSettings, 'rates'>,
  at: Date,
): readonly DatedReading[] =>
  rates.length === 0
    ? []
    : [
        {
          sourceId: 'config',
          observedAt: at,
          checkedAt: at,
          reading: {
            ...EMPTY_READING,
            fx: rates.map(({ currency, perUsd }) => ({
              base: 'USD',
              quote: currency,
              rate: perUsd.toFixed(),
              date: at.toISOString().slice(0, 10),
            })),
          },
        },
      ];
