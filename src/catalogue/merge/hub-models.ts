import { asModelSlug, type ModelSlug } from '../../domain/ids.ts';
import { identityKey } from '../../domain/model-name.ts';
import { parseHostName } from '../host-name.ts';
import { labOf } from '../lab-names.ts';
import type { ModelIndex } from '../model-index.ts';
import { splitSlug } from '../model-index.ts';
import { isShipped } from '../source-precedence.ts';
import type { Draft } from './draft.ts';

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

type HubName = { readonly providerId: string; readonly name: string };

/** OpenRouter's spelling where it has one, else the shortest. */
const spellingOf = (group: readonly HubName[]): string => {
  const preferred = group.filter(({ providerId }) => providerId === 'openrouter');
  const names = (preferred.length > 0 ? preferred : group).map(({ name }) => name.toLowerCase());
  return names.reduce((best, name) =>
    name.length < best.length || (name.length === best.length && name < best) ? name : best,
  );
};

/** Models of labs that serve none themselves: those that ids of hubs state, in the shipped lists. */
export const nameHubModels = (drafts: readonly Draft[], labsOnly: ModelIndex): readonly ModelSlug[] => {
  const groups = new Map<string, HubName[]>();
  for (const { seedId, providerModelId, claims } of drafts) {
    if (!statesTheLab(seedId) || !claims.some(({ rank }) => isShipped(rank))) continue;
    const { organization, names: [name] = [] } = parseHostName(seedId, providerModelId) ?? {};
    if (organization === undefined || name === undefined) continue;
    if (labsOnly.qualified(labOf(organization), name).kind !== 'NONE') continue;
    const key = `${labOf(organization)}/${identityKey(name)}`;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [{ providerId: seedId, name }]);
    else group.push({ providerId: seedId, name });
  }
  return [...groups].map(([key, group]) => asModelSlug(`${splitSlug(key).lab}/${spellingOf(group)}`));
};
