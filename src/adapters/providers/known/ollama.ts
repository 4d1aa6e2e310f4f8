import { asProviderId } from '../../../domain/ids.ts';
import { createOpenAiCodec } from '../../../wire/openai/codec.ts';
import type { KnownProvider } from '../known-provider.ts';

/** A local Ollama; `discoverOllama` tells whether it runs and which models it has. */
const CODEC = createOpenAiCodec({
  reasoningEfforts: { none: 'none', low: 'low', medium: 'medium', high: 'high' },
  unsupported: ['imageUrl', 'toolChoice', 'parallelToolCalls', 'user'],
});

export const ollama: KnownProvider = {
  id: asProviderId('ollama'),
  name: 'Ollama',
  kind: 'LOCAL',
  baseUrl: 'http://127.0.0.1:11434/v1',
  keyVariables: [],
  docsUrl: 'https://docs.ollama.com',
  isLocal: true,
  api: { kind: 'DIALECT', dialect: 'openai', codec: () => CODEC, operations: {} },
};
