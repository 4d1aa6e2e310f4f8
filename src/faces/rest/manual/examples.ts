import type { JsonObject } from '../../../domain/json.ts';
import type { AnswerSchemaName } from './answer-schemas.ts';

/** How an operation answers in one media type. A stream's schema is that of each event's `data`. */
export type AnswerExample =
  | { readonly kind: 'JSON'; readonly schema: AnswerSchemaName; readonly example: JsonObject }
  | {
      readonly kind: 'STREAM';
      readonly schema: AnswerSchemaName;
      readonly end?: string;
      readonly example: string;
    }
  | { readonly kind: 'TEXT'; readonly example: string }
  | { readonly kind: 'BINARY' };

export type OperationExample = {
  /** A body that a server with no provider but the sandbox answers. Absent if there is none. */
  readonly request?: JsonObject;
  readonly answers: { readonly [mediaType: string]: AnswerExample };
};

const MODEL = 'sandbox/echo';
const JSON_TYPE = 'application/json';
const EVENTS = 'text/event-stream';
const ID = '01a22c9e-6d2d-74ca-8b98-3421dca9c917';
const CREATED = 1_796_044_909;
const FREE = { kind: 'FREE' };
const PIXEL =
  'data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';

const facts = (kind: 'cmp' | 'op') => ({
  id: `${kind}_${ID}`,
  offering: MODEL,
  attempts: 1,
  cost: FREE,
  warnings: [],
});

const chatUsage = { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2, cost: 0 };

const event = (data: JsonObject, name?: string): string =>
  `${name === undefined ? '' : `event: ${name}\n`}data: ${JSON.stringify(data)}\n\n`;

const chunk = (delta: JsonObject, reason: string | null): string =>
  event({
    id: `cmp_${ID}`,
    object: 'chat.completion.chunk',
    created: CREATED,
    model: MODEL,
    choices: [{ index: 0, delta, finish_reason: reason }],
  });

const DONE = 'data: [DONE]\n\n';
const messages = [{ role: 'user', content: 'Hello!' }];

const responseObject = {
  id: 'resp_01a22c9e6d2d74ca8b983421dca9c917',
  object: 'response',
  created_at: CREATED,
  model: MODEL,
  status: 'completed',
  output: [
    {
      type: 'message',
      id: 'msg_01a22c9e6d2d74ca8b983421dca9c9170000',
      status: 'completed',
      role: 'assistant',
      content: [{ type: 'output_text', text: 'Hello!', annotations: [] }],
    },
  ],
  usage: { input_tokens: 1, output_tokens: 1, total_tokens: 2, cost: 0 },
  modelgraph: facts('cmp'),
};

const imageAnswer: AnswerExample = {
  kind: 'JSON',
  schema: 'ImageList',
  example: {
    created: CREATED,
    data: [{ url: 'http://localhost:4000/media/VB4a51wsbayrwTROhNL1PeixrZORaybmWkjhvjxuMPk' }],
    output_format: 'png',
    usage: { input_tokens: 3, output_tokens: 0, total_tokens: 3, cost: 0 },
    modelgraph: facts('op'),
  },
};

const imageStream = (type: string): AnswerExample => ({
  kind: 'STREAM',
  schema: 'ImageEvent',
  example: event({ type, b64_json: 'iVBORw0KGgo=' }, type),
});

const HEARD = 'The sandbox heard 20 bytes of audio/wav.';
const transcript: AnswerExample = {
  kind: 'JSON',
  schema: 'Transcript',
  example: { text: HEARD, usage: { cost: 0 }, modelgraph: facts('op') },
};
/** The file is a name and a content in the form; generators and readers are told `format: binary`. */
const recording = { model: MODEL, file: '(the bytes of a recording)' };

const listedModel = { id: MODEL, object: 'model', created: CREATED, owned_by: 'sandbox' };

/** Requests that work as they are, and answers to them, by the operations' ids. */
export const OPERATION_EXAMPLES = {
  createChatCompletion: {
    request: { model: MODEL, messages },
    answers: {
      [JSON_TYPE]: {
        kind: 'JSON',
        schema: 'ChatCompletion',
        example: {
          id: `cmp_${ID}`,
          object: 'chat.completion',
          created: CREATED,
          model: MODEL,
          choices: [
            {
              index: 0,
              message: { role: 'assistant', content: 'Hello!', refusal: null },
              finish_reason: 'stop',
            },
          ],
          usage: chatUsage,
          modelgraph: facts('cmp'),
        },
      },
      [EVENTS]: {
        kind: 'STREAM',
        schema: 'ChatCompletionChunk',
        end: '`[DONE]`',
        example: `${chunk({ role: 'assistant', content: '' }, null)}${chunk({ content: 'Hello!' }, null)}${chunk({}, 'stop')}${DONE}`,
      },
    },
  },
  createResponse: {
    request: { model: MODEL, input: 'Hello!' },
    answers: {
      [JSON_TYPE]: { kind: 'JSON', schema: 'Response', example: responseObject },
      [EVENTS]: {
        kind: 'STREAM',
        schema: 'ResponseEvent',
        end: '`response.completed`, `response.incomplete` or `response.failed`',
        example: `${event(
          {
            type: 'response.output_text.delta',
            sequence_number: 4,
            output_index: 0,
            content_index: 0,
            delta: 'Hello!',
          },
          'response.output_text.delta',
        )}${event({ type: 'response.completed', sequence_number: 8, response: responseObject }, 'response.completed')}`,
      },
    },
  },
  createCompletion: {
    request: { model: MODEL, prompt: 'Hello!', max_tokens: 16 },
    answers: {
      [JSON_TYPE]: {
        kind: 'JSON',
        schema: 'TextCompletion',
        example: {
          id: `cmp_${ID}`,
          object: 'text_completion',
          created: CREATED,
          model: MODEL,
          choices: [{ text: 'Hello!', index: 0, finish_reason: 'stop' }],
          usage: chatUsage,
          modelgraph: facts('cmp'),
        },
      },
      [EVENTS]: {
        kind: 'STREAM',
        schema: 'TextCompletion',
        end: '`[DONE]`',
        example: `${event({
          id: `cmp_${ID}`,
          object: 'text_completion',
          created: CREATED,
          model: MODEL,
          choices: [{ text: 'Hello!', index: 0, finish_reason: null }],
        })}${DONE}`,
      },
    },
  },
  createMessage: {
    request: { model: MODEL, max_tokens: 64, messages },
    answers: {
      [JSON_TYPE]: {
        kind: 'JSON',
        schema: 'Message',
        example: {
          id: `msg_${ID}`,
          type: 'message',
          role: 'assistant',
          model: MODEL,
          content: [{ type: 'text', text: 'Hello!' }],
          stop_reason: 'end_turn',
          stop_sequence: null,
          usage: { input_tokens: 1, output_tokens: 1, cost: 0 },
          modelgraph: facts('cmp'),
        },
      },
      [EVENTS]: {
        kind: 'STREAM',
        schema: 'MessageEvent',
        end: '`message_stop`',
        example: `${event(
          { type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text: 'Hello!' } },
          'content_block_delta',
        )}${event({ type: 'message_stop' }, 'message_stop')}`,
      },
    },
  },
  countMessageTokens: {
    request: { model: MODEL, messages },
    answers: {
      [JSON_TYPE]: {
        kind: 'JSON',
        schema: 'TokenCount',
        example: { input_tokens: 1, modelgraph: { method: 'PROVIDER' } },
      },
    },
  },
  createEmbedding: {
    request: { model: MODEL, input: 'Hello!', dimensions: 4 },
    answers: {
      [JSON_TYPE]: {
        kind: 'JSON',
        schema: 'EmbeddingList',
        example: {
          object: 'list',
          data: [{ object: 'embedding', index: 0, embedding: [-0.41, 0, 0.82, 0.41] }],
          model: MODEL,
          usage: { prompt_tokens: 1, total_tokens: 1, cost: 0 },
          modelgraph: facts('op'),
        },
      },
    },
  },
  createImage: {
    request: { model: MODEL, prompt: 'A red square', response_format: 'url' },
    answers: { [JSON_TYPE]: imageAnswer, [EVENTS]: imageStream('image_generation.completed') },
  },
  createImageEdit: {
    request: { model: MODEL, prompt: 'Paint it blue', image: PIXEL, response_format: 'url' },
    answers: { [JSON_TYPE]: imageAnswer, [EVENTS]: imageStream('image_edit.completed') },
  },
  createSpeech: {
    request: { model: MODEL, input: 'Hello!', voice: 'alloy' },
    answers: {
      'audio/*': { kind: 'BINARY' },
      [EVENTS]: {
        kind: 'STREAM',
        schema: 'SpeechEvent',
        example: event({ type: 'speech.audio.delta', audio: 'UklGRg==' }),
      },
    },
  },
  createTranscription: {
    request: recording,
    answers: {
      [JSON_TYPE]: transcript,
      'text/plain': { kind: 'TEXT', example: HEARD },
      [EVENTS]: {
        kind: 'STREAM',
        schema: 'TranscriptEvent',
        example: event({ type: 'transcript.text.done', text: HEARD }),
      },
    },
  },
  createTranslation: {
    request: recording,
    answers: { [JSON_TYPE]: transcript, 'text/plain': { kind: 'TEXT', example: HEARD } },
  },
  createModeration: {
    request: { model: MODEL, input: 'I like you.' },
    answers: {
      [JSON_TYPE]: {
        kind: 'JSON',
        schema: 'Moderation',
        example: {
          id: `op_${ID}`,
          model: MODEL,
          results: [{ flagged: false, categories: { violence: false }, category_scores: { violence: 0 } }],
          modelgraph: facts('op'),
        },
      },
    },
  },
  createRerank: {
    request: {
      model: MODEL,
      query: 'capital of France',
      documents: ['Paris is the capital of France.', 'Bread is baked.'],
      top_n: 1,
    },
    answers: {
      [JSON_TYPE]: {
        kind: 'JSON',
        schema: 'RerankResult',
        example: {
          id: `op_${ID}`,
          object: 'list',
          model: MODEL,
          results: [{ index: 0, relevance_score: 1 }],
          modelgraph: facts('op'),
        },
      },
    },
  },
  listModels: {
    answers: {
      [JSON_TYPE]: { kind: 'JSON', schema: 'ModelList', example: { object: 'list', data: [listedModel] } },
    },
  },
  retrieveModel: { answers: { [JSON_TYPE]: { kind: 'JSON', schema: 'Model', example: listedModel } } },
} as const satisfies { readonly [operationId: string]: OperationExample };

/** Stable names of the operations, by which generators name their functions. */
export type OperationId = keyof typeof OPERATION_EXAMPLES;
