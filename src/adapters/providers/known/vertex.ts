import { asProviderId } from '../../../domain/ids.ts';
import type { KnownProvider } from '../known-provider.ts';

export const vertex: KnownProvider = {
  id: asProviderId('vertex'),
  name: 'Google Vertex AI',
  kind: 'CLOUD',
  baseUrl:
    'https://{GOOGLE_VERTEX_LOCATION}-aiplatform.googleapis.com/v1/projects/{GOOGLE_VERTEX_PROJECT}/locations/{GOOGLE_VERTEX_LOCATION}',
  variables: [
    { name: 'GOOGLE_VERTEX_PROJECT' },
    { name: 'GOOGLE_VERTEX_LOCATION', default: 'global' },
    // The file of a service account. Empty: the credentials that Google's own programs use on this machine.
    { name: 'GOOGLE_APPLICATION_CREDENTIALS', default: '' },
  ],
  keyVariables: [],
  credentialSets: [{ required: ['GOOGLE_SERVICE_ACCOUNT_JSON'] }],
  aliases: ['google-vertex', 'vertexai'],
  seedId: 'google',
  docsUrl: 'https://cloud.google.com/vertex-ai/generative-ai/docs',
  api: {
    kind: 'LIBRARY',
    completes: true,
    operations: ['EMBEDDING', 'IMAGE_GENERATION', 'SPEECH', 'TRANSCRIPTION', 'TOKEN_COUNT'],
    connect: async (settings, dependencies) =>
      (await import('../vertex.ts')).connectVertex(settings, dependencies),
  },
};
