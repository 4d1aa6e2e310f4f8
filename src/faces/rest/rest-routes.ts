import type { CatalogueReader } from '../../catalogue/catalogue-reader.ts';
import type { OperationKind } from '../../domain/operation.ts';
import type { RouteBook } from '../../gateway/routing/policy/route-book.ts';
import { chatDialect, createChatChoices } from '../../wire/serve/chat/dialect.ts';
import { createLegacyChoices, legacyDialect } from '../../wire/serve/chat/legacy/dialect.ts';
import { messagesDialect } from '../../wire/serve/messages/dialect.ts';
import { tokenCountSchema } from '../../wire/serve/messages/schema.ts';
import { embeddings } from '../../wire/serve/operations/embeddings.ts';
import { imageEdits } from '../../wire/serve/operations/image-edits.ts';
import { imageGenerations } from '../../wire/serve/operations/image-generations.ts';
import { moderations } from '../../wire/serve/operations/moderations.ts';
import { rerank } from '../../wire/serve/operations/rerank.ts';
import { speech } from '../../wire/serve/operations/speech.ts';
import { transcriptions } from '../../wire/serve/operations/transcriptions.ts';
import { translations } from '../../wire/serve/operations/translations.ts';
import { responsesDialect } from '../../wire/serve/responses/dialect.ts';
import type { ServedOperation } from '../../wire/serve/served-operation.ts';
import type { CompletionDependencies } from './completion-answer.ts';
import { type ServedDialect, serveCompletion } from './completion-route.ts';
import type { ErrorFormats } from './exchange.ts';
import type { OperationId } from './manual/examples.ts';
import { listModels, MODELS_PATH, sendModel } from './models.ts';
import {
  isImageModel,
  type OperationDependencies,
  serveChatImage,
  serveImages,
  serveOperation,
  serveTokenCount,
} from './operation-route.ts';
import { takeJson } from './read-body.ts';
import type { RestRoute } from './rest-face.ts';

export type RestRouteDependencies = CompletionDependencies &
  OperationDependencies & {
    readonly catalogue: CatalogueReader;
    readonly routes: Pick<RouteBook, 'all'>;
  };

export const ERROR_FORMATS: ErrorFormats = { openai: chatDialect, anthropic: messagesDialect };

const TAKES_JSON = ['JSON'] as const;

/** All that the REST base serves. */
export const restRoutes = (deps: RestRouteDependencies): readonly RestRoute[] => {
  const { catalogue, maxRequestBytes } = deps;

  const completions = <Options>(
    operationId: OperationId,
    path: string,
    family: RestRoute['family'],
    summary: string,
    served: ServedDialect<Options>,
  ): RestRoute => ({
    operationId,
    method: 'POST',
    path,
    family,
    summary,
    body: { schema: served.dialect.requestSchema, takes: TAKES_JSON },
    handle: (exchange) =>
      takeJson(exchange, maxRequestBytes, (body) => serveCompletion(served, body, exchange, deps)),
  });

  const operation = <Kind extends OperationKind, Options>(
    operationId: OperationId,
    path: string,
    summary: string,
    served: ServedOperation<Kind, Options>,
  ): RestRoute => ({
    operationId,
    method: 'POST',
    path,
    family: 'OPENAI',
    summary,
    body: { schema: served.requestSchema, takes: served.takes },
    handle: (exchange) => serveOperation(served, exchange, deps),
  });

  const images = (
    operationId: OperationId,
    path: string,
    summary: string,
    served: typeof imageEdits,
  ): RestRoute => ({
    ...operation(operationId, path, summary, served),
    handle: (exchange) => serveImages(served, exchange, deps),
  });

  const chat = { dialect: chatDialect, choicesWriter: createChatChoices };

  return [
    {
      ...completions(
        'createChatCompletion',
        '/v1/chat/completions',
        'OPENAI',
        'Asks a model, in the format of chat completions.',
        chat,
      ),
      handle: (exchange) =>
        takeJson(exchange, maxRequestBytes, (body) =>
          isImageModel(body.model, catalogue)
            ? serveChatImage(body, exchange, deps)
            : serveCompletion(chat, body, exchange, deps),
        ),
    },
    completions('createResponse', '/v1/responses', 'OPENAI', 'Asks a model, in the format of responses.', {
      dialect: responsesDialect,
    }),
    completions('createCompletion', '/v1/completions', 'OPENAI', 'Lets a model go on with a text.', {
      dialect: legacyDialect,
      choicesWriter: createLegacyChoices,
    }),
    completions(
      'createMessage',
      '/v1/messages',
      'ANTHROPIC',
      "Asks a model, in the format of Anthropic's messages.",
      {
        dialect: messagesDialect,
      },
    ),
    {
      operationId: 'countMessageTokens',
      method: 'POST',
      path: '/v1/messages/count_tokens',
      family: 'ANTHROPIC',
      summary: 'Counts the tokens of a prompt.',
      body: { schema: tokenCountSchema, takes: TAKES_JSON },
      handle: (exchange) => serveTokenCount(exchange, deps),
    },
    operation('createEmbedding', '/v1/embeddings', 'Turns texts into vectors.', embeddings),
    images('createImage', '/v1/images/generations', 'Makes images of a description.', imageGenerations),
    images('createImageEdit', '/v1/images/edits', 'Changes images as described.', imageEdits),
    operation('createSpeech', '/v1/audio/speech', 'Speaks a text.', speech),
    operation('createTranscription', '/v1/audio/transcriptions', 'Writes down what is said.', transcriptions),
    operation(
      'createTranslation',
      '/v1/audio/translations',
      'Writes down in English what is said.',
      translations,
    ),
    operation(
      'createModeration',
      '/v1/moderations',
      'Judges whether texts and images are harmful.',
      moderations,
    ),
    operation('createRerank', '/v1/rerank', 'Orders documents by how well they answer a query.', rerank),
    {
      operationId: 'listModels',
      method: 'GET',
      path: MODELS_PATH,
      family: 'EITHER',
      summary: 'Lists the offerings that can be called, and the saved routes.',
      handle: (exchange) => listModels(exchange, deps),
    },
    {
      operationId: 'retrieveModel',
      method: 'GET',
      path: `${MODELS_PATH}/*`,
      family: 'EITHER',
      summary: 'Tells of one of them.',
      handle: (exchange, id) => sendModel(exchange, id, deps),
    },
  ];
};
