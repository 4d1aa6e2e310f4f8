/** Who serves Claude in Anthropic's own dialect: Anthropic and its relays, or Google's Vertex AI. */
export type AnthropicPlatform = 'anthropic' | 'vertex';
