import { asProviderId } from '../../../domain/ids.ts';
import { createAnthropicCodec } from '../../../wire/anthropic/codec.ts';
import { anthropicTokenCount } from '../../../wire/operations/anthropic/token-count.ts';
import type { KnownProvider } from '../known-provider.ts';

const CODEC = createAnthropicCodec();

export const anthropic: KnownProvider = {
  id: asProviderId('anthropic'),
  name: 'Anthropic',
  kind: 'LAB',
  baseUrl: 'https://api.anthropic.com',
  keyVariables: ['ANTHROPIC_API_KEY'],
  docsUrl: 'https://docs.anthropic.com',
  api: {
    kind: 'DIALECT',
    dialect: 'anthropic',
    codec: () => CODEC,
    toolNames: 'word-128',
    operations: {
      TOKEN_COUNT: anthropicTokenCount(),
    },
  },
};
