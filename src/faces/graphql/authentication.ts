import { GraphQLError } from 'graphql';

export const UNAUTHENTICATED_MESSAGE =
  'Send a valid key as `Authorization: Bearer mg_…` (over WebSocket: in the connection_init payload).';

export const unauthenticated = (): GraphQLError =>
  new GraphQLError(UNAUTHENTICATED_MESSAGE, {
    extensions: { code: 'UNAUTHENTICATED', http: { status: 401 } },
  });
