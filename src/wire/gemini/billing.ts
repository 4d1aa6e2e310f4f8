import type { JsonObject } from '../../domain/json.ts';
import type { CountedUnit } from '../../domain/provider-billing.ts';
import { toolUnit } from '../billing.ts';
import { listAt, objectAt, objectsAt } from '../json-reading.ts';

/** Up to Gemini 2.5 grounding is charged by the prompt, later by the search: https://ai.google.dev/gemini-api/docs/pricing. */
const isByPrompt = (model: string | undefined): boolean => /gemini-(1|2)[.-]/.test(model ?? '');

export type Grounding = {
  /** Takes what a candidate says of it. */
  add(candidate: JsonObject | undefined): void;
  units(model: string | undefined): readonly CountedUnit[];
};

/** Counts the searches by which an answer was grounded. */
export const createGrounding = (): Grounding => {
  const searches = new Set<string>();
  let hasWeb = false;
  let hasMaps = false;
  return {
    add(candidate) {
      const grounding = objectAt(candidate, 'groundingMetadata');
      if (grounding === undefined) return;
      for (const query of listAt(grounding, 'webSearchQueries'))
        if (typeof query === 'string' && query !== '') searches.add(query);
      for (const chunk of objectsAt(grounding, 'groundingChunks')) {
        hasWeb ||= objectAt(chunk, 'web') !== undefined;
        hasMaps ||= objectAt(chunk, 'maps') !== undefined;
      }
    },
    units(model) {
      const counted = isByPrompt(model) ? Math.min(1, searches.size) : searches.size;
      const isSearched = searches.size > 0 || hasWeb;
      return [
        ...(isSearched && !(hasMaps && searches.size === 0)
          ? [toolUnit('web_search', Math.max(1, counted))]
          : []),
        ...(hasMaps ? [toolUnit('google_maps', 1)] : []),
      ];
    },
  };
};
