import { isPromise } from 'node:util/types';
import {
  type ExecutionResult,
  type GraphQLResolveInfo,
  type GraphQLSchema,
  getNamedType,
  isInterfaceType,
  isUnionType,
  responsePathAsArray,
} from 'graphql';
import { codeOf } from './errors.ts';

/**
 * An error that is a member of a result's union, told beside the data as well. Always, and not only where nothing of it is
 * selected: a client that does not know the unions (Apollo Client without `possibleTypes`) selects fields of it and yet
 * drops them, which the server cannot see.
 */
export type ReportedError = {
  /** Of the result, or the event, in the answer: aliases included. */
  readonly path: readonly (string | number)[];
  /** The member's name in the graph. */
  readonly type: string;
  readonly code: string;
  readonly message: string;
  /** All of it in a line, for a log: `complete: UnknownModelError: No model is named …`. */
  readonly summary: string;
};

/** Where the errors of one operation are gathered. */
type Reports = { readonly reported: ReportedError[] };

/** An operation has no more results than its limits on aliases and weight allow; these keep what is sent twice small. */
const MAX_REPORTED = 20;
const MAX_MESSAGE = 1_000;

/** The interface that all error members have. */
const ERROR = 'Error';

const cut = (message: string): string =>
  message.length > MAX_MESSAGE ? `${message.slice(0, MAX_MESSAGE)}…` : message;

/** Pothos' own wrapper of a thrown error hides its prototype. */
const messageIn = (value: unknown): string | undefined =>
  typeof value === 'object' && value !== null && 'message' in value ? String(value.message) : undefined;

/** Reports a result, if it is an expected error: the same value that the graph shows as a member of the union. */
export const reportError = (value: unknown, context: Reports, info: GraphQLResolveInfo): void => {
  const code = codeOf(value);
  const { reported } = context;
  if (code === undefined || reported.length >= MAX_REPORTED) return;
  const errors = info.schema.getType(ERROR);
  const members = isInterfaceType(errors) ? info.schema.getPossibleTypes(errors) : [];
  // Not the value itself: being looked at, it turns back into an error that was thrown.
  const likeness = { detail: { code } };
  const member = members.find(({ isTypeOf }) => isTypeOf?.(likeness, context, info) === true);
  if (member === undefined) return;
  const path = responsePathAsArray(info.path);
  const message = cut(messageIn(value) ?? code);
  reported.push({
    path,
    type: member.name,
    code,
    message,
    summary: `${path.join('.')}: ${member.name}: ${message}`,
  });
};

/** Has every field of the roots that can answer with an error member report it. Changes the schema itself. */
export const reportErrors = (schema: GraphQLSchema): GraphQLSchema => {
  for (const root of [schema.getQueryType(), schema.getMutationType()]) {
    for (const field of Object.values(root?.getFields() ?? {})) {
      const type = getNamedType(field.type);
      const { resolve } = field;
      if (resolve === undefined || !isUnionType(type)) continue;
      if (!type.getTypes().some((member) => member.getInterfaces().some(({ name }) => name === ERROR)))
        continue;
      field.resolve = (source, args, context: Reports, info) => {
        const report = (value: unknown): unknown => {
          reportError(value, context, info);
          return value;
        };
        const value: unknown = resolve(source, args, context, info);
        return isPromise(value) ? value.then(report) : report(value);
      };
    }
  }
  return schema;
};

/** What is run by the reference's execution has its context untyped. */
const hasReports = (context: unknown): context is Reports =>
  context instanceof Object && 'reported' in context;

/** A result, or an event, with what was reported since the last one. */
export const withReported = (result: ExecutionResult, context: unknown): ExecutionResult => {
  if (!hasReports(context) || context.reported.length === 0) return result;
  return { ...result, extensions: { ...result.extensions, errors: context.reported.splice(0) } };
};
