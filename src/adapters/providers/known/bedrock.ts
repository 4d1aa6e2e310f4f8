import { asProviderId } from '../../../domain/ids.ts';
import type { KnownProvider } from '../known-provider.ts';

export const bedrock: KnownProvider = {
  id: asProviderId('bedrock'),
  name: 'Amazon Bedrock',
  kind: 'CLOUD',
  baseUrl: 'https://bedrock-runtime.{AWS_REGION}.amazonaws.com',
  variables: [{ name: 'AWS_REGION', default: 'us-east-1' }],
  keyVariables: ['AWS_BEARER_TOKEN_BEDROCK'],
  credentialSets: [
    { required: ['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY'], optional: ['AWS_SESSION_TOKEN'] },
  ],
  aliases: ['aws', 'amazon-bedrock'],
  docsUrl: 'https://docs.aws.amazon.com/bedrock',
  api: {
    kind: 'LIBRARY',
    completes: true,
    operations: ['EMBEDDING', 'IMAGE_GENERATION', 'RERANK', 'TOKEN_COUNT'],
    connect: async (settings, dependencies) =>
      (await import('../ai-sdk/bedrock/connect.ts')).connectBedrock(settings, dependencies),
  },
};
