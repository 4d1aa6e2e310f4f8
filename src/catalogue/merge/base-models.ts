import { asModelSlug, type ModelSlug } from '../../domain/ids.ts';
import { identityKey } from '../../domain/model-name.ts';
import { variantOf } from '../identity/host-name.ts';
import { splitSlug } from '../identity/model-index.ts';

/** Words at the end of a name that are of other weights than those of the model whose name it begins with. */
const OTHER_WEIGHTS: ReadonlySet<string> = new Set(['thinking', 'online']);

/** Labs that put settings of one model for a use behind its name. */
const SETTINGS: { readonly [lab: string]: RegExp } = {
  deepgram:
    /-(?:general|meeting|phonecall|voicemail|finance|conversationalai|video|drivethru|automotive|atc)$/,
};

export type BaseModels = {
  /** The model of the same lab that has this name. */
  named(lab: string, name: string): ModelSlug | undefined;
  /** The model whose weights this one serves in another way: faster, at another price, set for a use. */
  variantBase(slug: ModelSlug): ModelSlug | undefined;
};

export const baseModels = (slugs: ReadonlySet<ModelSlug>): BaseModels => {
  const byName = new Map<string, ModelSlug>();
  for (const slug of slugs) {
    const { lab, name } = splitSlug(slug);
    const key = `${lab}/${identityKey(name)}`;
    if (!byName.has(key)) byName.set(key, slug);
  }
  const named = (lab: string, name: string): ModelSlug | undefined => {
    const exact = asModelSlug(`${lab}/${name}`);
    return slugs.has(exact) ? exact : byName.get(`${lab}/${identityKey(name)}`);
  };
  return {
    named,
    variantBase(slug) {
      const { lab, name } = splitSlug(slug);
      const variant = variantOf(name);
      const setting = SETTINGS[lab]?.exec(name)?.[0].length;
      const length = variant === undefined || OTHER_WEIGHTS.has(variant) ? setting : variant.length + 1;
      const base = length === undefined ? undefined : named(lab, name.slice(0, -length));
      return base === slug ? undefined : base;
    },
  };
};
