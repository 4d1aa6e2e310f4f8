import { asProviderId } from '../../../domain/ids.ts';
import { createOpenAiCodec } from '../../../wire/openai/codec.ts';
import type { KnownProvider } from '../known-provider.ts';

const CODEC = createOpenAiCodec({
  supportsTopK: true,
  reasoningEfforts: { low: 'low', medium: 'medium', high: 'high' },
});

export const together: KnownProvider = {
  id: asProviderId('together'),
  name: 'Together AI',
  kind: 'HOST',
  baseUrl: 'https://api.together.xyz/v1',
  keyVariables: ['TOGETHER_API_KEY'],
  seedId: 'together',
  docsUrl: 'https://docs.together.ai',
  api: { kind: 'DIALECT', dialect: 'openai', codec: () => CODEC, operations: {} },
};
