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
const PIXEL =
  'data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';

const json = (schema: AnswerSchemaName, example: JsonObject): AnswerExample => ({
  kind: 'JSON',
  schema,
  example,
});
const stream = (schema: AnswerSchemaName, example: string, end?: string): AnswerExample => ({
  kind: 'STREAM',
  schema,
  ...(end !== undefined && { end }),
  example,
});

/** One server-sent event; a name that is given is its type too. */
const event = (data: JsonObject, name?: string): string =>
  name === undefined
    ? `data: ${JSON.stringify(data)}\n\n`
    : `event: ${name}\ndata: ${JSON.stringify({ type: name, ...data })}\n\n`;

const facts = (kind: 'cmp' | 'op') => ({
  id: `${kind}_${ID}`,
  offering: MODEL,
  attempts: 1,
  cost: { kind: 'FREE' },
  warnings: [],
});

const completion = (object: string, choice: JsonObject, rest: JsonObject = {}): JsonObject => ({
  id: `cmp_${ID}`,
  object,
  created: CREATED,
  model: MODEL,
  choices: [choice],
  ...rest,
});
const usage = { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2, cost: 0 };
const ofWhole = { usage, modelgraph: facts('cmp') };
const chunk = (delta: JsonObject, finish_reason: string | null): string =>
  event(completion('chat.completion.chunk', { index: 0, delta, finish_reason }));

const DONE = 'data: [DONE]\n\n';
const LAST = '`[DONE]`';
const messages = [{ role: 'user', content: 'Hello!' }];
const said = { role: 'assistant', content: 'Hello!', refusal: null };

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
const responseDelta = { sequence_number: 4, output_index: 0, content_index: 0, delta: 'Hello!' };

const image = json('ImageList', {
  created: CREATED,
  data: [{ url: 'http://localhost:4000/media/VB4a51wsbayrwTROhNL1PeixrZORaybmWkjhvjxuMPk' }],
  output_format: 'png',
  usage: { input_tokens: 3, output_tokens: 0, total_tokens: 3, cost: 0 },
  modelgraph: facts('op'),
});
const imageStream = (type: string): AnswerExample =>
  stream('ImageEvent', event({ b64_json: 'iVBORw0KGgo=' }, type));

const HEARD = 'The sandbox heard 20 bytes of audio/wav.';
const heard = {
  [JSON_TYPE]: json('Transcript', { text: HEARD, usage: { cost: 0 }, modelgraph: facts('op') }),
  'text/plain': { kind: 'TEXT', example: HEARD },
} as const;
/** The file is a name and a content in the form; generators and readers are told `format: binary`. */
const recording = { model: MODEL, file: '(the bytes of a recording)' };

const listedModel = { id: MODEL, object: 'model', created: CREATED, owned_by: 'sandbox' };

/** Requests that work as they are, and answers to them, by the operations' ids. */
export const OPERATION_EXAMPLES = {
  createChatCompletion: {
    request: { model: MODEL, messages },
    answers: {
      [JSON_TYPE]: json(
        'ChatCompletion',
        completion('chat.completion', { index: 0, message: said, finish_reason: 'stop' }, ofWhole),
      ),
      [EVENTS]: stream(
        'ChatCompletionChunk',
        `${chunk({ role: 'assistant', content: '' }, null)}${chunk({ content: 'Hello!' }, null)}${chunk({}, 'stop')}${DONE}`,
        LAST,
      ),
    },
  },
  createResponse: {
    request: { model: MODEL, input: 'Hello!' },
    answers: {
      [JSON_TYPE]: json('Response', responseObject),
      [EVENTS]: stream(
        'ResponseEvent',
        `${event(responseDelta, 'response.output_text.delta')}${event({ sequence_number: 8, response: responseObject }, 'response.completed')}`,
        '`response.completed`, `response.incomplete` or `response.failed`',
      ),
    },
  },
  createCompletion: {
    request: { model: MODEL, prompt: 'Hello!', max_tokens: 16 },
    answers: {
      [JSON_TYPE]: json(
        'TextCompletion',
        completion('text_completion', { text: 'Hello!', index: 0, finish_reason: 'stop' }, ofWhole),
      ),
      [EVENTS]: stream(
        'TextCompletion',
        `${event(completion('text_completion', { text: 'Hello!', index: 0, finish_reason: null }))}${DONE}`,
        LAST,
      ),
    },
  },
  createMessage: {
    request: { model: MODEL, max_tokens: 64, messages },
    answers: {
      [JSON_TYPE]: json('Message', {
        id: `msg_${ID}`,
        type: 'message',
        role: 'assistant',
        model: MODEL,
        content: [{ type: 'text', text: 'Hello!' }],
        stop_reason: 'end_turn',
        stop_sequence: null,
        usage: { input_tokens: 1, output_tokens: 1, cost: 0 },
        modelgraph: facts('cmp'),
      }),
      [EVENTS]: stream(
        'MessageEvent',
        `${event({ index: 0, delta: { type: 'text_delta', text: 'Hello!' } }, 'content_block_delta')}${event({}, 'message_stop')}`,
        '`message_stop`',
      ),
    },
  },
  countMessageTokens: {
    request: { model: MODEL, messages },
    answers: { [JSON_TYPE]: json('TokenCount', { input_tokens: 1, modelgraph: { method: 'PROVIDER' } }) },
  },
  createEmbedding: {
    request: { model: MODEL, input: 'Hello!', dimensions: 4 },
    answers: {
      [JSON_TYPE]: json('EmbeddingList', {
        object: 'list',
        data: [{ object: 'embedding', index: 0, embedding: [-0.41, 0, 0.82, 0.41] }],
        model: MODEL,
        usage: { prompt_tokens: 1, total_tokens: 1, cost: 0 },
        modelgraph: facts('op'),
      }),
    },
  },
  createImage: {
    request: { model: MODEL, prompt: 'A red square', response_format: 'url' },
    answers: { [JSON_TYPE]: image, [EVENTS]: imageStream('image_generation.completed') },
  },
  createImageEdit: {
    request: { model: MODEL, prompt: 'Paint it blue', image: PIXEL, response_format: 'url' },
    answers: { [JSON_TYPE]: image, [EVENTS]: imageStream('image_edit.completed') },
  },
  createSpeech: {
    request: { model: MODEL, input: 'Hello!', voice: 'alloy' },
    answers: {
      'audio/*': { kind: 'BINARY' },
      [EVENTS]: stream('SpeechEvent', event({ type: 'speech.audio.delta', audio: 'UklGRg==' })),
    },
  },
  createTranscription: {
    request: recording,
    answers: {
      ...heard,
      [EVENTS]: stream('TranscriptEvent', event({ type: 'transcript.text.done', text: HEARD })),
    },
  },
  createTranslation: { request: recording, answers: heard },
  createModeration: {
    request: { model: MODEL, input: 'I like you.' },
    answers: {
      [JSON_TYPE]: json('Moderation', {
        id: `op_${ID}`,
        model: MODEL,
        results: [{ flagged: false, categories: { violence: false }, category_scores: { violence: 0 } }],
        modelgraph: facts('op'),
      }),
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
      [JSON_TYPE]: json('RerankResult', {
        id: `op_${ID}`,
        object: 'list',
        model: MODEL,
        results: [{ index: 0, relevance_score: 1 }],
        modelgraph: facts('op'),
      }),
    },
  },
  listModels: {
    answers: { [JSON_TYPE]: json('ModelList', { object: 'list', data: [listedModel] }) },
  },
  retrieveModel: { answers: { [JSON_TYPE]: json('Model', listedModel) } },
} as const satisfies { readonly [operationId: string]: OperationExample };

/** Stable names of the operations, by which generators name their functions. */
export type OperationId = keyof typeof OPERATION_EXAMPLES;
