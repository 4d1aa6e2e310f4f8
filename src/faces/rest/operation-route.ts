import type { OutgoingHttpHeaders } from 'node:http';
import type { CatalogueReader } from '../../catalogue/catalogue-reader.ts';
import type { JsonObject, JsonValue } from '../../domain/json.ts';
import type { OperationKind, OperationResults } from '../../domain/operation.ts';
import type { Warning } from '../../domain/warning.ts';
import type { CompletionTimeouts } from '../../gateway/completion-command.ts';
import type { MediaShelf } from '../../gateway/media-shelf.ts';
import type { OperationAnswer, OperationGateway } from '../../gateway/operation-command.ts';
import { isRoute } from '../../gateway/routing/compiled-routes.ts';
import { meantBy } from '../../gateway/stages/resolve-model.ts';
import { clientErrorOf } from '../../wire/serve/client-error.ts';
import { readChatImage, streamChatImage, writeChatImage } from '../../wire/serve/operations/chat-image.ts';
import type { ImageOptions } from '../../wire/serve/operations/image-fields.ts';
import { namesImageModel } from '../../wire/serve/operations/image-model-name.ts';
import { imagesReply } from '../../wire/serve/operations/images-reply.ts';
import type {
  OperationBody,
  OperationReply,
  ReadOperation,
  ServedOperation,
} from '../../wire/serve/served-operation.ts';
import { type ControlOptions, readControl, splitControl } from './control-options.ts';
import {
  EVENT_STREAM,
  type Exchange,
  invalid,
  invalidBody,
  sendError,
  sendJson,
  sendText,
} from './exchange.ts';
import { takeBody } from './read-body.ts';
import { overheadOf, recordHeaders, routeHeader } from './response-headers.ts';

export type OperationDependencies = {
  readonly gateway: OperationGateway;
  /** Where images lie for a while that were asked for as addresses. */
  readonly shelf: Pick<MediaShelf, 'keep'>;
  /** Largest body in bytes. */
  readonly maxRequestBytes: number;
  readonly timeouts: CompletionTimeouts;
  /** Monotonic milliseconds. */
  readonly nowMs: () => number;
};

type Done<Kind extends OperationKind> = Extract<OperationAnswer<Kind>, { kind: 'DONE' }>;

/** How a result is written. */
type Writer<Kind extends OperationKind, Options> = (
  answer: Done<Kind>,
  options: Options,
) => OperationReply | Promise<OperationReply>;

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

const send = ({ response }: Exchange, reply: OperationReply, headers: OutgoingHttpHeaders): void => {
  switch (reply.kind) {
    case 'JSON':
      sendJson(response, 200, reply.body, headers);
      break;
    case 'BYTES':
      headers['content-type'] = reply.mediaType;
      // A browser is told not to guess.
      headers['x-content-type-options'] = 'nosniff';
      sendText(response, 200, reply.bytes, headers);
      break;
    case 'EVENTS':
      response.writeHead(200, { ...EVENT_STREAM, ...headers });
      response.end(reply.text);
  }
};

/** Asks for an operation and answers with its result, or with why there is none. */
const perform = async <Kind extends OperationKind, Options>(
  operation: Kind,
  read: ReadOperation<Kind, Options>,
  control: ControlOptions,
  exchange: Exchange,
  deps: OperationDependencies,
  write: Writer<Kind, Options>,
): Promise<void> => {
  if (read.kind === 'INVALID') throw invalidBody(read);
  refuseUnknown(read.unread, control);
  const { model, input, user } = read;
  const { unsupported, timeouts, tags, onDisconnect, routing } = control;
  const answer = await deps.gateway.perform(
    exchange.caller,
    {
      operation,
      model,
      input,
      unsupported,
      onDisconnect,
      timeouts,
      defaultTimeouts: deps.timeouts,
      headers: exchange.request.headers,
      ...(routing !== undefined && { routing }),
      ...(tags !== undefined && { metadata: tags }),
      ...(user !== undefined && { user }),
      ...(exchange.trace !== undefined && { trace: exchange.trace }),
    },
    exchange.signal(),
  );
  const headersOf = (record: Done<Kind>['record']) =>
    recordHeaders(record.id, record, overheadOf(deps.nowMs() - exchange.arrivedMs, record.attempts));
  if (answer.kind === 'DONE') {
    const record = {
      ...answer.record,
      warnings: [...answer.record.warnings, ...read.unread.map(leftOut)],
      ...(control.explain === 'ROUTE' && { tellsRoute: true }),
    };
    const reply = await write({ ...answer, record }, read.options);
    const headers = headersOf(record);
    if (control.explain === 'ROUTE' && reply.kind === 'BYTES')
      headers['x-modelgraph-route'] = routeHeader(record);
    send(exchange, reply, headers);
    return;
  }
  if (exchange.response.destroyed) return;
  const isRefused = answer.kind === 'REFUSED';
  const error = clientErrorOf(isRefused ? answer : { kind: 'UPSTREAM', failure: answer.failure });
  sendError(exchange.response, exchange.format, error, isRefused ? {} : headersOf(answer.record));
};

/** Serves an operation: one request, one result. */
export const serveOperation = <Kind extends OperationKind, Options>(
  served: ServedOperation<Kind, Options>,
  exchange: Exchange,
  deps: OperationDependencies,
  write: Writer<Kind, Options> = served.write,
): void =>
  takeBody(exchange, served.takes, deps.maxRequestBytes, (given) => {
    const { control, body } = split(given, exchange.request.headers);
    return perform(served.operation, served.read(body), control, exchange, deps, write);
  });

/** Where images lie for a while; undefined where nobody asked for that, or they cannot be kept, so that they go out as data. */
const placed = async (
  { images }: OperationResults['IMAGE_GENERATION'],
  { wantsUrls }: Pick<ImageOptions, 'wantsUrls'>,
  { shelf }: OperationDependencies,
): Promise<readonly string[] | undefined> => {
  if (!wantsUrls) return undefined;
  try {
    const kept = await Promise.all(images.map(({ image }) => shelf.keep(image)));
    return kept.map(({ url }) => url);
  } catch {
    return undefined;
  }
};

/** Serves images, as data or as addresses. */
export const serveImages = (
  served: ServedOperation<'IMAGE_GENERATION', ImageOptions>,
  exchange: Exchange,
  deps: OperationDependencies,
): void =>
  serveOperation(served, exchange, deps, async (answer, options) =>
    imagesReply(answer, options, await placed(answer.result, options, deps)),
  );

/** Whether a name stands for a model that makes images and says nothing; where no source says what it can, its name tells. */
export const isImageModel = (name: JsonValue | undefined, catalogue: CatalogueReader): boolean => {
  if (typeof name !== 'string' || isRoute(name)) return false;
  const meaning = meantBy(name, catalogue.current());
  if (meaning === undefined) return false;
  const { capabilities, slug } = meaning.model;
  if (capabilities.length === 0) return namesImageModel(slug);
  return capabilities.includes('IMAGE_GENERATION') && !capabilities.includes('COMPLETION');
};

/** An image asked for through chat completions: answers as a chat whose message shows it. */
export const serveChatImage = (
  given: JsonObject,
  exchange: Exchange,
  deps: OperationDependencies,
): Promise<void> => {
  const { control, body } = splitControl(given, exchange.request.headers);
  return perform(
    'IMAGE_GENERATION',
    readChatImage(body),
    control,
    exchange,
    deps,
    async ({ result, record }, options) => {
      const urls = await placed(result, options, deps);
      return options.stream
        ? { kind: 'EVENTS', text: streamChatImage(result, record, options, urls) }
        : { kind: 'JSON', body: writeChatImage(result, record, options, urls) };
    },
  );
};
