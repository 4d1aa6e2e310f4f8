import { createAmazonBedrock } from '@ai-sdk/amazon-bedrock';
import type { ProviderSettings } from '../../../../domain/provider-settings.ts';
import type { Secret } from '../../../../domain/secret.ts';
import type { Provider } from '../../../../ports/provider.ts';
import type { ProviderDependencies } from '../../known-provider.ts';
import { createAiSdkProvider } from '../create-provider.ts';
import { type ConnectBedrock, createBedrockLanguage } from './language.ts';
import { bedrockOperations } from './operations.ts';

/** Rerankers answer at another host than models do. */
const agentUrl = (baseUrl: string): string =>
  baseUrl.replace('://bedrock-runtime.', '://bedrock-agent-runtime.');

/** Amazon Bedrock with a key of its own, or with access keys by which every request is signed. */
export const connectBedrock = async (
  settings: ProviderSettings,
  dependencies: ProviderDependencies,
): Promise<Provider> => {
  const region = settings.variables?.AWS_REGION ?? 'us-east-1';
  const {
    AWS_ACCESS_KEY_ID: id,
    AWS_SECRET_ACCESS_KEY: key,
    AWS_SESSION_TOKEN: token,
  } = settings.secrets ?? {};
  const connectAt =
    (baseURL: string): ConnectBedrock =>
    (fetch) =>
      createAmazonBedrock({
        region,
        baseURL,
        fetch,
        // What is left out here the package looks for in the environment: nothing may come from there.
        apiKey: settings.apiKey?.reveal() ?? '',
        accessKeyId: id?.reveal() ?? '',
        secretAccessKey: key?.reveal() ?? '',
        ...(token !== undefined && { sessionToken: token.reveal() }),
      });
  const connect = connectAt(settings.baseUrl);
  const secrets = [settings.apiKey, key, token, id].filter(
    (secret): secret is Secret => secret !== undefined,
  );
  return createAiSdkProvider({
    id: settings.id,
    baseUrl: settings.baseUrl,
    language: createBedrockLanguage(connect),
    operations: bedrockOperations({
      connect,
      baseUrl: settings.baseUrl,
      credentials: {
        region,
        apiKey: settings.apiKey,
        accessKeyId: id,
        secretAccessKey: key,
        sessionToken: token,
      },
      connectReranker: connectAt(agentUrl(settings.baseUrl)),
      performance: { ...dependencies, id: settings.id, secrets },
    }),
    secrets,
    ...dependencies,
  });
};
