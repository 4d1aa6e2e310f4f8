import { type ExecutionResult, GraphQLError } from 'graphql';

/** Apollo's code for variables and arguments that do not fit their types, which clients and routers know. */
const CODE = 'BAD_USER_INPUT';

/** The reference's execution makes these itself, without a code; those of resolvers have one, or began as another error. */
const isOfInput = ({ extensions, originalError }: GraphQLError): boolean =>
  extensions.code === undefined &&
  (originalError === undefined || (originalError instanceof GraphQLError && isOfInput(originalError)));

/** Gives the errors of a result that have no code theirs. */
export const withInputCodes = (result: ExecutionResult): ExecutionResult => {
  for (const error of result.errors ?? []) {
    if (isOfInput(error)) error.extensions.code = CODE;
  }
  return result;
};
