import { GraphQLError } from 'graphql';
import type { CompletionError } from '../../domain/completion-event.ts';
import { FAILURE_CODES, type LocatedFailure } from '../../domain/failure.ts';
import type { OperationRecord } from '../../domain/operation-record.ts';
import { type CompletionRefusal, type Refusal, refusalMessage } from '../../domain/refusal.ts';

type RefusalOf<Code extends Refusal['code']> = Extract<Refusal, { code: Code }>;

/** Expected failures: thrown by resolvers, turned into typed members of the result's union, never into `errors[]`. */
export abstract class ExpectedError<Detail extends Refusal | LocatedFailure> extends Error {
  readonly detail: Detail;
  constructor(detail: Detail, message: string) {
    super(message);
    this.detail = detail;
  }
}

abstract class RefusalError<Code extends Refusal['code']> extends ExpectedError<RefusalOf<Code>> {
  constructor(refusal: RefusalOf<Code>) {
    super(refusal, refusalMessage(refusal));
  }
}

export class UnknownModelError extends RefusalError<'UNKNOWN_MODEL'> {}
export class AmbiguousModelError extends RefusalError<'AMBIGUOUS_MODEL'> {}
export class NoProviderConfiguredError extends RefusalError<'NO_PROVIDER_CONFIGURED'> {}
export class UnknownRouteError extends RefusalError<'UNKNOWN_ROUTE'> {}
export class NoCandidateError extends RefusalError<'NO_CANDIDATE'> {}
export class InvalidInputError extends RefusalError<'INVALID_INPUT'> {}
export class UnsupportedParameterError extends RefusalError<'UNSUPPORTED_PARAMETER'> {}
export class UnsupportedOperationError extends RefusalError<'UNSUPPORTED_OPERATION'> {}
export class UnavailableError extends RefusalError<'UNAVAILABLE'> {}
export class KeyNotFoundError extends RefusalError<'KEY_NOT_FOUND'> {}
export class ForbiddenError extends RefusalError<'FORBIDDEN'> {}

export class UpstreamError extends ExpectedError<LocatedFailure> {
  /** What was tried and billed all the same. */
  readonly record: OperationRecord | undefined;
  constructor(failure: LocatedFailure, record: OperationRecord | undefined) {
    super(failure, failure.message);
    this.record = record;
  }
}

const refusalError = (refusal: CompletionRefusal) => {
  switch (refusal.code) {
    case 'UNKNOWN_MODEL':
      return new UnknownModelError(refusal);
    case 'AMBIGUOUS_MODEL':
      return new AmbiguousModelError(refusal);
    case 'NO_PROVIDER_CONFIGURED':
      return new NoProviderConfiguredError(refusal);
    case 'UNKNOWN_ROUTE':
      return new UnknownRouteError(refusal);
    case 'NO_CANDIDATE':
      return new NoCandidateError(refusal);
    case 'INVALID_INPUT':
      return new InvalidInputError(refusal);
    case 'UNSUPPORTED_PARAMETER':
      return new UnsupportedParameterError(refusal);
    case 'UNSUPPORTED_OPERATION':
      return new UnsupportedOperationError(refusal);
    case 'UNAVAILABLE':
      return new UnavailableError(refusal);
    case 'FORBIDDEN':
      return new ForbiddenError(refusal);
  }
};

/** For operations on keys, which may not be there. */
export const keyError = (refusal: Refusal) =>
  refusal.code === 'KEY_NOT_FOUND' ? new KeyNotFoundError(refusal) : refusalError(refusal);

/**
 * An expected failure as data, for fields that show one that was not thrown: GraphQL takes every value that is
 * an Error for one that was.
 */
const asData = <Failure extends Error>(error: Failure): Failure => ({
  ...error,
  name: error.name,
  message: error.message,
});

export const upstreamErrorData = (
  failure: LocatedFailure,
  record: OperationRecord | undefined,
): UpstreamError => asData(new UpstreamError(failure, record));

export const completionErrorData = (error: CompletionError, record: OperationRecord | undefined) =>
  asData(completionError(error, record));

/** Whether a value, thrown or not, is the failure of that code. */
export const isRefusal =
  (code: Refusal['code']) =>
  (value: unknown): boolean =>
    codeOf(value) === code;
export const isUpstreamError = (value: unknown): boolean => FAILURES.has(codeOf(value));

const FAILURES: ReadonlySet<string | undefined> = new Set(FAILURE_CODES);
/** The stable code of an expected failure, thrown or not; undefined for anything else. */
export const codeOf = (value: unknown): string | undefined =>
  (value as { readonly detail?: { readonly code?: string } } | null)?.detail?.code;

export const completionError = (error: CompletionError, record: OperationRecord | undefined) =>
  error.kind === 'REFUSED' ? refusalError(error.refusal) : new UpstreamError(error.failure, record);

/** For arguments of queries, which have no union to answer with: an entry of `errors[]` with a stable code. */
export const invalidInput = (path: string, problem: string): GraphQLError =>
  new GraphQLError(`${path}: ${problem}`, { extensions: { code: 'INVALID_INPUT', path } });
