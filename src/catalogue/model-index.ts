import type { ModelSlug } from '../domain/ids.ts';
import { identityKey, isSnapshot } from '../domain/model-name.ts';

/** A model and the names it goes by. */
export type NamedModel = {
  readonly slug: ModelSlug;
  /** Names that its own lab gives it besides the slug's. */
  readonly aliases: readonly string[];
  /** Whether the slug's first part is a lab; false for a host's model that could not be told. */
  readonly ofLab: boolean;
};

/** ID: the slug's own name. ALIAS: listed by its lab. KEY: equal but for spelling and date. */
export type NameMatch =
  | { readonly kind: 'ONE'; readonly slug: ModelSlug; readonly by: 'ID' | 'ALIAS' | 'KEY' }
  | { readonly kind: 'MANY'; readonly slugs: readonly ModelSlug[]; readonly by: 'ID' | 'ALIAS' | 'KEY' }
  | { readonly kind: 'NONE' };

export type ModelIndex = {
  /** Looks for a lab's model by its name. `lab` is the slug's word for it. */
  qualified(lab: string, name: string): NameMatch;
  /** Looks for a name among all labs' models; those of hosts count only where no lab has it. */
  unqualified(name: string): NameMatch;
};

type Table = Map<string, NamedModel[]>;

const NONE: NameMatch = { kind: 'NONE' };

const put = (table: Table, key: string, model: NamedModel): void => {
  const known = table.get(key);
  if (known === undefined) table.set(key, [model]);
  else if (!known.includes(model)) known.push(model);
};

/** The two halves of a slug at its first slash. */
export const splitSlug = (slug: string): { readonly lab: string; readonly name: string } => {
  const slash = slug.indexOf('/');
  return { lab: slug.slice(0, slash), name: slug.slice(slash + 1) };
};

/** Indexes models by every name they go by. Names compare without regard to case. */
export const createModelIndex = (models: Iterable<NamedModel>): ModelIndex => {
  const byId: Table = new Map();
  const byAlias: Table = new Map();
  const byKey: Table = new Map();
  const qualifiedById: Table = new Map();
  const qualifiedByAlias: Table = new Map();
  const qualifiedByKey: Table = new Map();

  for (const model of models) {
    const { lab, name } = splitSlug(model.slug.toLowerCase());
    put(byId, name, model);
    put(qualifiedById, `${lab}/${name}`, model);
    for (const alias of model.aliases) {
      put(byAlias, alias.toLowerCase(), model);
      put(qualifiedByAlias, `${lab}/${alias.toLowerCase()}`, model);
    }
    // A snapshot with a model of its own does not answer to the undated name.
    if (!isSnapshot(name)) {
      put(byKey, identityKey(name), model);
      put(qualifiedByKey, `${lab}/${identityKey(name)}`, model);
    }
  }

  const among = (found: readonly NamedModel[] | undefined, by: 'ID' | 'ALIAS' | 'KEY'): NameMatch => {
    if (found === undefined) return NONE;
    const labs = found.filter((model) => model.ofLab);
    const [first, ...others] = labs.length > 0 ? labs : found;
    if (first === undefined) return NONE;
    if (others.length === 0) return { kind: 'ONE', slug: first.slug, by };
    return { kind: 'MANY', slugs: [first, ...others].map((model) => model.slug).sort(), by };
  };
  const firstOf = (...matches: readonly NameMatch[]): NameMatch =>
    matches.find((match) => match.kind !== 'NONE') ?? NONE;

  return {
    qualified: (lab, name) => {
      const exact = `${lab}/${name.toLowerCase()}`;
      return firstOf(
        among(qualifiedById.get(exact), 'ID'),
        among(qualifiedByAlias.get(exact), 'ALIAS'),
        among(qualifiedByKey.get(`${lab}/${identityKey(name)}`), 'KEY'),
      );
    },
    unqualified: (name) => {
      const exact = name.toLowerCase();
      return firstOf(
        among(byId.get(exact), 'ID'),
        among(byAlias.get(exact), 'ALIAS'),
        among(byKey.get(identityKey(name)), 'KEY'),
      );
    },
  };
};
