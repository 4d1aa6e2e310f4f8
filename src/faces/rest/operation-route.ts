import type { OperationKind } from '../../domain/operation.ts';
import type { Warning } from '../../domain/warning.ts';
import type { CompletionTimeouts } from '../../gateway/completion-command.ts';
import type { OperationAnswer, OperationGateway } from '../../gateway/operation-command.ts';
import { clientErrorOf } from '../../wire/serve/client-error.ts';
import type {
  OperationBody,
  OperationReply,
  ReadOperation,
  ServedOperation,
} from '../../wire/serve/served-operation.ts';
import { type ControlOptions, readControl, splitControl } from './control-options.ts';
import { type Exchange, invalid, invalidBody } from './exchange.ts';
import { readOperationBody } from './read-body.ts';
import { overheadOf, recordHeaders } from './response-headers.ts';
import type { ErrorFormat } from './send.ts';
import { NO_HEADERS, sendBytes, sendError, sendJson } from './send.ts';

export type OperationDependencies = {
  readonly gateway: OperationGateway;
  /** Largest body in bytes. */
  readonly maxRequestBytes: number;
  readonly timeouts: CompletionTimeouts;
  /** Monotonic milliseconds. */
  readonly nowMs: () => number;
};

/** A body without what is meant for this server. */
const split = (
  body: OperationBody,
  headers: Exchange['request']['headers'],
): { readonly control: ControlOptions; readonly body: OperationBody } => {
  if (body.kind === 'JSON') {
    const { control, body: rest } = splitControl(body.body, headers);
    return { control, body: { kind: 'JSON', body: rest } };
  }
  const field = body.fields.find(({ name }) => name === 'modelgraph');
  if (field === undefined) return { control: readControl(undefined, headers), body };
  let said: unknown;
  try {
    said = 'value' in field ? JSON.parse(field.value) : undefined;
  } catch {
    throw invalid('The field modelgraph is not JSON.', 'modelgraph');
  }
  return {
    control: readControl(said, headers),
    body: { kind: 'FORM', fields: body.fields.filter((each) => each !== field) },
  };
};

type Asked<Kind extends OperationKind, Options> = Extract<ReadOperation<Kind, Options>, { kind: 'OK' }>;

const refuseUnknown = (unread: readonly string[], { unknownFields, unsupported }: ControlOptions): void => {
  const [first] = unread;
  if (first === undefined || (unknownFields === 'PASS' && unsupported === 'WARN')) return;
  throw invalid(
    `Fields that are not known here: ${unread.slice(0, 10).join(', ')}. Leave them out.`,
    first,
    'unknown_field',
  );
};

const leftOut = (field: string): Warning => ({
  code: 'UNSUPPORTED_PARAMETER',
  parameter: field,
  message: `${field} was left out: it is not known here.`,
});

/** Asks for an operation and answers with an error where there is no result. Undefined: it has been answered. */
export const performFor = async <Kind extends OperationKind, Options>(
  operation: Kind,
  read: ReadOperation<Kind, Options>,
  control: ControlOptions,
  format: ErrorFormat,
  exchange: Exchange,
  deps: OperationDependencies,
): Promise<
  | {
      readonly answer: Extract<OperationAnswer<Kind>, { kind: 'DONE' }>;
      readonly asked: Asked<Kind, Options>;
    }
  | undefined
> => {
  if (read.kind === 'INVALID') throw invalidBody(read);
  refuseUnknown(read.unread, control);
  const { model, input, user } = read;
  const { unsupported, timeouts, tags, onDisconnect } = control;
  const answer = await deps.gateway.perform(
    exchange.caller,
    {
      operation,
      model,
      input,
      unsupported,
      onDisconnect,
      timeoutMs: timeouts.totalMs ?? deps.timeouts.totalMs,
      ...(tags !== undefined && { metadata: tags }),
      ...(user !== undefined && { user }),
      ...(exchange.trace !== undefined && { trace: exchange.trace }),
    },
    exchange.signal(),
  );
  if (answer.kind === 'DONE') {
    const warnings = [...answer.record.warnings, ...read.unread.map(leftOut)];
    return { answer: { ...answer, record: { ...answer.record, warnings } }, asked: read };
  }
  if (exchange.response.destroyed) return undefined;
  const error = clientErrorOf(
    answer.kind === 'REFUSED' ? answer : { kind: 'UPSTREAM', failure: answer.failure },
  );
  const headers = answer.kind === 'REFUSED' ? NO_HEADERS : headersOf(answer, exchange, deps);
  sendError(exchange.response, format, error, headers);
  return undefined;
};

export const headersOf = <Kind extends OperationKind>(
  { record }: Extract<OperationAnswer<Kind>, { kind: 'DONE' | 'FAILED' }>,
  { arrivedMs }: Exchange,
  { nowMs }: OperationDependencies,
) => recordHeaders(record.id, record, overheadOf(nowMs() - arrivedMs, record.attempts));

export const sendReply = (
  { response }: Exchange,
  reply: OperationReply,
  headers: ReturnType<typeof headersOf>,
): void => {
  switch (reply.kind) {
    case 'JSON':
      sendJson(response, 200, reply.body, headers);
      break;
    case 'BYTES':
      sendBytes(response, reply.mediaType, reply.bytes, headers);
      break;
    case 'EVENTS':
      response.writeHead(200, {
        'content-type': 'text/event-stream; charset=utf-8',
        'cache-control': 'no-cache, no-transform',
        ...headers,
      });
      response.end(reply.text);
  }
};

/** Reads and performs an operation. Undefined: it has been answered with an error. */
export const performOperation = async <Kind extends OperationKind, Options>(
  served: ServedOperation<Kind, Options>,
  format: ErrorFormat,
  exchange: Exchange,
  deps: OperationDependencies,
): ReturnType<typeof performFor<Kind, Options>> => {
  const given = await readOperationBody(exchange.request, served.takes, deps.maxRequestBytes);
  const { control, body } = split(given, exchange.request.headers);
  return performFor(served.operation, served.read(body), control, format, exchange, deps);
};

/** Serves an operation: one request, one result. */
export const serveOperation = async <Kind extends OperationKind, Options>(
  served: ServedOperation<Kind, Options>,
  format: ErrorFormat,
  exchange: Exchange,
  deps: OperationDependencies,
): Promise<void> => {
  const done = await performOperation(served, format, exchange, deps);
  if (done === undefined) return;
  const { answer, asked } = done;
  sendReply(exchange, served.write(answer, asked.options), headersOf(answer, exchange, deps));
};
