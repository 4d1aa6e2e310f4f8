import type { MatchLogic, ModelInfo } from '@pydantic/genai-prices';
import { identityKey, releaseKey } from './model-name.ts';

/** A lab's own model, made from one entry of the source or from part of one. */
export type LabModel = {
  readonly entry: ModelInfo;
  /** The slug's second half. */
  readonly name: string;
  /** The name that the lab's API takes. */
  readonly providerModelId: string;
  /** Other names of it, as the source lists them. */
  readonly aliases: readonly string[];
};

/** Names that a match clause lists one by one; patterns give none. */
const listedNames = (match: MatchLogic): readonly string[] => {
  if ('or' in match) return match.or.flatMap(listedNames);
  return 'equals' in match ? [match.equals] : [];
};

const matches = (match: MatchLogic, name: string): boolean => {
  if ('or' in match) return match.or.some((part) => matches(part, name));
  if ('and' in match) return match.and.every((part) => matches(part, name));
  const lower = name.toLowerCase();
  if ('equals' in match) return lower === match.equals.toLowerCase();
  if ('starts_with' in match) return lower.startsWith(match.starts_with.toLowerCase());
  if ('ends_with' in match) return lower.endsWith(match.ends_with.toLowerCase());
  if ('contains' in match) return lower.includes(match.contains.toLowerCase());
  return new RegExp(match.regex).test(name);
};

/** Entries whose id is a label that the lab's API does not take, with a name that it does. */
const API_NAMES: { readonly [lab: string]: { readonly [id: string]: string } } = {
  anthropic: {
    'claude-2': 'claude-2.1',
    'claude-3-5-sonnet': 'claude-3-5-sonnet-20241022',
    'claude-3-haiku': 'claude-3-haiku-20240307',
    'claude-3-sonnet': 'claude-3-sonnet-20240229',
  },
};

/** The name to call a lab's entry by: its id, unless its own clause says that this is only a label. */
const labApiName = (lab: string, entry: ModelInfo): string => {
  const known = API_NAMES[lab]?.[entry.id];
  if (known !== undefined) return known;
  if (matches(entry.match, entry.id)) return entry.id;
  const listed = listedNames(entry.match);
  return listed.find((name) => name.endsWith('-latest')) ?? listed.at(-1) ?? entry.id;
};

/** The name to call a host's entry by. */
export const hostApiName = (providerId: string, entry: ModelInfo): string => {
  if (providerId === 'aws') return entry.id.replace(/^regional\./, '');
  return matches(entry.match, entry.id) ? entry.id : (listedNames(entry.match)[0] ?? entry.id);
};

const slugName = (lab: string, id: string): string => {
  const lower = id.toLowerCase();
  return lab === 'anthropic' ? lower.replace(/-latest$/, '') : lower;
};

const uniqueNames = (names: readonly string[]): readonly string[] => {
  const seen = new Set<string>();
  return names.filter((name) => {
    const lower = name.toLowerCase();
    if (seen.has(lower)) return false;
    seen.add(lower);
    return true;
  });
};

/**
 * A lab's models. An entry of the source is a price, and lists every name that has it: `gpt-5-codex` stands
 * with `gpt-5`. Names that are the entry's own but for date and spelling are its aliases; any other is a
 * model of its own at the same price, so that nobody who asks for the one is given the other.
 */
export const labModelsOf = (lab: string, entries: readonly ModelInfo[]): readonly LabModel[] => {
  const taken = new Set(entries.map((entry) => identityKey(entry.id)));
  const models: LabModel[] = [];
  for (const entry of entries) {
    const providerModelId = labApiName(lab, entry);
    const isLabel = !matches(entry.match, entry.id);
    const groups = new Map<string, string[]>();
    const ownKey = releaseKey(entry.id);
    for (const name of uniqueNames(listedNames(entry.match))) {
      // Some lists also have the names that aggregators give: x-ai/grok-4.3.
      if (name.includes('/')) continue;
      const key = isLabel ? ownKey : releaseKey(name);
      const group = groups.get(key);
      if (group === undefined) groups.set(key, [name]);
      else group.push(name);
    }
    const own = groups.get(ownKey) ?? [];
    groups.delete(ownKey);
    const name = slugName(lab, entry.id);
    models.push({
      entry,
      name,
      providerModelId,
      aliases: uniqueNames([entry.id, providerModelId, ...own]).filter(
        (alias) => alias.toLowerCase() !== name,
      ),
    });
    for (const group of groups.values()) {
      const [first, ...others] = group.toSorted((one, other) => one.length - other.length);
      if (first === undefined || taken.has(identityKey(first))) continue;
      taken.add(identityKey(first));
      models.push({ entry, name: slugName(lab, first), providerModelId: first, aliases: others });
    }
  }
  return models;
};
