import { asProviderId } from '../../../domain/ids.ts';
import type { KnownProvider } from '../known-provider.ts';

export const cohere: KnownProvider = {
  id: asProviderId('cohere'),
  name: 'Cohere',
  kind: 'LAB',
  baseUrl: 'https://api.cohere.com/v2',
  keyVariables: ['COHERE_API_KEY', 'CO_API_KEY'],
  docsUrl: 'https://docs.cohere.com',
  api: {
    kind: 'LIBRARY',
    completes: true,
    operations: ['EMBEDDING', 'RERANK'],
    connect: async (settings, dependencies) =>
      (await import('../ai-sdk/cohere/connect.ts')).connectCohere(settings, dependencies),
  },
};
