import { GraphQLError } from 'graphql';

/** What an error says of HTTP has no meaning on a stream or a socket; the engine's own mark is for its log. */
export const withoutHttp = (error: GraphQLError): GraphQLError => {
  const { http: _http, unexpected: _unexpected, ...extensions } = error.extensions;
  const { message, nodes, source, positions, path } = error;
  return new GraphQLError(message, {
    ...(nodes !== undefined && { nodes }),
    ...(source !== undefined && { source }),
    ...(positions !== undefined && { positions }),
    ...(path !== undefined && { path }),
    extensions,
  });
};
