import type { ModelInfo, Provider } from '@pydantic/genai-prices';
import { asModelSlug, type ModelSlug } from '../domain/ids.ts';
import { type Billing, type Model, type ModelJoin, NO_FACTS, type Offering } from '../domain/model.ts';
import type { Provenance } from '../domain/price.ts';
import { hostApiName, type LabModel, labModelsOf } from './lab-models.ts';
import { knownProvider, labOf } from './lab-names.ts';
import {
  createModelIndex,
  type ModelIndex,
  type NamedModel,
  type NameMatch,
  splitSlug,
} from './model-index.ts';
import { identityKey, type ParsedName, parseHostName } from './model-name.ts';
import { type SeedPrice, type SeedSkip, seedPricesOf } from './seed-prices.ts';

/** An offering that is not yet bound to a configured provider. */
export type SeedOffering = Omit<Offering, 'id' | 'providerId'> & { readonly prices: readonly SeedPrice[] };

export type JoinedSeed = {
  readonly models: readonly Model[];
  readonly names: readonly NamedModel[];
  /** By the source's id of the provider. */
  readonly offerings: ReadonlyMap<string, readonly SeedOffering[]>;
};

/** An entry of the source at a provider that did not train the model. */
type HostEntry = { readonly provider: Provider; readonly entry: ModelInfo; readonly parsed?: ParsedName };

type Joined = { readonly slug: ModelSlug; readonly join: ModelJoin };

/** Providers whose `organization/name` ids are those of model hubs, so that they state who made the model. */
const STATES_THE_LAB = new Set([
  'arcee',
  'avian',
  'baseten',
  'cloudflare',
  'doubleword',
  'groq',
  'modal',
  'novita',
  'openrouter',
  'together',
]);
const statesTheLab = (providerId: string): boolean =>
  STATES_THE_LAB.has(providerId) || providerId.startsWith('huggingface_');

/** Whether an entry of a lab's own list is another lab's model that it serves. */
const isOthers = (providerId: string, id: string): boolean =>
  (providerId === 'google' && id.startsWith('claude-')) ||
  (providerId === 'cursor' && id.startsWith('grok-')) ||
  (providerId === 'arcee' && id.includes('/'));

const isFineTuneRate = (id: string): boolean => id.startsWith('ft:') || id.endsWith('.ft-');

/** The last day on which the source says that it compared prices with the provider's page. */
const checkedAt = (...comments: readonly (string | undefined)[]): Date | undefined => {
  for (const comment of comments) {
    const days = comment?.match(/\bcheck(?:ed)?\b.{0,80}?\d{4}-\d{2}-\d{2}(?: and \d{4}-\d{2}-\d{2})?/gi);
    const last = days
      ?.join(' ')
      .match(/\d{4}-\d{2}-\d{2}/g)
      ?.toSorted()
      .at(-1);
    if (last !== undefined) return new Date(`${last}T00:00:00Z`);
  }
  return undefined;
};

/**
 * Without a price the billing is unknown, unless the source says in words that nothing is charged, or the
 * id is OpenRouter's name for a free variant. A list on which every price is 0 states no price either:
 * plans and trials look like that.
 */
const billingOf = (providerId: string, entry: ModelInfo, prices: readonly SeedPrice[]): Billing => {
  if (prices.some((price) => !price.amount.isZero())) return 'METERED';
  const saysFree = entry.price_comments?.includes('Free of charge') === true;
  return saysFree || (providerId === 'openrouter' && entry.id.endsWith(':free')) ? 'FREE' : 'UNKNOWN';
};

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

/** The one model that a host's name means, as far as the index tells. */
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

/** OpenRouter's spelling where it has one, else the shortest. */
const spellingOf = (group: readonly { readonly host: HostEntry; readonly name: string }[]): string => {
  const preferred = group.filter(({ host }) => host.provider.id === 'openrouter');
  const names = (preferred.length > 0 ? preferred : group).map(({ name }) => name.toLowerCase());
  return names.reduce((best, name) =>
    name.length < best.length || (name.length === best.length && name < best) ? name : best,
  );
};

/**
 * Decides which model each entry of the source is of. Labs' own lists make models; so do hub ids that name
 * an organization. Other hosts' names are looked for among those; what fits none, or several, stays a model
 * of its own under the provider's name (UNJOINED), for a wrong join would price or send a wrong model.
 */
export const joinSeedModels = (
  source: readonly Provider[],
  origin: Pick<Provenance, 'source' | 'observedAt'>,
  skip: (skipped: SeedSkip) => void,
): JoinedSeed => {
  const models = new Map<ModelSlug, Model>();
  const names = new Map<ModelSlug, NamedModel>();
  const offerings = new Map<string, SeedOffering[]>(source.map((provider) => [provider.id, []]));
  const hosts: HostEntry[] = [];

  const provenanceOf = (provider: Provider, entry: ModelInfo): Provenance => {
    const checked = checkedAt(entry.price_comments, provider.price_comments);
    const [sourceUrl] = provider.pricing_urls ?? [];
    return {
      ...origin,
      ...(sourceUrl === undefined ? {} : { sourceUrl }),
      ...(checked === undefined ? {} : { checkedAt: checked }),
    };
  };
  const addModel = (
    { slug, aliases, ofLab }: NamedModel,
    provider: Provider,
    entry: ModelInfo,
    limits: Model['limits'],
    name: string,
  ): void => {
    const named = names.get(slug);
    names.set(slug, { slug, ofLab, aliases: [...(named?.aliases ?? []), ...aliases] });
    if (models.has(slug)) return;
    models.set(slug, {
      slug,
      name,
      lab: splitSlug(slug).lab,
      ...(entry.description === undefined ? {} : { description: entry.description }),
      ...NO_FACTS,
      limits,
      deprecated: entry.deprecated === true,
      provenance: provenanceOf(provider, entry),
    });
  };
  const addOffering = (
    provider: Provider,
    entry: ModelInfo,
    providerModelId: string,
    joined: Joined,
  ): void => {
    const provenance = provenanceOf(provider, entry);
    const prices = seedPricesOf(provider.id, entry, provenance, skip);
    const billing = billingOf(provider.id, entry, prices);
    offerings.get(provider.id)?.push({
      providerModelId,
      modelSlug: joined.slug,
      join: joined.join,
      billing,
      ...(provider.id === 'aws' && entry.id.startsWith('global.') ? { region: 'global' } : {}),
      ...NO_FACTS,
      limits: entry.context_window === undefined ? {} : { contextWindow: entry.context_window },
      deprecated: entry.deprecated === true,
      provenance,
      prices: billing === 'METERED' ? prices : [],
    });
  };

  for (const provider of source) {
    const lab = knownProvider(provider.id)?.lab;
    const listed = provider.models.filter((entry) => {
      if (!isFineTuneRate(entry.id)) return true;
      skip({
        providerId: provider.id,
        modelId: entry.id,
        fact: 'model',
        reason: 'a rate of fine-tuned models, not a model',
      });
      return false;
    });
    const own = lab === undefined ? [] : listed.filter((entry) => !isOthers(provider.id, entry.id));
    for (const model of labModelsOf(lab ?? '', own)) {
      const slug = asModelSlug(`${lab}/${model.name}`);
      addModel(
        { slug, aliases: model.aliases, ofLab: true },
        provider,
        model.entry,
        model.entry.context_window === undefined ? {} : { contextWindow: model.entry.context_window },
        nameOf(model),
      );
      addOffering(provider, model.entry, model.providerModelId, { slug, join: 'EXPLICIT' });
    }
    for (const entry of listed) {
      if (own.includes(entry)) continue;
      const parsed = parseHostName(provider.id, entry.id);
      hosts.push({ provider, entry, ...(parsed === undefined ? {} : { parsed }) });
    }
  }

  const labsOnly = createModelIndex(names.values());
  const groups = new Map<string, { host: HostEntry; name: string }[]>();
  for (const host of hosts) {
    const { organization, names: spellings } = host.parsed ?? { names: [] };
    const [name] = spellings;
    if (organization === undefined || name === undefined || !statesTheLab(host.provider.id)) continue;
    if (labsOnly.qualified(labOf(organization), name).kind !== 'NONE') continue;
    const key = `${labOf(organization)}/${identityKey(name)}`;
    groups.set(key, [...(groups.get(key) ?? []), { host, name }]);
  }
  for (const [key, group] of groups) {
    const name = spellingOf(group);
    const slug = asModelSlug(`${splitSlug(key).lab}/${name}`);
    const [describing] = group.filter((one) => one.name.toLowerCase() === name);
    if (describing === undefined) continue;
    const { provider, entry } = describing.host;
    addModel(
      { slug, aliases: [], ofLab: true },
      provider,
      { ...entry, deprecated: group.every(({ host }) => host.entry.deprecated === true) },
      {},
      (entry.name ?? describing.name).replace(/ \(free\)$/, ''),
    );
  }

  const everyLab = createModelIndex(names.values());
  for (const { provider, entry, parsed } of hosts) {
    const providerModelId = hostApiName(provider.id, entry);
    const joined = parsed === undefined ? undefined : lookUp(everyLab, parsed);
    if (joined !== undefined) {
      addOffering(provider, entry, providerModelId, joined);
      continue;
    }
    const slug = asModelSlug(`${provider.id}/${entry.id.toLowerCase()}`);
    addModel({ slug, aliases: [], ofLab: false }, provider, entry, {}, entry.name ?? entry.id);
    addOffering(provider, entry, providerModelId, { slug, join: 'UNJOINED' });
  }

  return {
    models: [...models.values()].toSorted((one, other) => (one.slug < other.slug ? -1 : 1)),
    names: [...names.values()],
    offerings,
  };
};

/** The source's name, unless the model is only one of several that share the entry. */
const nameOf = ({ entry, name, providerModelId }: LabModel): string =>
  entry.name !== undefined && (entry.id.toLowerCase().startsWith(name) || name === entry.id.toLowerCase())
    ? entry.name
    : providerModelId;
