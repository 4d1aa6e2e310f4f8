import type { ModelSlug } from '../../domain/ids.ts';
import type { ModelJoin } from '../../domain/model.ts';
import type { ParsedName, SpelledName } from './host-name.ts';
import { labOfFamily } from './labs.ts';
import type { MatchKind, ModelIndex, NameMatch } from './model-index.ts';

/** The model that an offering serves, how surely, and why in words for people. */
export type Joined = {
  readonly slug: ModelSlug;
  readonly join: ModelJoin;
  readonly reason: string;
  /** Whether the name itself means the model, not only most of its words. */
  readonly isSure?: boolean;
};

const WORDS: { readonly [By in MatchKind]: string } = {
  ID: "is the model's name",
  ALIAS: 'is a name that its lab lists for it',
  KEY: "is the model's name in another spelling or with its current date",
  LOOSE: "has the words of the model's name, but for those that hosts leave out",
};

const joinedBy = (match: NameMatch, { rules }: SpelledName, statesLab: boolean): Joined | undefined => {
  if (match.kind !== 'ONE') return undefined;
  const rewritten = rules.length === 0 ? '' : `, read without or by: ${rules.join(', ')}`;
  const reason = `The id ${statesLab ? 'states the lab and ' : ''}${WORDS[match.by]}${rewritten}.`;
  const { slug } = match;
  switch (match.by) {
    case 'ID':
      return { slug, join: statesLab ? 'EXPLICIT' : 'ALIAS', reason, isSure: true };
    case 'ALIAS':
      return { slug, join: 'ALIAS', reason, isSure: true };
    case 'KEY':
      return { slug, join: 'HEURISTIC', reason, isSure: true };
    case 'LOOSE':
      return { slug, join: 'HEURISTIC', reason };
  }
};

/** The one model that a host's name means, according to the index. */
export const lookUp = (index: ModelIndex, { lab, names }: ParsedName): Joined | undefined => {
  for (const spelled of names) {
    const family = lab === undefined ? labOfFamily(spelled.name) : undefined;
    const found =
      lab === undefined
        ? ((family === undefined
            ? undefined
            : joinedBy(index.qualified(family, spelled.name), spelled, false)) ??
          joinedBy(index.unqualified(spelled.name), spelled, false))
        : joinedBy(index.qualified(lab, spelled.name), spelled, true);
    if (found !== undefined) return found;
  }
  return undefined;
};
