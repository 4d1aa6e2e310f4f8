/** Who serves Claude in Anthropic's own dialect: Anthropic and its relays, or Google's Vertex AI. */
export type AnthropicPlatform = 'anthropic' | 'vertex';

export const API_VERSION = '2023-06-01';
/** What stands in the body in place of the version's header. */
export const VERTEX_VERSION = 'vertex-2023-10-16';

/** Where a request goes. */
export const pathOf = (model: string, stream: boolean, platform: AnthropicPlatform): string => {
  if (platform === 'anthropic') return '/v1/messages';
  // Vertex writes a model's date after an @.
  const name = encodeURIComponent(model).replaceAll('%40', '@');
  return `/publishers/anthropic/models/${name}:${stream ? 'streamRawPredict' : 'rawPredict'}`;
};
