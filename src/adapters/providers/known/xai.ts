import { asProviderId } from '../../../domain/ids.ts';
import { createOpenAiCodec } from '../../../wire/openai/codec.ts';
import type { KnownProvider } from '../known-provider.ts';

const CODEC = createOpenAiCodec({
  reasoningEfforts: { none: 'none', low: 'low', medium: 'medium', high: 'high' },
});

export const xai: KnownProvider = {
  id: asProviderId('xai'),
  name: 'xAI',
  kind: 'LAB',
  baseUrl: 'https://api.x.ai/v1',
  keyVariables: ['XAI_API_KEY'],
  seedId: 'x-ai',
  docsUrl: 'https://docs.x.ai',
  api: { kind: 'DIALECT', dialect: 'openai', codec: () => CODEC, operations: {} },
};
