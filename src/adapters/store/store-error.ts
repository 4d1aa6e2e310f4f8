import { DrizzleQueryError } from 'drizzle-orm';
import { DatabaseError } from 'pg';
import { StoreFullError } from '../../ports/store.ts';

const LONGEST_MESSAGE = 500;

/**
 * Why the store did not do what was asked: the reason, and the beginning of the statement where there is one,
 * in at most 500 characters and without the list of parameters, so that it can be logged. `cause` is the
 * driver's own error.
 */
export class StoreError extends Error {
  override readonly name = 'StoreError';
}

/** Of Postgres: for lack of space on its disk. */
const DISK_FULL = '53100';
const isDiskFull = (error: unknown): boolean => error instanceof DatabaseError && error.code === DISK_FULL;

/** What went wrong, in the words of the database, which may quote a value that it cannot read. */
export const reasonOf = (error: unknown): string => {
  /** A refusal on both IPv4 and IPv6 comes as an AggregateError whose own message is empty. */
  if (error instanceof AggregateError) return error.errors.map(reasonOf).join('; ');
  if (!(error instanceof Error)) return String(error);
  const deeper = error.cause instanceof Error ? reasonOf(error.cause) : undefined;
  /** Its own message lists the parameters. */
  if (error instanceof DrizzleQueryError) return deeper ?? 'no reason was given';
  return deeper === undefined ? error.message : `${error.message}: ${deeper}`;
};

const statementOf = (error: unknown): string =>
  error instanceof DrizzleQueryError ? ` (${error.query})` : '';

/** An error of a query as one that can be logged; a StoreError as it is. */
const storeErrorOf = (error: unknown): StoreError | StoreFullError => {
  if (error instanceof StoreError) return error;
  const cause = error instanceof DrizzleQueryError ? error.cause : error;
  if (isDiskFull(cause))
    return new StoreFullError(`The disk of the store is full: ${reasonOf(error)}`, { cause });
  const message = `The store failed: ${reasonOf(error)}${statementOf(error)}`;
  return new StoreError(
    message.length > LONGEST_MESSAGE ? `${message.slice(0, LONGEST_MESSAGE - 1)}…` : message,
    { cause },
  );
};

/** The same operation, which rejects with nothing but StoreErrors and StoreFullErrors. */
export const withStoreErrors =
  <Parameters extends readonly unknown[], Result>(operation: (...given: Parameters) => Promise<Result>) =>
  (...given: Parameters): Promise<Result> =>
    operation(...given).catch((error: unknown) => {
      throw storeErrorOf(error);
    });
