/** A provider's name for a model, taken apart. */
export type ParsedName = {
  /** Organization as the name states it; absent from unqualified names. */
  readonly organization?: string;
  /** Spellings of the model's name to look for, the likeliest first. */
  readonly names: readonly string[];
};

const parseBedrock = (id: string): ParsedName => {
  const unregioned = id.replace(/^(?:global|regional|us|us-gov|eu|apac|jp|au)\./, '');
  const dot = unregioned.indexOf('.');
  const name = unregioned.slice(dot + 1);
  return {
    organization: unregioned.slice(0, dot),
    names: [name.replace(/:\d+$/, ''), name.replace(/(?:-v?\d+)?:\d+$|-v\d+$/, '')],
  };
};

/**
 * Takes a host's name for a model apart. Undefined where the name is of something else than one model: a
 * pointer that moves between models, or a mode of one at another price.
 */
export const parseHostName = (providerId: string, id: string): ParsedName | undefined => {
  if (providerId === 'bedrock') return parseBedrock(id);
  if (id.startsWith('~')) return undefined;
  const bare = id.replace(/:free$/, '').replace(/^(?:@cf|accounts\/fireworks\/(?:models|routers))\//, '');
  if (providerId === 'openrouter' && bare.includes(':')) return undefined;
  const slash = bare.indexOf('/');
  if (slash > 0) return { organization: bare.slice(0, slash), names: [bare.slice(slash + 1)] };
  // Fireworks writes version dots as p: glm-5p2.
  return { names: [providerId === 'fireworks' ? bare.replace(/(\d)p(\d)/g, '$1.$2') : bare] };
};
