import { GraphQLError } from 'graphql';

/** The secret of an `Authorization: Bearer …` value; undefined where there is none. */
export const bearerSecret = (authorization: unknown): string | undefined =>
  typeof authorization === 'string' ? /^Bearer +(\S{1,512})$/i.exec(authorization.trim())?.[1] : undefined;

export const UNAUTHENTICATED_MESSAGE =
  'Send a valid key as `Authorization: Bearer mg_…` (over WebSocket: in the connection_init payload).';

export const unauthenticated = (): GraphQLError =>
  new GraphQLError(UNAUTHENTICATED_MESSAGE, {
    extensions: { code: 'UNAUTHENTICATED', http: { status: 401 } },
  });
