import type { ModelSlug } from '../../domain/ids.ts';
import {
  identityKey,
  isSnapshot,
  looseKey,
  snapshotKey,
  spellName,
  splitDate,
} from '../../domain/model-name.ts';

/** A model and the names it goes by. */
export type NamedModel = {
  readonly slug: ModelSlug;
  /** Names that its own lab gives it besides the slug's. */
  readonly aliases: readonly string[];
  /** Whether the slug's first part is a lab; false for a host's model whose lab is not known. */
  readonly ofLab: boolean;
};

/**
 * ID: the slug's own name. ALIAS: listed by its lab. KEY: equal but for spelling and the date of the current snapshot.
 * LOOSE: equal but for the order of words and words that hosts leave out.
 */
export type MatchKind = 'ID' | 'ALIAS' | 'KEY' | 'LOOSE';
export type NameMatch =
  | { readonly kind: 'ONE'; readonly slug: ModelSlug; readonly by: MatchKind }
  | { readonly kind: 'MANY'; readonly slugs: readonly ModelSlug[]; readonly by: MatchKind }
  | { readonly kind: 'NONE' };

export type ModelIndex = {
  /** Looks for a lab's model by its name. `lab` is the slug's word for it. */
  qualified(lab: string, name: string): NameMatch;
  /** Looks for a name among all labs' models; those of hosts count only where no lab has it. */
  unqualified(name: string): NameMatch;
  /** Adds a model, or names to one that is there. */
  add(model: NamedModel): void;
};

/** The current snapshot of models that have several, as a date `YYYYMMDD`, by lab and key of the undated name. */
export type Snapshots = ReadonlyMap<string, string>;

type Table = Map<string, NamedModel[]>;

const NONE: NameMatch = { kind: 'NONE' };

const put = (table: Table, key: string, model: NamedModel): void => {
  const known = table.get(key);
  if (known === undefined) {
    table.set(key, [model]);
    return;
  }
  const same = known.findIndex(({ slug }) => slug === model.slug);
  if (same < 0) known.push(model);
  else known[same] = model;
};

/** The two halves of a slug at its first slash. */
export const splitSlug = (slug: string): { readonly lab: string; readonly name: string } => {
  const slash = slug.indexOf('/');
  return { lab: slug.slice(0, slash), name: slug.slice(slash + 1) };
};

const among = (found: readonly NamedModel[] | undefined, by: MatchKind): NameMatch => {
  if (found === undefined) return NONE;
  const labs = found.filter((model) => model.ofLab);
  const [first, ...others] = labs.length > 0 ? labs : found;
  if (first === undefined) return NONE;
  if (others.length === 0) return { kind: 'ONE', slug: first.slug, by };
  return { kind: 'MANY', slugs: [first, ...others].map((model) => model.slug).sort(), by };
};

/** The tables of one way to name models: with the lab before the name, or without. */
class NameTables {
  readonly #byId: Table = new Map();
  readonly #byAlias: Table = new Map();
  readonly #bySpelledAlias: Table = new Map();
  readonly #byKey: Table = new Map();
  readonly #byLooseKey: Table = new Map();

  add(prefix: string, name: string, model: NamedModel): void {
    put(this.#byId, `${prefix}${name}`, model);
    for (const alias of model.aliases) {
      put(this.#byAlias, `${prefix}${alias.toLowerCase()}`, model);
      put(this.#bySpelledAlias, `${prefix}${spellName(alias)}`, model);
    }
    // A snapshot with a model of its own does not answer to the undated name.
    const snapshot = snapshotKey(name);
    if (snapshot !== undefined) put(this.#byKey, `${prefix}${snapshot}`, model);
    if (isSnapshot(name)) return;
    const key = identityKey(name);
    put(this.#byKey, `${prefix}${key}`, model);
    const loose = looseKey(key);
    if (loose !== undefined) put(this.#byLooseKey, `${prefix}${loose}`, model);
  }

  find(prefix: string, name: string, isCurrent: (found: ModelSlug, key: string) => boolean): NameMatch {
    const exact = `${prefix}${name.toLowerCase()}`;
    const byId = among(this.#byId.get(exact), 'ID');
    if (byId.kind !== 'NONE') return byId;
    const byAlias = among(this.#byAlias.get(exact), 'ALIAS');
    if (byAlias.kind !== 'NONE') return byAlias;
    const snapshot = snapshotKey(name);
    const bySnapshot = among(
      snapshot === undefined ? undefined : this.#byKey.get(`${prefix}${snapshot}`),
      'KEY',
    );
    if (bySnapshot.kind !== 'NONE') return bySnapshot;
    const key = identityKey(name);
    const byKey = among(this.#byKey.get(`${prefix}${key}`), 'KEY');
    if (byKey.kind === 'ONE') return isCurrent(byKey.slug, key) ? byKey : NONE;
    if (byKey.kind === 'MANY') return byKey;
    const bySpelledAlias = among(this.#bySpelledAlias.get(`${prefix}${spellName(name)}`), 'KEY');
    if (bySpelledAlias.kind !== 'NONE') return bySpelledAlias;
    const loose = looseKey(key);
    const byLooseKey = loose === undefined ? NONE : among(this.#byLooseKey.get(`${prefix}${loose}`), 'LOOSE');
    return byLooseKey.kind === 'ONE' && !isCurrent(byLooseKey.slug, key) ? NONE : byLooseKey;
  }
}

const NO_SNAPSHOTS: Snapshots = new Map();

/** Indexes models by every name they go by. Names compare without regard to case. */
export const createModelIndex = (
  models: Iterable<NamedModel>,
  snapshots: Snapshots = NO_SNAPSHOTS,
): ModelIndex => {
  const bare = new NameTables();
  const qualified = new NameTables();
  const add = (model: NamedModel): void => {
    const { lab, name } = splitSlug(model.slug.toLowerCase());
    bare.add('', name, model);
    qualified.add(`${lab}/`, name, model);
  };
  for (const model of models) add(model);
  const find = (tables: NameTables, prefix: string, name: string): NameMatch => {
    return tables.find(prefix, name, (slug, key) => {
      if (snapshots.size === 0) return true;
      const date = splitDate(spellName(name).replace(/-latest$/, ''))?.date;
      if (date === undefined) return true;
      const current = snapshots.get(`${splitSlug(slug).lab}/${key}`);
      return current === undefined || current === date;
    });
  };
  return {
    add,
    qualified: (lab, name) => find(qualified, `${lab}/`, name),
    unqualified: (name) => find(bare, '', name),
  };
};
