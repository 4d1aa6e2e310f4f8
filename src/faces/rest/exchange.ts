import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Caller } from '../../domain/caller.ts';
import type { JsonObject } from '../../domain/json.ts';
import type { TraceParent } from '../../domain/trace.ts';
import type { InvalidBody } from '../../wire/serve/client-dialect.ts';
import type { ClientError } from '../../wire/serve/client-error.ts';
import type { Departure } from './departure.ts';

/** A request that has been let in, and its answer. */
export type Exchange = {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly caller: Caller;
  /** Without the query. */
  readonly path: string;
  /** Tells when the client leaves before it has the whole answer. */
  readonly departure: Departure;
  /** When it came, in milliseconds of the monotonic clock. */
  readonly arrivedMs: number;
  /** Where it hangs in a trace; absent where nothing is traced. */
  readonly trace: TraceParent | undefined;
};

/** How a family of clients is told of errors. */
export type ErrorFormat = {
  writeError(error: ClientError): JsonObject;
  /** The HTTP status. */
  statusOf(error: ClientError): number;
};

/** Ends the handling of a request with an error for its client. Thrown only within this face. */
export class RestProblem extends Error {
  override readonly name = 'RestProblem';
  readonly error: ClientError;

  constructor(error: ClientError) {
    super(error.message);
    this.error = error;
  }
}

/** Names that a client chose can be megabytes, and would come back whole. */
const MOST_CHARACTERS = 1_000;

const shown = (text: string): string =>
  text.length > MOST_CHARACTERS ? `${text.slice(0, MOST_CHARACTERS)}…` : text;

/** A problem with what the client sent. */
export const invalid = (message: string, param?: string, code = 'invalid_value'): RestProblem =>
  new RestProblem({
    kind: 'INVALID_REQUEST',
    code,
    message: shown(message),
    ...(param !== undefined && { param: shown(param) }),
  });

/** A problem that the reader of a body has found. */
export const invalidBody = ({ path, problem }: InvalidBody): RestProblem =>
  path === '' ? invalid(problem) : invalid(`${path}: ${problem}`, path);

/** For what is a defect of this server's own. */
export const BROKEN: ClientError = {
  kind: 'INTERNAL',
  code: 'internal_error',
  message: 'The server failed. Its log says why.',
};
