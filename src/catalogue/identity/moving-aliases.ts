import type { ModelSlug } from '../../domain/ids.ts';
import { keepResults } from '../../domain/keep-results.ts';
import { isMovingAlias, spellName, splitDate, splitShortDate } from '../../domain/model-name.ts';
import type { Draft } from '../merge/draft.ts';
import { ownNames } from './found-models.ts';
import { labOf } from './labs.ts';
import { type NamedModel, splitSlug } from './model-index.ts';
import { plainRates } from './plain-rates.ts';

type Order = { readonly kind: 'DATE' | 'VERSION' | 'NONE'; readonly parts: readonly number[] };
type Member = { readonly slug: ModelSlug; readonly stem: string; readonly order: Order };

const isVersion = (word: string): boolean => /^\d{1,2}$/.test(word);

/** A model's family, and where in it it stands: by the date or the version that its name states. */
const placeOf = (name: string): { readonly stem: string; readonly order: Order } => {
  const spelled = spellName(name);
  const dated = splitDate(spelled) ?? splitShortDate(spelled);
  const words = (dated?.base ?? spelled).split('-');
  const version = words.filter(isVersion).map(Number);
  const stem = words.filter((word) => !isVersion(word)).join('-');
  if (dated !== undefined && version.length === 0)
    return { stem, order: { kind: 'DATE', parts: [Number(dated.date)] } };
  return { stem, order: { kind: version.length === 0 ? 'NONE' : 'VERSION', parts: version } };
};

const compare = (one: Order, other: Order): number => {
  for (let at = 0; at < Math.max(one.parts.length, other.parts.length); at += 1) {
    const difference = (one.parts[at] ?? 0) - (other.parts[at] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
};

/** The list that gives one rate for several names: its rates do not tell them apart. */
const SHARED_RATES = 'genai-prices';

export type MovingAliases = {
  /** The model that the alias of a provider means now; undefined where that is not known. */
  target(draft: Draft, lab: string, name: string): ModelSlug | undefined;
};

/**
 * What pointers such as `gemini-flash-latest` mean on the day of the data: the newest model of the family by date or version,
 * if the same provider lists it at the same rates. A family that is named by dates and by versions has no newest one.
 */
export const createMovingAliases = (
  names: ReadonlyMap<ModelSlug, NamedModel>,
  drafts: readonly Draft[],
): MovingAliases => {
  let byLab: ReadonlyMap<string, readonly ModelSlug[]> | undefined;
  const members = keepResults((lab): readonly Member[] => {
    byLab ??= Map.groupBy(names.keys(), (slug) => splitSlug(slug).lab);
    return (byLab.get(lab) ?? []).flatMap((slug) => {
      const { name } = splitSlug(slug);
      if (isMovingAlias(name)) return [];
      const aliases = names.get(slug)?.aliases ?? [];
      return [name, ...aliases].map((each) => ({ slug, ...placeOf(each) }));
    });
  });
  /** By the provider and the spelling of the last part of the name. */
  let bySpelling: ReadonlyMap<string, readonly Draft[]> | undefined;
  const sameRates = (draft: Draft, lab: string, slug: ModelSlug): boolean => {
    bySpelling ??= Map.groupBy(drafts, ({ info, providerModelId }) => {
      const last = providerModelId.slice(providerModelId.lastIndexOf('/') + 1);
      return `${info.id}/${spellName(last.toLowerCase())}`;
    });
    const rates = plainRates(draft, SHARED_RATES);
    const spelled = spellName(splitSlug(slug).name);
    const twins = (bySpelling.get(`${draft.info.id}/${spelled}`) ?? []).filter((other) => {
      const organization = other.providerModelId.toLowerCase().split('/').at(-2);
      const own = ownNames(other)?.lab ?? (organization === undefined ? undefined : labOf(organization));
      return own === undefined || own === lab;
    });
    return twins.some((twin) => plainRates(twin, SHARED_RATES).some((rate) => rates.includes(rate)));
  };
  let byName: ReadonlyMap<string, readonly Draft[]> | undefined;
  const ownAliases = (lab: string, name: string): readonly Draft[] => {
    byName ??= Map.groupBy(drafts, ({ providerModelId }) => providerModelId.toLowerCase());
    return (byName.get(name) ?? []).filter((draft) => ownNames(draft)?.lab === lab);
  };
  return {
    target(draft, lab, name) {
      const stem = spellName(name.replace(/-latest$/, ''));
      const all = members(lab);
      const family = all.filter((member) => member.stem === stem && member.order.kind !== 'NONE');
      const [first, ...others] = family;
      if (first === undefined || others.some(({ order }) => order.kind !== first.order.kind))
        return undefined;
      const newest = family.reduce((best, each) => (compare(each.order, best.order) > 0 ? each : best));
      const longer = `${stem}-`;
      const isPassed = all.some(
        (other) =>
          other.stem.startsWith(longer) &&
          other.order.kind === 'VERSION' &&
          compare(other.order, newest.order) > 0,
      );
      if (isPassed) return undefined;
      // What the alias means at its lab it means elsewhere, whatever is charged there.
      const aliases = [draft, ...ownAliases(lab, name)];
      return aliases.some((alias) => sameRates(alias, lab, newest.slug)) ? newest.slug : undefined;
    },
  };
};
