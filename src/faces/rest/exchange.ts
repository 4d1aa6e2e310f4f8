import type { IncomingMessage, OutgoingHttpHeaders, ServerResponse } from 'node:http';
import type { OnFailure } from '../../control/authentication.ts';
import type { Caller } from '../../domain/caller.ts';
import type { JsonObject } from '../../domain/json.ts';
import type { TraceParent } from '../../domain/trace.ts';
import { timeOrderedId } from '../../gateway/time-ordered-id.ts';
import type { InvalidBody } from '../../wire/serve/client-dialect.ts';
import type { ClientError } from '../../wire/serve/client-error.ts';
import { endWithText } from '../one-write.ts';
import { discardRest } from '../request-body.ts';
import type { Visit } from '../visit.ts';

/** How a family of clients is told of errors. */
export type ErrorFormat = {
  writeError(error: ClientError): JsonObject;
  /** The HTTP status. */
  statusOf(error: ClientError): number;
};
/** Of clients. */
export type Family = 'OPENAI' | 'ANTHROPIC';
export type ErrorFormats = { readonly [Of in Family]: ErrorFormat };

/** Anthropic's clients read the id of a request from `request-id`, all others from `x-request-id`. */
export const idHeaders = (id: string): { [name: string]: string } => ({
  'x-request-id': id,
  'request-id': id,
});

/** Whether a request reads what lies at a path. */
export const reads = ({ method, url = '/' }: IncomingMessage, path: string): boolean =>
  (method === 'GET' || method === 'HEAD') && url.split('?', 1)[0] === path;

/** The head of an answer that is server-sent events. */
export const EVENT_STREAM = {
  'content-type': 'text/event-stream; charset=utf-8',
  'cache-control': 'no-cache, no-transform',
} as const;

/** Answers with a text or bytes; what the headers say is added to. Of an answer to HEAD, node:http sends no body. */
export const sendText = (
  response: ServerResponse,
  status: number,
  text: string | Uint8Array,
  headers: OutgoingHttpHeaders,
): void => {
  headers['content-length'] = Buffer.byteLength(text);
  headers['cache-control'] ??= 'no-store';
  response.writeHead(status, headers);
  if (typeof text === 'string') endWithText(response, text);
  else response.end(text);
};

export const sendJson = (
  response: ServerResponse,
  status: number,
  body: JsonObject,
  headers: OutgoingHttpHeaders = {},
): void => {
  headers['content-type'] = 'application/json; charset=utf-8';
  sendText(response, status, JSON.stringify(body), headers);
};

/** For a request that came to no completion or operation, the id is one that it would have. */
export const sendError = (
  response: ServerResponse,
  format: ErrorFormat,
  error: ClientError,
  headers: OutgoingHttpHeaders = {},
): void => {
  const { retryAfterMs } = error;
  sendJson(response, format.statusOf(error), format.writeError(error), {
    ...('x-request-id' in headers ? undefined : idHeaders(newRequestId())),
    ...(retryAfterMs !== undefined && {
      'retry-after': String(Math.max(1, Math.ceil(retryAfterMs / 1_000))),
      'retry-after-ms': String(Math.max(0, Math.ceil(retryAfterMs))),
    }),
    ...headers,
  });
};

const newRequestId = (): string => `req_${timeOrderedId()}`;

/** A request that has been let in, and its answer. */
export class Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly caller: Caller;
  /** Without the query. */
  readonly path: string;
  /** How its client is told of errors. */
  readonly format: ErrorFormat;
  /** When it came, in milliseconds of the monotonic clock. */
  readonly arrivedMs: number;
  /** Where it hangs in a trace; absent where nothing is traced. */
  readonly trace: TraceParent | undefined;
  readonly visit: Visit | undefined;
  readonly #onFailure: OnFailure;
  #leave: (() => void) | undefined;

  constructor(
    {
      request,
      response,
      trace,
      visit,
    }: Pick<Exchange, 'request' | 'response' | 'trace'> & Partial<Pick<Exchange, 'visit'>>,
    { caller, path, format, arrivedMs }: Pick<Exchange, 'caller' | 'path' | 'format' | 'arrivedMs'>,
    onFailure: OnFailure,
  ) {
    this.request = request;
    this.response = response;
    this.trace = trace;
    this.visit = visit;
    this.caller = caller;
    this.path = path;
    this.format = format;
    this.arrivedMs = arrivedMs;
    this.#onFailure = onFailure;
  }

  /** Whether the client has left before it had its whole answer. */
  get hasLeft(): boolean {
    return this.response.destroyed && !this.response.writableFinished;
  }

  /** Called once when the client leaves, at once if it has; in place of what was to be called before. */
  onLeave(leave: () => void): void {
    if (this.hasLeft) leave();
    else if (this.#leave === undefined)
      this.response.once('close', () => {
        if (this.hasLeft) this.#leave?.();
      });
    this.#leave = leave;
  }

  /** Aborts when the client leaves. */
  signal(): AbortSignal {
    const aborter = new AbortController();
    this.onLeave(() => aborter.abort());
    return aborter.signal;
  }

  /** Does a part of what it takes. What it throws, or rejects with, ends the exchange. */
  do(part: () => void | Promise<void>): void {
    try {
      part()?.catch((error: unknown) => this.fail(error));
    } catch (error) {
      this.fail(error);
    }
  }

  /** Ends it with an error: a RestProblem is told; what else was thrown is a defect of ours, which the log alone may tell. */
  fail(error: unknown): void {
    const { request, response } = this;
    if (response.destroyed) return;
    const id = newRequestId();
    const isOurs = !(error instanceof RestProblem);
    if (isOurs)
      this.#onFailure('A request could not be answered.', {
        reason: `${id} ${this.path}: ${reasonOf(error)}`,
      });
    if (response.headersSent) return void response.destroy();
    sendError(response, this.format, isOurs ? BROKEN : error.error, idHeaders(id));
    // A connection that is closed while the client may still send takes the answer with it.
    if (error instanceof UnreadBody)
      void discardRest(request).then(() => {
        if (!request.readableEnded) request.destroy();
      });
  }
}

/** Ends the handling of a request with an error for its client. Thrown only within this face. */
export class RestProblem extends Error {
  override readonly name = 'RestProblem';
  readonly error: ClientError;

  constructor(error: ClientError) {
    super(error.message);
    this.error = error;
  }
}

/** One that came before the body was read to its end. */
export class UnreadBody extends RestProblem {}

/** For the log. */
export const reasonOf = (error: unknown): string =>
  error instanceof Error ? (error.stack ?? error.message) : String(error);

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
