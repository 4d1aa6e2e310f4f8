import { createCohere } from '@ai-sdk/cohere';
import type { ProviderSettings } from '../../../../domain/provider-settings.ts';
import type { Provider } from '../../../../ports/provider.ts';
import type { ProviderDependencies } from '../../known-provider.ts';
import { createAiSdkProvider } from '../create-provider.ts';
import { type ConnectCohere, createCohereLanguage } from './language.ts';
import { cohereOperations } from './operations.ts';

export const connectCohere = async (
  settings: ProviderSettings,
  dependencies: ProviderDependencies,
): Promise<Provider> => {
  const connect: ConnectCohere = (fetch) =>
    createCohere({ baseURL: settings.baseUrl, apiKey: settings.apiKey?.reveal() ?? '', fetch });
  const secrets = settings.apiKey === undefined ? [] : [settings.apiKey];
  return createAiSdkProvider({
    id: settings.id,
    baseUrl: settings.baseUrl,
    language: createCohereLanguage(connect),
    operations: cohereOperations(connect, { ...dependencies, id: settings.id, secrets }),
    secrets,
    ...dependencies,
  });
};
