import type { ClientRequest } from '../../domain/client-request.ts';
import type { EncodedCall } from '../codec.ts';
import { forwardedHeaders } from '../forwarded-headers.ts';
import { given } from '../json-writing.ts';
import { type AnthropicPlatform, API_VERSION, pathOf, VERTEX_VERSION } from './platform.ts';

/** A client's own request. Vertex wants the model in the path and the version in the body. */
export const forwardAnthropic = (
  model: string,
  client: ClientRequest,
  stream: boolean,
  platform: AnthropicPlatform,
  region?: string,
): EncodedCall => {
  const { modelgraph: _ours, model: _asked, anthropic_version: version, ...rest } = client.body;
  const path = pathOf(model, stream, platform);
  if (platform === 'vertex') {
    return {
      path,
      headers: forwardedHeaders(client, ['anthropic-beta']),
      body: JSON.stringify({ anthropic_version: version ?? VERTEX_VERSION, ...rest, stream }),
    };
  }
  return {
    path,
    headers: {
      'anthropic-version': API_VERSION,
      ...forwardedHeaders(client, ['anthropic-beta', 'anthropic-version']),
    },
    body: JSON.stringify({ model, ...rest, ...given('inference_geo', region), stream }),
  };
};
