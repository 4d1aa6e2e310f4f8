import {
  identityKey,
  isMovingAlias,
  releaseKey,
  splitDate,
  splitShortDate,
} from '../../domain/model-name.ts';
import { listedNames, matchesName } from './match-clause.ts';

/** The part of an entry that names it. */
export type NamedEntry = { readonly id: string; readonly match: unknown };

/** A lab's own model, made from one entry of the list or from part of one. */
export type LabModel<Entry extends NamedEntry> = {
  readonly entry: Entry;
  /** The slug's second half. */
  readonly name: string;
  /** The name that the lab's API takes. */
  readonly providerModelId: string;
  /** Other names of it, as the list states them. */
  readonly aliases: readonly string[];
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

/** A mode of an aggregator behind a name, which is no part of the name and no model. */
const isMode = (name: string): boolean =>
  /:(?:free|extended|thinking|online|beta|nitro|floor|exacto)$/.test(name);

/**
 * Spellings of a lab's models that aggregators and hubs of weights made, which the list has among the lab's names: the lab's
 * API takes none of them.
 */
const HUB_SPELLINGS: { readonly [lab: string]: RegExp } = {
  deepseek: /^deepseek-(?:chat-)?(?:v3|r1)/,
  google: /^gemini-(?:flash|pro)-\d/,
  mistral: /-\d+b-instruct\b|^(?:mistral|mixtral)-(?:\d+x)?\d+b/,
  openai: /^gpt-5[\d.]*-image|^o\d.*-high$/,
};

/** Whether the lab's own API takes the name. */
export const isTakenByLab = (lab: string, name: string): boolean => HUB_SPELLINGS[lab]?.test(name) !== true;

/** Names that the lab's API takes: some lists also have those of aggregators, e.g. x-ai/grok-4.3. */
const ownNames = (match: unknown): readonly string[] => {
  const seen = new Set<string>();
  return listedNames(match).filter((name) => {
    const lower = name.toLowerCase();
    if (name.includes('/') || isMode(lower) || seen.has(lower)) return false;
    seen.add(lower);
    return true;
  });
};

/** The name to call a lab's entry by: its id, unless its own clause says that this is only a label. */
const labApiName = (lab: string, { id, match }: NamedEntry): string => {
  const known = API_NAMES[lab]?.[id];
  if (known !== undefined) return known;
  // Z.ai's list has names as people write them: its API, and Zhipu's, take them in lower case.
  if (matchesName(match, id.toLowerCase())) return lab === 'zhipuai' ? id.toLowerCase() : id;
  const listed = ownNames(match);
  return listed.find((name) => name.endsWith('-latest')) ?? listed.at(-1) ?? id;
};

/** The name to call a host's entry by. */
export const hostApiName = (word: string, { id, match }: NamedEntry): string => {
  if (word === 'aws') return id.replace(/^regional\./, '');
  return matchesName(match, id.toLowerCase()) ? id : (listedNames(match)[0] ?? id);
};

const slugName = (lab: string, id: string): string => {
  const lower = id.toLowerCase();
  return lab === 'anthropic' ? lower.replace(/-latest$/, '') : lower;
};

/**
 * Which of an entry's names are of other models than the entry: pointers that move between models, and older snapshots where
 * it has several.
 */
const otherModels = (name: string, names: readonly string[]): readonly string[] => {
  const dated = (split: typeof splitDate): readonly string[] => {
    const snapshots = names.filter((each) => split(each) !== undefined);
    return snapshots.toSorted((one, other) =>
      (split(one)?.date ?? '') < (split(other)?.date ?? '') ? -1 : 1,
    );
  };
  const older = [...dated(splitDate).slice(0, -1), ...dated(splitShortDate).slice(0, -1)];
  return names.filter((each) => each.toLowerCase() !== name && (isMovingAlias(each) || older.includes(each)));
};

/**
 * A lab's models. An entry of the list is a price, and states every name that has it: `gpt-5-codex` stands with `gpt-5`.
 * Names that differ from the entry's own in date and spelling alone are its aliases; any other is a model at the same price,
 * so that a call for the one is never sent to the other.
 */
export const labModels = <Entry extends NamedEntry>(
  lab: string,
  entries: readonly Entry[],
): readonly LabModel<Entry>[] => {
  const taken = new Set(entries.map(({ id }) => identityKey(id)));
  const models: LabModel<Entry>[] = [];
  for (const entry of entries) {
    if (isMode(entry.id)) continue;
    const providerModelId = labApiName(lab, entry);
    const isLabel = !matchesName(entry.match, entry.id.toLowerCase());
    const ownKey = releaseKey(entry.id);
    const groups = Map.groupBy(ownNames(entry.match), (name) => (isLabel ? ownKey : releaseKey(name)));
    const name = slugName(lab, entry.id);
    const all = groups.get(ownKey) ?? [];
    const others = otherModels(name, all);
    const own = all.filter((each) => !others.includes(each));
    groups.delete(ownKey);
    const aliases = new Map([entry.id, providerModelId, ...own].map((alias) => [alias.toLowerCase(), alias]));
    aliases.delete(name);
    for (const other of others) aliases.delete(other.toLowerCase());
    models.push({ entry, name, providerModelId, aliases: [...aliases.values()] });
    for (const other of others)
      if (other !== providerModelId)
        models.push({ entry, name: other.toLowerCase(), providerModelId: other, aliases: [] });
    for (const group of groups.values()) {
      const [first, ...same] = group.toSorted((one, other) => one.length - other.length);
      if (first === undefined || taken.has(identityKey(first))) continue;
      taken.add(identityKey(first));
      models.push({ entry, name: slugName(lab, first), providerModelId: first, aliases: same });
    }
  }
  return models;
};
