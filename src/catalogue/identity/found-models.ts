import { asModelSlug, type ModelSlug } from '../../domain/ids.ts';
import { identityKey, isMovingAlias, isMovingId, spellName, splitDate } from '../../domain/model-name.ts';
import type { Draft, Origin } from '../merge/draft.ts';
import { isShipped } from '../source-precedence.ts';
import { parseHostName } from './host-name.ts';
import { isKnownLab, knownIdOf, knownProvider, labOf, labOfFamily } from './labs.ts';
import {
  createModelIndex,
  type ModelIndex,
  type NamedModel,
  type Snapshots,
  splitSlug,
} from './model-index.ts';
import { plainRates } from './plain-rates.ts';
import { sameModel } from './same-models.ts';

/** Halves of a slug in our words: labs by ours, all in lower case. */
export const halves = (stated: string): { readonly lab: string; readonly name: string } | undefined => {
  if (!/^[^\s/]{1,100}\/\S{1,200}$/.test(stated)) return undefined;
  const slash = stated.indexOf('/');
  const lab = labOf(stated.slice(0, slash));
  const name = stated.slice(slash + 1).toLowerCase();
  return { lab, name: sameModel(lab, name) ?? name };
};

/** Providers whose `organization/name` ids are those of model hubs, so that they state who made the model. */
const HUBS = new Set([
  'arcee',
  'avian',
  'baseten',
  'cloudflare',
  'deepinfra',
  'doubleword',
  'groq',
  'huggingface',
  'modal',
  'nebius',
  'novita',
  'nvidia',
  'openrouter',
  'siliconflow',
  'together',
  'wandb',
]);
/** Hubs that shorten names: theirs found models only where no other has one that fits. */
const SHORTENING_HUBS = new Set(['bedrock', 'cloudflare-ai-gateway', 'fireworks', 'vercel', 'vertex']);

/**
 * Which snapshot of a model its undated name means where it is not the newest.
 * https://platform.openai.com/docs/models (2026-09)
 */
const CURRENT_SNAPSHOTS: { readonly [name: string]: string } = {
  'openai/gpt-4o': '20240806',
  'openai/gpt-5.5': '20260423',
};

/** Names that a list gives to a later model, though hosts still charge the first one's rates for them, by slug. */
const NOT_ALIASES: ReadonlySet<string> = new Set(['mistral/mistral-medium']);

/** A model's lab and the names that it may have there. */
export type OwnNames = { readonly lab: string; readonly names: readonly string[] };

/** The names of a lab's own offering; undefined for one that is not of a lab, or of another lab's model. */
export const ownNames = ({ info, seedId, providerModelId }: Draft): OwnNames | undefined => {
  const providerId = knownIdOf(info.id, seedId);
  const known = knownProvider(providerId);
  const lab = known?.lab ?? known?.houseLab;
  if (known === undefined || lab === undefined || providerModelId.includes('/')) return undefined;
  const parsed = parseHostName(providerId, providerModelId);
  if (parsed === undefined || (parsed.lab !== undefined && parsed.lab !== lab)) return undefined;
  const names = parsed.names.map(({ name }) => name.toLowerCase());
  const [first = ''] = names;
  const family = labOfFamily(first);
  // Perplexity names what it trained on another's weights by these.
  const isOwn =
    family === lab ||
    known.servesOnlyOwn === true ||
    (known.lab !== undefined && (family === undefined || first.includes(lab) || first.includes('sonar')));
  if (!isOwn) return undefined;
  return { lab, names: known.prefix === undefined ? names : names.toReversed() };
};

type Named = { readonly lab: string; readonly name: string };

/** A snapshot's day without its year: `qwen3.5-plus-02-15`. */
const MONTH_AND_DAY = /-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])$/;

/** Stands in place of the date of the current snapshot where the undated name means none of those that are dated. */
const NO_DATE = 'none';

/** Models whose dated snapshot costs something else than the undated name at one provider, by one source. */
const repriced = (drafts: readonly Draft[]): readonly string[] => {
  const byId = new Map(drafts.map((draft) => [draft.id.toLowerCase(), draft]));
  return drafts.flatMap((draft) => {
    const dated = splitDate(draft.providerModelId.toLowerCase());
    const undated =
      dated === undefined ? undefined : byId.get(`${draft.info.id}/${dated.base}`.toLowerCase());
    if (undated === undefined) return [];
    const own = ownNames(draft);
    const parsed = parseHostName(knownIdOf(draft.info.id, draft.seedId), draft.providerModelId);
    const lab = own?.lab ?? parsed?.lab;
    const name = own?.names[0] ?? parsed?.names.at(-1)?.name;
    if (lab === undefined || name === undefined) return [];
    const sourceOf = (rates: string): string => rates.slice(0, rates.indexOf(' '));
    const rates = new Set(plainRates(draft));
    const sources = new Set([...rates].map(sourceOf));
    const differs = plainRates(undated).some((each) => sources.has(sourceOf(each)) && !rates.has(each));
    return differs ? [`${lab}/${identityKey(name)}`] : [];
  });
};

/**
 * The date of the current snapshot of each model with several: the newest, unless another is known to be, and none where the
 * one that is dated costs something else.
 */
const currentSnapshots = (names: Iterable<Named>, repricedKeys: readonly string[]): Snapshots => {
  const dates = new Map<string, Set<string>>();
  const alsoByDay = new Set<string>();
  for (const { lab, name } of names) {
    const spelled = spellName(name);
    const dated = splitDate(spelled);
    if (dated === undefined) {
      const byDay = MONTH_AND_DAY.exec(spelled);
      if (byDay !== null) alsoByDay.add(`${lab}/${identityKey(spelled.slice(0, byDay.index))}`);
      continue;
    }
    const key = `${lab}/${identityKey(dated.base)}`;
    dates.set(key, (dates.get(key) ?? new Set()).add(dated.date));
  }
  const known = new Map(
    Object.entries(CURRENT_SNAPSHOTS).map(([slug, date]) => {
      const { lab, name } = splitSlug(slug);
      return [`${lab}/${identityKey(name)}`, date];
    }),
  );
  const current = new Map<string, string>();
  for (const [key, all] of dates) {
    const newest = known.get(key) ?? [...all].toSorted().at(-1);
    // Of snapshots that are named without a year too, it is not known which came last.
    if (alsoByDay.has(key) && !known.has(key)) current.set(key, NO_DATE);
    else if (all.size > 1 && newest !== undefined) current.set(key, newest);
  }
  for (const key of repricedKeys) if (!current.has(key)) current.set(key, NO_DATE);
  return current;
};

/** The shortest of several spellings, OpenRouter's before others'. */
const spellingOf = (group: readonly (Named & { readonly providerId: string })[]): string => {
  const preferred = group.filter(({ providerId }) => providerId === 'openrouter');
  const names = (preferred.length > 0 ? preferred : group).map(({ name }) => name.toLowerCase());
  return names.reduce((best, name) =>
    name.length < best.length || (name.length === best.length && name < best) ? name : best,
  );
};

export type FoundModels = {
  readonly names: Map<ModelSlug, NamedModel>;
  readonly index: ModelIndex;
};

/**
 * The models that there are: those that sources state by themselves, those that labs list at their own providers, whichever
 * source says so, and those that ids of model hubs name with their organization. Relays and other hosts found none.
 */
export const foundModels = function* (
  origins: readonly Origin[],
  drafts: readonly Draft[],
): Generator<void, FoundModels> {
  const stated = origins.flatMap(({ dated, shipped }) =>
    dated.reading.models.flatMap(({ slug, aliases }) => {
      const parts = halves(slug);
      return parts === undefined ? [] : [{ ...parts, aliases, shipped }];
    }),
  );
  const own = drafts.flatMap((draft) => {
    const { lab, names: [name, ...others] = [] } = ownNames(draft) ?? {};
    return lab === undefined || name === undefined ? [] : [{ lab, name, others }];
  });
  yield;
  const hubs: (Named & { readonly providerId: string; readonly shipped: boolean })[] = [];
  let step = 0;
  for (const draft of drafts) {
    step += 1;
    if (step % 200 === 0) yield;
    const { info, seedId, providerModelId, claims } = draft;
    const providerId = knownIdOf(info.id, seedId);
    if (!HUBS.has(providerId) && !SHORTENING_HUBS.has(providerId) && !providerId.startsWith('huggingface_'))
      continue;
    const parsed = parseHostName(providerId, providerModelId);
    const spelled = parsed?.names.at(-1);
    if (parsed?.lab === undefined || spelled === undefined || isMovingId(providerModelId)) continue;
    if (SHORTENING_HUBS.has(providerId) && providerId !== 'vercel' && !isKnownLab(parsed.lab)) continue;
    hubs.push({
      lab: parsed.lab,
      name: spelled.name.toLowerCase(),
      providerId,
      shipped: claims.some(({ rank }) => isShipped(rank)),
    });
  }
  yield;
  const snapshots = currentSnapshots(
    [
      ...stated.flatMap(({ lab, name, aliases }) => [name, ...aliases].map((each) => ({ lab, name: each }))),
      ...own,
      ...hubs,
    ],
    repriced(drafts),
  );
  yield;
  const names = new Map<ModelSlug, NamedModel>();
  const index = createModelIndex([], snapshots);
  const isOlder = (lab: string, name: string): boolean => {
    const dated = splitDate(spellName(name));
    if (dated === undefined) return false;
    const current = snapshots.get(`${lab}/${identityKey(dated.base)}`);
    return current !== undefined && current !== dated.date;
  };
  const add = (slug: ModelSlug, aliases: readonly string[]): void => {
    const named = { slug, aliases: [...(names.get(slug)?.aliases ?? []), ...aliases], ofLab: true };
    names.set(slug, named);
    index.add(named);
  };

  // Undated names first, so that the current snapshot of a model is found to be one of it.
  const undatedFirst = <Each extends Named>(list: readonly Each[]): readonly Each[] => {
    const isDated = ({ name }: Named): boolean =>
      /20\d\d/.test(name) && splitDate(spellName(name)) !== undefined;
    return [...list.filter((each) => !isDated(each)), ...list.filter(isDated)];
  };
  const shippedFirst = (one: { readonly shipped: boolean }, other: { readonly shipped: boolean }): number =>
    Number(other.shipped) - Number(one.shipped);

  for (const { lab, name, aliases } of [
    ...undatedFirst(stated.filter(({ shipped }) => shipped)),
    ...undatedFirst(stated.filter(({ shipped }) => !shipped)),
  ]) {
    const match = index.qualified(lab, name);
    const known = match.kind === 'ONE' && match.by !== 'LOOSE' ? match.slug : undefined;
    const slug = known ?? asModelSlug(`${lab}/${name}`);
    const kept = aliases.filter(
      (alias) =>
        !isMovingAlias(alias) &&
        !NOT_ALIASES.has(`${lab}/${alias.toLowerCase()}`) &&
        !isOlder(lab, alias) &&
        index.qualified(lab, alias).kind === 'NONE',
    );
    if (known === undefined || kept.length > 0) add(slug, kept);
  }
  yield;
  for (const { lab, name, others } of undatedFirst(own)) {
    const isKnown = [name, ...others].some((each) => {
      const match = index.qualified(lab, each);
      return match.kind !== 'NONE' && match.by !== 'LOOSE';
    });
    if (!isKnown) add(asModelSlug(`${lab}/${name}`), []);
  }
  yield;
  for (const shortening of [false, true]) {
    const groups = new Map<string, (typeof hubs)[number][]>();
    for (const hub of hubs.toSorted(shippedFirst)) {
      if (SHORTENING_HUBS.has(hub.providerId) !== shortening) continue;
      const match = index.qualified(hub.lab, hub.name);
      const isKnown = match.kind !== 'NONE' && (match.by !== 'LOOSE' || shortening);
      if (isKnown) continue;
      const key = `${hub.lab}/${identityKey(hub.name)}`;
      const group = groups.get(key);
      if (group === undefined) groups.set(key, [hub]);
      else group.push(hub);
    }
    for (const [key, group] of groups) {
      const ofShipped = group.filter(({ shipped }) => shipped);
      const name = spellingOf(ofShipped.length > 0 ? ofShipped : group);
      add(asModelSlug(`${splitSlug(key).lab}/${name}`), []);
    }
    yield;
  }
  return { names, index };
};
