import type { Attributes } from '@opentelemetry/api';
import type { OfferingId, ProviderId } from '../../../domain/ids.ts';

/** Names that the conventions have for providers, where they are other than ours. */
const WELL_KNOWN: { readonly [id: string]: string } = {
  azure: 'azure.ai.openai',
  bedrock: 'aws.bedrock',
  google: 'gcp.gemini',
  mistral: 'mistral_ai',
  moonshot: 'moonshot_ai',
  'moonshot-cn': 'moonshot_ai',
  vertex: 'gcp.vertex_ai',
  xai: 'x_ai',
};

export const providerName = (id: ProviderId): string =>
  Object.hasOwn(WELL_KNOWN, id) ? (WELL_KNOWN[id] ?? id) : id;

/** The name that the provider uses. */
export const providerModel = (id: OfferingId): string => id.slice(id.indexOf('/') + 1);

/** Of a name and a port, as `api.example.com:443`. */
export const serverAttributes = (host: string | undefined): Attributes => {
  const [, address, port] = /^(.+):(\d+)$/.exec(host ?? '') ?? [];
  if (address === undefined) return {};
  return { 'server.address': address.replace(/^\[(.*)\]$/, '$1'), 'server.port': Number(port) };
};
