import type { CatalogueReader } from '../../catalogue/catalogue-reader.ts';
import type { OperationKind } from '../../domain/operation.ts';
import type { MediaShelf } from '../../gateway/media-shelf.ts';
import { type ClientError, STATUS_OF } from '../../wire/serve/client-error.ts';
import { embeddings } from '../../wire/serve/operations/embeddings.ts';
import { imageGenerations } from '../../wire/serve/operations/image-generations.ts';
import type { ServedOperation } from '../../wire/serve/served-operation.ts';
import { type CompletionDependencies, type ServedDialect, serveCompletion } from './completion-route.ts';
import { listModels, MODELS_PATH, sendModel } from './models.ts';
import { type OperationDependencies, serveOperation } from './operation-route.ts';
import { readJson } from './read-body.ts';
import type { RestRoute } from './rest-route.ts';

export type RestRouteDependencies = CompletionDependencies &
  OperationDependencies & {
    readonly catalogue: CatalogueReader;
    readonly shelf: MediaShelf;
  };

const plain = {
  writeError: ({ message, code, param }: ClientError) => ({
    error: { message, type: 'invalid_request_error', param: param ?? null, code },
  }),
  statusOf: ({ kind }: ClientError) => STATUS_OF[kind],
};
export const ERROR_FORMATS = { openai: plain, anthropic: plain } as const;

const JSON_TYPE = 'application/json';
const EVENTS = 'text/event-stream';
const TAKES_JSON = ['JSON'] as const;

/** All that the REST base serves. */
export const restRoutes = (deps: RestRouteDependencies): readonly RestRoute[] => {
  const { catalogue, maxRequestBytes } = deps;

  const completions = <Options>(
    path: string,
    family: RestRoute['family'],
    summary: string,
    served: ServedDialect<Options>,
  ): RestRoute => ({
    method: 'POST',
    path,
    family,
    summary,
    body: { schema: served.dialect.requestSchema, takes: TAKES_JSON },
    answers: [JSON_TYPE, EVENTS],
    handle: async (exchange) =>
      serveCompletion(served, await readJson(exchange.request, maxRequestBytes), exchange, deps),
  });

  const operation = <Kind extends OperationKind, Options>(
    path: string,
    summary: string,
    served: ServedOperation<Kind, Options>,
    answers: readonly string[] = [JSON_TYPE],
  ): RestRoute => ({
    method: 'POST',
    path,
    family: 'OPENAI',
    summary,
    body: { schema: served.requestSchema, takes: served.takes },
    answers,
    handle: (exchange) => serveOperation(served, ERROR_FORMATS.openai, exchange, deps),
  });

  return [
    operation('/v1/embeddings', 'Turns texts into vectors.', embeddings),
    operation('/v1/images/generations', 'Makes images of a description.', imageGenerations),
    {
      method: 'GET',
      path: MODELS_PATH,
      family: 'EITHER',
      summary: 'Lists the offerings that can be called.',
      answers: [JSON_TYPE],
      handle: (exchange) => listModels(exchange, catalogue),
    },
    {
      method: 'GET',
      path: `${MODELS_PATH}/*`,
      family: 'EITHER',
      summary: 'Tells of one offering.',
      answers: [JSON_TYPE],
      handle: (exchange, id) => sendModel(exchange, id, catalogue),
    },
  ];
};
