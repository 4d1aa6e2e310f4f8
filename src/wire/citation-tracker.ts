import type { Source } from '../domain/content-event.ts';
import type { ProviderEvent } from '../domain/provider-event.ts';

/** A source as a provider's answer gives it: what it does not say is undefined. */
export type FoundSource = { readonly [Key in keyof Source]: Source[Key] | undefined };

export type CitationTracker = (found: FoundSource) => readonly ProviderEvent[];

/** Reports each citation once. One page may be cited at several places: each of its words counts as its own. */
export const createCitationTracker = (): CitationTracker => {
  const seen = new Set<string>();
  return ({ url, title, citedText, documentIndex }) => {
    if (url === undefined && citedText === undefined && documentIndex === undefined) return [];
    const key = JSON.stringify([url, citedText, documentIndex]);
    if (seen.has(key)) return [];
    seen.add(key);
    return [
      {
        type: 'source',
        ...(url !== undefined && { url }),
        ...(title !== undefined && { title }),
        ...(citedText !== undefined && { citedText }),
        ...(documentIndex !== undefined && { documentIndex }),
      },
    ];
  };
};
