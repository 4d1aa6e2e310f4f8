import { type ExecutionResult, GraphQLError } from 'graphql';

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

/** A whole result, as it is told on a stream or a socket. */
export const resultWithoutHttp = (result: ExecutionResult): ExecutionResult =>
  result.errors?.some(({ extensions }) => 'http' in extensions) === true
    ? { ...result, errors: result.errors.map(withoutHttp) }
    : result;
