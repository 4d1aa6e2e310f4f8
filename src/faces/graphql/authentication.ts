import { GraphQLError, type GraphQLErrorExtensions } from 'graphql';
import type { Unauthenticated } from '../../control/authentication.ts';

/** `code` is what clients of GraphQL know; `reason` tells a missing key from a wrong one. */
export const unauthenticatedExtensions = ({
  problem,
}: Unauthenticated): { readonly code: string; readonly reason: string } => ({
  code: 'UNAUTHENTICATED',
  reason: problem,
});

export const unauthenticated = (who: Unauthenticated): GraphQLError => {
  const extensions: GraphQLErrorExtensions = { ...unauthenticatedExtensions(who), http: { status: 401 } };
  return new GraphQLError(who.message, { extensions });
};
