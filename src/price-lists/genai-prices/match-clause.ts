import { isJsonObject } from '../../domain/json.ts';
import { nameIn } from '../read-values.ts';

/** How deep clauses of a list may be nested. */
const MAX_DEPTH = 8;

/** Names that a match clause lists one by one; patterns give none. */
export const listedNames = (match: unknown, depth = 0): readonly string[] => {
  if (!isJsonObject(match) || depth > MAX_DEPTH) return [];
  if (Array.isArray(match.or)) return match.or.flatMap((part) => listedNames(part, depth + 1));
  const name = nameIn(match.equals);
  return name === undefined ? [] : [name];
};

/** Whether the clause accepts a name, which is in lower case. */
export const matchesName = (match: unknown, name: string, depth = 0): boolean => {
  if (!isJsonObject(match) || depth > MAX_DEPTH) return false;
  if (Array.isArray(match.or)) return match.or.some((part) => matchesName(part, name, depth + 1));
  if (Array.isArray(match.and)) return match.and.every((part) => matchesName(part, name, depth + 1));
  const clause = (key: string): string | undefined => nameIn(match[key])?.toLowerCase();
  const [equals, starts, ends, contains] = ['equals', 'starts_with', 'ends_with', 'contains'].map(clause);
  if (equals !== undefined) return name === equals;
  if (starts !== undefined) return name.startsWith(starts);
  if (ends !== undefined) return name.endsWith(ends);
  if (contains !== undefined) return name.includes(contains);
  // Patterns from the network are not run: an id with one is accepted.
  return 'regex' in match;
};
