import { z } from 'zod';

const count = z.int().min(0);

const cost = z
  .looseObject({
    kind: z
      .enum(['PRICED', 'FREE', 'UNPRICED'])
      .describe('UNPRICED: no rate is known for all that was used.'),
    total: z.string().optional().describe('Exact decimal amount, if priced.'),
    currency: z.string().optional().describe('ISO 4217 code.'),
    reason: z.string().optional().describe('Why it is unpriced.'),
    at_least: z.string().optional().describe('What is known of an unpriced cost, a decimal amount.'),
  })
  .describe('What the answer cost.');

const facts = z
  .looseObject({
    id: z.string().describe('Id in the ledger.'),
    offering: z.string().optional().describe('The offering that answered, `provider/model`.'),
    attempts: count.describe('Calls to providers.'),
    cost,
    warnings: z
      .array(z.looseObject({ code: z.string(), parameter: z.string().optional(), message: z.string() }))
      .describe('What the provider could not be told, and the like.'),
  })
  .describe('What this server says of an answer beside its format.');

const money = {
  cost: z.number().optional().describe('What it cost, in `cost_currency`; absent if it is not known.'),
  cost_currency: z.string().optional().describe('ISO 4217 code; absent if nothing is charged.'),
};

const chatUsage = z
  .looseObject({ prompt_tokens: count, completion_tokens: count, total_tokens: count, ...money })
  .describe('Tokens that were used.');

const finishReason = z
  .string()
  .nullable()
  .describe('`stop`, `length`, `tool_calls`, `content_filter` or `unknown`; null while the stream goes on.');

const toolCall = z.looseObject({
  id: z.string().optional(),
  type: z.string().optional(),
  function: z.looseObject({ name: z.string().optional(), arguments: z.string().optional() }).optional(),
});

const completionHead = {
  id: z.string(),
  created: z.int().describe('Seconds since 1970.'),
  model: z.string(),
};

const chatCompletion = z.looseObject({
  ...completionHead,
  object: z.literal('chat.completion'),
  choices: z.array(
    z.looseObject({
      index: count,
      message: z.looseObject({
        role: z.literal('assistant'),
        content: z.string().nullable(),
        refusal: z.string().nullable().optional(),
        tool_calls: z.array(toolCall).optional(),
      }),
      finish_reason: finishReason,
    }),
  ),
  usage: chatUsage.optional(),
  modelgraph: facts.optional(),
});

const chatCompletionChunk = z.looseObject({
  ...completionHead,
  object: z.literal('chat.completion.chunk'),
  choices: z.array(
    z.looseObject({
      index: count,
      delta: z.looseObject({
        role: z.string().optional(),
        content: z.string().nullable().optional(),
        tool_calls: z.array(toolCall).optional(),
      }),
      finish_reason: finishReason,
    }),
  ),
  usage: chatUsage.nullable().optional(),
  modelgraph: facts.optional(),
});

const textCompletion = z.looseObject({
  ...completionHead,
  object: z.literal('text_completion'),
  choices: z.array(z.looseObject({ index: count, text: z.string(), finish_reason: finishReason })),
  usage: chatUsage.nullable().optional(),
  modelgraph: facts.optional(),
});

const response = z.looseObject({
  id: z.string(),
  object: z.literal('response'),
  created_at: z.number().describe('Seconds since 1970.'),
  model: z.string(),
  status: z.string().describe('`completed`, `incomplete`, `failed` or `in_progress`.'),
  output: z
    .array(z.looseObject({ type: z.string(), id: z.string().optional() }))
    .describe('Messages, reasoning and calls of tools, in order.'),
  usage: z
    .looseObject({ input_tokens: count, output_tokens: count, total_tokens: count, ...money })
    .nullable()
    .optional(),
  modelgraph: facts.optional(),
});

const responseEvent = z.looseObject({
  type: z.string().describe('For example `response.output_text.delta`; `response.completed` is the last.'),
  sequence_number: count,
});

const message = z.looseObject({
  id: z.string(),
  type: z.literal('message'),
  role: z.literal('assistant'),
  model: z.string(),
  content: z
    .array(z.looseObject({ type: z.string(), text: z.string().optional() }))
    .describe('Blocks of text, thinking and calls of tools, in order.'),
  stop_reason: z.string().nullable(),
  stop_sequence: z.string().nullable().optional(),
  usage: z.looseObject({ input_tokens: count, output_tokens: count, ...money }),
  modelgraph: facts.optional(),
});

const messageEvent = z.looseObject({
  type: z.string().describe('For example `content_block_delta`; `message_stop` is the last.'),
});

const tokenCount = z.looseObject({
  input_tokens: count,
  modelgraph: z
    .looseObject({ method: z.string().describe('`PROVIDER`: its own count; else an estimate.') })
    .optional(),
});

const embeddingList = z.looseObject({
  object: z.literal('list'),
  data: z.array(
    z.looseObject({
      object: z.literal('embedding'),
      index: count,
      embedding: z.union([z.array(z.number()), z.string().describe('Base64 of 32-bit floats.')]),
    }),
  ),
  model: z.string(),
  usage: z.looseObject({ prompt_tokens: count, total_tokens: count, ...money }).optional(),
  modelgraph: facts.optional(),
});

const imageList = z.looseObject({
  created: z.int().describe('Seconds since 1970.'),
  data: z.array(
    z.looseObject({
      b64_json: z.string().optional(),
      url: z.string().optional().describe('Holds for an hour at most.'),
      revised_prompt: z.string().optional(),
    }),
  ),
  usage: z.looseObject({ ...money }).optional(),
  modelgraph: facts.optional(),
});

const eventOfType = (description: string) => z.looseObject({ type: z.string().describe(description) });

const transcript = z.looseObject({
  text: z.string(),
  usage: z.looseObject({ ...money }).optional(),
  modelgraph: facts.optional(),
});

const moderation = z.looseObject({
  id: z.string(),
  model: z.string(),
  results: z.array(
    z.looseObject({
      flagged: z.boolean(),
      categories: z.record(z.string(), z.boolean()),
      category_scores: z.record(z.string(), z.number()).describe('0 to 1.'),
    }),
  ),
  modelgraph: facts.optional(),
});

const rerankResult = z.looseObject({
  results: z
    .array(z.looseObject({ index: count, relevance_score: z.number() }))
    .describe('The best first; `index` is the place in `documents`.'),
  modelgraph: facts.optional(),
});

const openAiModel = z.looseObject({
  id: z.string(),
  object: z.literal('model'),
  created: z.int(),
  owned_by: z.string(),
});

const anthropicModel = z.looseObject({
  id: z.string(),
  type: z.literal('model'),
  display_name: z.string(),
  created_at: z.string(),
});

const model = z
  .union([openAiModel, anthropicModel])
  .describe("Anthropic's form, if the request has the header `anthropic-version`.");

const modelList = z.union([
  z.looseObject({ object: z.literal('list'), data: z.array(openAiModel) }),
  z.looseObject({
    data: z.array(anthropicModel),
    has_more: z.boolean(),
    first_id: z.string().nullable(),
    last_id: z.string().nullable(),
  }),
]);

/** The shapes of answers, by their names in the reference manual. Providers add fields of their own. */
export const ANSWER_SCHEMAS = {
  AnswerFacts: facts,
  ChatCompletion: chatCompletion,
  ChatCompletionChunk: chatCompletionChunk,
  TextCompletion: textCompletion,
  Response: response,
  ResponseEvent: responseEvent,
  Message: message,
  MessageEvent: messageEvent,
  TokenCount: tokenCount,
  EmbeddingList: embeddingList,
  ImageList: imageList,
  ImageEvent: eventOfType('`image_generation.completed` or `image_edit.completed`, one for each image.'),
  SpeechEvent: eventOfType('`speech.audio.delta`, with base64 in `audio`; `speech.audio.done` is the last.'),
  Transcript: transcript,
  TranscriptEvent: eventOfType('`transcript.text.delta`; `transcript.text.done` is the last.'),
  Moderation: moderation,
  RerankResult: rerankResult,
  Model: model,
  ModelList: modelList,
} as const satisfies { readonly [name: string]: z.ZodType };

export type AnswerSchemaName = keyof typeof ANSWER_SCHEMAS;
