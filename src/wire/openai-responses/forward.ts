import type { ClientRequest } from '../../domain/client-request.ts';
import type { JsonValue } from '../../domain/json.ts';
import type { EncodedCall } from '../codec.ts';
import { forwardedHeaders } from '../forwarded-headers.ts';
import type { OpenAiResponsesQuirks } from './quirks.ts';

/** A client's own request, with the end user's id where this server has it. */
export const forwardResponses = (
  model: string,
  client: ClientRequest,
  stream: boolean,
  quirks: OpenAiResponsesQuirks,
): EncodedCall => {
  const { modelgraph: _ours, store, safety_identifier, user, ...rest } = client.body;
  const ids: { [name: string]: JsonValue } = {};
  if (quirks.userField === 'user') {
    const id = user ?? safety_identifier;
    if (id !== undefined) ids.user = id;
  } else {
    if (safety_identifier !== undefined) ids.safety_identifier = safety_identifier;
    if (user !== undefined) ids.user = user;
  }
  return {
    path: '/responses',
    headers: forwardedHeaders(client, ['openai-beta']),
    body: JSON.stringify({
      ...rest,
      ...ids,
      ...((quirks.supportsStore ?? true) && store !== undefined ? { store } : {}),
      model,
      stream,
    }),
  };
};
