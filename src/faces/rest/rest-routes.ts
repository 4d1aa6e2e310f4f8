import type { CatalogueReader } from '../../catalogue/catalogue-reader.ts';
import type { JsonObject } from '../../domain/json.ts';
import type { OperationKind } from '../../domain/operation.ts';
import type { RouteBook } from '../../gateway/routing/policy/route-book.ts';
import { chatDialect, createChatChoices } from '../../wire/serve/chat/dialect.ts';
import { createLegacyChoices, legacyDialect } from '../../wire/serve/chat/legacy/dialect.ts';
import { messagesDialect } from '../../wire/serve/messages/dialect.ts';
import { tokenCounts } from '../../wire/serve/messages/token-count.ts';
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
import {
  completionReplies,
  SAMPLE_MODEL as model,
  operationReplies,
  SAMPLE_IMAGE,
  SAMPLE_LISTED,
  SAMPLE_PLAN,
} from './manual/samples.ts';
import { listModels, MODELS_PATH, sendModel, writeModel, writeModels } from './models.ts';
import {
  isImageModel,
  type OperationDependencies,
  serveChatImage,
  serveImages,
  serveOperation,
} from './operation-route.ts';
import { takeJson } from './read-body.ts';
import type { RestRoute } from './rest-face.ts';
import { type PlanDependencies, servePlan, writePlan } from './route-plan.ts';

export type RestRouteDependencies = CompletionDependencies &
  PlanDependencies &
  OperationDependencies & {
    readonly catalogue: CatalogueReader;
    readonly routes: Pick<RouteBook, 'all'>;
  };

export const ERROR_FORMATS: ErrorFormats = { OPENAI: chatDialect, ANTHROPIC: messagesDialect };

const messages = [{ role: 'user', content: 'Hello!' }];
const recording = { model, file: '(the bytes of a recording)' };
const asText = { response_format: 'text' };
const stream = { stream: true };

type Row = Pick<RestRoute, 'operationId' | 'path' | 'summary' | 'answer' | 'event'> &
  Partial<Pick<RestRoute, 'family'>> & { readonly example: JsonObject };

/** All that the REST base serves. */
export const restRoutes = (deps: RestRouteDependencies): readonly RestRoute[] => {
  const { catalogue, maxRequestBytes } = deps;

  const completion = <Options>(served: ServedDialect<Options>, row: Row): RestRoute => ({
    method: 'POST',
    family: 'OPENAI',
    body: { schema: served.dialect.requestSchema, takes: ['JSON'] },
    replies: () => completionReplies(served.dialect, row.example),
    handle: (exchange) =>
      takeJson(exchange, maxRequestBytes, (body, extent) =>
        serveCompletion(served, { body, extent }, exchange, deps),
      ),
    ...row,
  });

  /** `more`: members that requests may have besides the example's, each for another form of the answer. */
  const operation = <Kind extends OperationKind, Options>(
    served: ServedOperation<Kind, Options>,
    row: Row,
    more: readonly JsonObject[] = [],
  ): RestRoute => ({
    method: 'POST',
    family: 'OPENAI',
    body: { schema: served.requestSchema, takes: served.takes },
    replies: () => operationReplies(served, row.example, more),
    handle: (exchange) => serveOperation(served, exchange, deps),
    ...row,
  });

  const images = (served: typeof imageEdits, row: Row): RestRoute => ({
    ...operation(served, row, [stream]),
    handle: (exchange) => serveImages(served, exchange, deps),
  });

  const chat = { dialect: chatDialect, choicesWriter: createChatChoices };

  return [
    {
      ...completion(chat, {
        operationId: 'createChatCompletion',
        path: '/v1/chat/completions',
        summary: 'Asks a model, in the format of chat completions.',
        example: { model, messages },
        answer: 'ChatCompletion',
        event: 'ChatCompletionChunk',
      }),
      handle: (exchange) =>
        takeJson(exchange, maxRequestBytes, (body, extent) =>
          isImageModel(body.model, catalogue)
            ? serveChatImage(body, exchange, deps)
            : serveCompletion(chat, { body, extent }, exchange, deps),
        ),
    },
    completion(
      { dialect: responsesDialect },
      {
        operationId: 'createResponse',
        path: '/v1/responses',
        summary: 'Asks a model, in the format of responses.',
        example: { model, input: 'Hello!' },
        answer: 'Response',
        event: 'ResponseEvent',
      },
    ),
    completion(
      { dialect: legacyDialect, choicesWriter: createLegacyChoices },
      {
        operationId: 'createCompletion',
        path: '/v1/completions',
        summary: 'Lets a model go on with a text.',
        example: { model, prompt: 'Hello!', max_tokens: 16 },
        answer: 'TextCompletion',
        event: 'TextCompletion',
      },
    ),
    completion(
      { dialect: messagesDialect },
      {
        operationId: 'createMessage',
        path: '/v1/messages',
        family: 'ANTHROPIC',
        summary: "Asks a model, in the format of Anthropic's messages.",
        example: { model, max_tokens: 64, messages },
        answer: 'Message',
        event: 'MessageEvent',
      },
    ),
    {
      operationId: 'planRoute',
      method: 'POST',
      path: '/v1/route/plan',
      family: 'EITHER',
      summary: 'Tells where a completion would be sent, and why; no provider is asked.',
      body: { schema: chatDialect.requestSchema, takes: ['JSON'] },
      example: { model, messages },
      answer: 'RoutePlan',
      replies: () => [{ kind: 'JSON', body: writePlan(SAMPLE_PLAN) }],
      handle: (exchange) =>
        takeJson(exchange, maxRequestBytes, (body, extent) => servePlan({ body, extent }, exchange, deps)),
    },
    operation(tokenCounts, {
      operationId: 'countMessageTokens',
      path: '/v1/messages/count_tokens',
      family: 'ANTHROPIC',
      summary: 'Counts the tokens of a prompt.',
      example: { model, messages },
      answer: 'TokenCount',
    }),
    operation(embeddings, {
      operationId: 'createEmbedding',
      path: '/v1/embeddings',
      summary: 'Turns texts into vectors.',
      example: { model, input: 'Hello!', dimensions: 4 },
      answer: 'EmbeddingList',
    }),
    images(imageGenerations, {
      operationId: 'createImage',
      path: '/v1/images/generations',
      summary: 'Makes images of a description.',
      example: { model, prompt: 'A red square' },
      answer: 'ImageList',
      event: 'ImageEvent',
    }),
    images(imageEdits, {
      operationId: 'createImageEdit',
      path: '/v1/images/edits',
      summary: 'Changes images as described.',
      example: { model, prompt: 'Paint it blue', image: SAMPLE_IMAGE },
      answer: 'ImageList',
      event: 'ImageEvent',
    }),
    operation(
      speech,
      {
        operationId: 'createSpeech',
        path: '/v1/audio/speech',
        summary: 'Speaks a text.',
        example: { model, input: 'Hello!', voice: 'alloy' },
        event: 'SpeechEvent',
      },
      [{ stream_format: 'sse' }],
    ),
    operation(
      transcriptions,
      {
        operationId: 'createTranscription',
        path: '/v1/audio/transcriptions',
        summary: 'Writes down what is said.',
        example: recording,
        answer: 'Transcript',
        event: 'TranscriptEvent',
      },
      [asText, stream],
    ),
    operation(
      translations,
      {
        operationId: 'createTranslation',
        path: '/v1/audio/translations',
        summary: 'Writes down in English what is said.',
        example: recording,
        answer: 'Transcript',
      },
      [asText],
    ),
    operation(moderations, {
      operationId: 'createModeration',
      path: '/v1/moderations',
      summary: 'Judges whether texts and images are harmful.',
      example: { model, input: 'I like you.' },
      answer: 'Moderation',
    }),
    operation(rerank, {
      operationId: 'createRerank',
      path: '/v1/rerank',
      summary: 'Orders documents by how well they answer a query.',
      example: {
        model,
        query: 'capital of France',
        documents: ['Paris is the capital of France.', 'Bread is baked.'],
        top_n: 1,
      },
      answer: 'RerankResult',
    }),
    {
      operationId: 'listModels',
      method: 'GET',
      path: MODELS_PATH,
      family: 'EITHER',
      summary: 'Lists the offerings that can be called, and the saved routes.',
      answer: 'ModelList',
      replies: () => [{ kind: 'JSON', body: writeModels([SAMPLE_LISTED], 'OPENAI') }],
      handle: (exchange) => listModels(exchange, deps),
    },
    {
      operationId: 'retrieveModel',
      method: 'GET',
      path: `${MODELS_PATH}/*`,
      family: 'EITHER',
      summary: 'Tells of one of them.',
      answer: 'Model',
      replies: () => [{ kind: 'JSON', body: writeModel(SAMPLE_LISTED, 'OPENAI') }],
      handle: (exchange, id) => sendModel(exchange, id, deps),
    },
  ];
};
