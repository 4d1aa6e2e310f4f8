import { asProviderId } from '../../../domain/ids.ts';
import { createOpenAiCodec } from '../../../wire/openai/codec.ts';
import type { KnownProvider } from '../known-provider.ts';

const CODEC = createOpenAiCodec({ maxTokensField: 'max_completion_tokens' });

export const openai: KnownProvider = {
  id: asProviderId('openai'),
  name: 'OpenAI',
  kind: 'LAB',
  baseUrl: 'https://api.openai.com/v1',
  keyVariables: ['OPENAI_API_KEY'],
  seedId: 'openai',
  docsUrl: 'https://platform.openai.com/docs',
  api: { kind: 'DIALECT', dialect: 'openai', codec: () => CODEC, operations: {} },
};
