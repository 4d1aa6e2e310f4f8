import type { ModelSlug } from '../../domain/ids.ts';
import type { ModelJoin } from '../../domain/model.ts';
import type { ParsedName } from '../host-name.ts';
import { labOf } from '../lab-names.ts';
import type { ModelIndex, NameMatch } from '../model-index.ts';

export type Joined = { readonly slug: ModelSlug; readonly join: ModelJoin };

const joinedBy = (match: NameMatch, whenSame: ModelJoin): Joined | undefined => {
  if (match.kind !== 'ONE') return undefined;
  switch (match.by) {
    case 'ID':
      return { slug: match.slug, join: whenSame };
    case 'ALIAS':
      return { slug: match.slug, join: 'ALIAS' };
    case 'KEY':
      return { slug: match.slug, join: 'HEURISTIC' };
  }
};

/** The one model that a host's name means, according to the index. */
export const lookUp = (index: ModelIndex, parsed: ParsedName): Joined | undefined => {
  for (const name of parsed.names) {
    const found =
      parsed.organization === undefined
        ? joinedBy(index.unqualified(name), 'ALIAS')
        : joinedBy(index.qualified(labOf(parsed.organization), name), 'EXPLICIT');
    if (found !== undefined) return found;
  }
  return undefined;
};
