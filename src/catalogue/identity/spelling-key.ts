import { spellName } from '../../domain/model-name.ts';
import { isKnownLab, labOf } from './labs.ts';

type Rule = { readonly at?: readonly string[]; readonly from: RegExp; readonly to: string };

/** Parts of ids that say nothing of which offering of a provider is meant: paths of its API, numbers of packages. */
const RULES: readonly Rule[] = [
  { from: /^accounts\/[^/]+\/(?:models|routers|deployments)\//, to: '' },
  { from: /^(?:projects\/.*\/)?publishers\/[^/]+\/models\//, to: '' },
  { from: /^models\//, to: '' },
  { from: /^(?:workers-ai\/)?@(?:cf|hf)\//, to: '' },
  { at: ['fireworks'], from: /(?<=\d)p(?=\d)/g, to: '.' },
  { at: ['vertex'], from: /-maas$/, to: '' },
  { at: ['vertex'], from: /@(?:default|latest)$/, to: '' },
  { at: ['bedrock'], from: /(?:-v1)?(?::0)?$/, to: '' },
  { at: ['bedrock'], from: /@(?=20\d{6}$)/, to: '-' },
];

/**
 * Equal for spellings of one offering's id at a provider, so that `kimi-k3p1-pro` and `accounts/fireworks/models/kimi-k3p1-pro`
 * mean the same there. Regions, tiers, dates and kinds of weights stay: they are other offerings. `knownId`: of the known
 * provider whose spelling it is.
 */
export const spellingKey = (knownId: string, id: string): string => {
  let rest = id.toLowerCase();
  if (rest.startsWith(`${knownId}/`)) rest = rest.slice(knownId.length + 1);
  for (const { at, from, to } of RULES)
    if (at === undefined || at.includes(knownId)) rest = rest.replace(from, to);
  const slash = rest.indexOf('/');
  const organization = rest.slice(0, Math.max(0, slash));
  return slash > 0 && isKnownLab(organization)
    ? `${labOf(organization)}/${spellName(rest.slice(slash + 1))}`
    : spellName(rest);
};
