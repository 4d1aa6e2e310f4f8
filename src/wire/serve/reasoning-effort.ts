import type { ReasoningEffort } from '../../domain/completion-request.ts';
import type { UnreadFields } from './unread-fields.ts';

const EFFORTS: { readonly [word: string]: ReasoningEffort } = {
  none: 'none',
  minimal: 'minimal',
  low: 'low',
  medium: 'medium',
  high: 'high',
  xhigh: 'max',
  max: 'max',
};

/** How hard to think, in the words of OpenAI's formats. A word that is not known is unread, under the field's name. */
export const readEffort = (
  word: string | null | undefined,
  name: string,
  unread: UnreadFields,
): ReasoningEffort | undefined => {
  if (word === null || word === undefined) return undefined;
  if (Object.hasOwn(EFFORTS, word)) return EFFORTS[word];
  unread.add(name);
  return undefined;
};
