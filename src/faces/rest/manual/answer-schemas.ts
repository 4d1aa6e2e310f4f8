import { z } from 'zod';

const text = z.string();
const count = z.int().min(0);
const seconds = z.int().describe('Seconds since 1970.');

const cost = z.looseObject({
  kind: z.enum(['PRICED', 'FREE', 'UNPRICED']).describe('UNPRICED: no rate is known for all that was used.'),
  total: text.optional().describe('Exact decimal amount, if priced.'),
  currency: text.optional().describe('ISO 4217 code.'),
  reason: text.optional().describe('Why it is unpriced.'),
  at_least: text.optional().describe('What is known of an unpriced cost, a decimal amount.'),
});

const warnings = z
  .array(z.looseObject({ code: text, parameter: text.optional(), message: text }))
  .describe('What the provider could not be told, and the like.');

const facts = z
  .looseObject({
    id: text.describe('Id in the ledger.'),
    offering: text.optional().describe('The offering that answered, `provider/model`.'),
    attempts: count.describe('Calls to providers.'),
    cost: cost.describe('What the answer cost.'),
    warnings,
    route: z
      .looseObject({
        requested: text,
        strategy: text.optional(),
        candidates: z.array(text),
        considered: z.array(
          z.looseObject({ offering: text, parts: z.array(z.looseObject({ criterion: text })) }),
        ),
        rejected: z.array(z.looseObject({ offering: text, reason: text, detail: text })),
        attempts: z.array(z.looseObject({ offering: text, status: text, error: text.optional() })),
      })
      .optional()
      .describe('Why it came from where it did, where `explain` asks for that.'),
  })
  .describe('What this server says of an answer beside its format.');

/** An answer with what this server says of it. */
const answer = (members: z.ZodRawShape) => z.looseObject({ ...members, modelgraph: facts.optional() });

const usageOf = (members: z.ZodRawShape = {}) =>
  z
    .looseObject({
      ...members,
      cost: z.number().optional().describe('What it cost, in `cost_currency`; absent if it is not known.'),
      cost_currency: text.optional().describe('ISO 4217 code; absent if nothing is charged.'),
    })
    .describe('What was used.');

const toolCalls = z.array(
  z.looseObject({
    id: text.optional(),
    type: text.optional(),
    function: z.looseObject({ name: text.optional(), arguments: text.optional() }).optional(),
  }),
);

const chatUsage = usageOf({ prompt_tokens: count, completion_tokens: count, total_tokens: count }).optional();

/** Answers of the formats whose answers are choices. */
const choicesOf = (object: string, choice: z.ZodRawShape, usage: z.ZodType = chatUsage.nullable()) =>
  answer({
    id: text,
    object: z.literal(object),
    created: seconds,
    model: text,
    choices: z.array(
      z.looseObject({
        index: count,
        ...choice,
        finish_reason: text
          .nullable()
          .describe(
            '`stop`, `length`, `tool_calls`, `content_filter` or `unknown`; null while the stream goes on.',
          ),
      }),
    ),
    usage,
  });

/** An event of a stream, told by its type; each has other members. */
const eventOf = (description: string) => z.looseObject({ type: text.describe(description) });

const openAiModel = z.looseObject({ id: text, object: z.literal('model'), created: z.int(), owned_by: text });
const anthropicModel = z.looseObject({
  id: text,
  type: z.literal('model'),
  display_name: text,
  created_at: text,
});

const problem = { type: text, message: text.describe('What happened, to what, and what to do.') };

/** The shapes of answers, by their names in the reference manual. Providers add fields of their own. */
export const ANSWER_SCHEMAS = {
  AnswerFacts: facts,
  ChatCompletion: choicesOf(
    'chat.completion',
    {
      message: z.looseObject({
        role: z.literal('assistant'),
        content: text.nullable(),
        refusal: text.nullable().optional(),
        tool_calls: toolCalls.optional(),
      }),
    },
    chatUsage,
  ),
  ChatCompletionChunk: choicesOf('chat.completion.chunk', {
    delta: z.looseObject({
      role: text.optional(),
      content: text.nullable().optional(),
      tool_calls: toolCalls.optional(),
    }),
  }),
  TextCompletion: choicesOf('text_completion', { text }),
  Response: answer({
    id: text,
    object: z.literal('response'),
    created_at: z.number().describe('Seconds since 1970.'),
    model: text,
    status: text.describe('`completed`, `incomplete`, `failed` or `in_progress`.'),
    output: z
      .array(z.looseObject({ type: text, id: text.optional() }))
      .describe('Messages, reasoning and calls of tools, in order.'),
    usage: usageOf({ input_tokens: count, output_tokens: count, total_tokens: count }).nullable().optional(),
  }),
  ResponseEvent: eventOf(
    'For example `response.output_text.delta`; the last is `response.completed`, `response.incomplete` or `response.failed`.',
  ).extend({ sequence_number: count }),
  Message: answer({
    id: text,
    type: z.literal('message'),
    role: z.literal('assistant'),
    model: text,
    content: z
      .array(z.looseObject({ type: text, text: text.optional() }))
      .describe('Blocks of text, thinking and calls of tools, in order.'),
    stop_reason: text.nullable(),
    stop_sequence: text.nullable().optional(),
    usage: usageOf({ input_tokens: count, output_tokens: count }),
  }),
  MessageEvent: eventOf('For example `content_block_delta`; `message_stop` is the last.'),
  TokenCount: z.looseObject({
    input_tokens: count,
    modelgraph: z
      .looseObject({ method: text.describe('`PROVIDER`: its own count; else an estimate.') })
      .optional(),
  }),
  EmbeddingList: answer({
    object: z.literal('list'),
    data: z.array(
      z.looseObject({
        object: z.literal('embedding'),
        index: count,
        embedding: z.union([z.array(z.number()), text.describe('Base64 of 32-bit floats.')]),
      }),
    ),
    model: text,
    usage: usageOf({ prompt_tokens: count, total_tokens: count }).optional(),
  }),
  ImageList: answer({
    created: seconds,
    data: z.array(
      z.looseObject({
        b64_json: text.optional(),
        url: text.optional().describe('Holds for an hour at most.'),
        revised_prompt: text.optional(),
      }),
    ),
    usage: usageOf().optional(),
  }),
  ImageEvent: eventOf('`image_generation.completed` or `image_edit.completed`, one for each image.'),
  SpeechEvent: eventOf('`speech.audio.delta`, with base64 in `audio`; `speech.audio.done` is the last.'),
  Transcript: answer({ text, usage: usageOf().optional() }),
  TranscriptEvent: eventOf('`transcript.text.delta`; `transcript.text.done` is the last.'),
  Moderation: answer({
    id: text,
    model: text,
    results: z.array(
      z.looseObject({
        flagged: z.boolean(),
        categories: z.record(text, z.boolean()),
        category_scores: z.record(text, z.number()).describe('0 to 1.'),
      }),
    ),
  }),
  RerankResult: answer({
    results: z
      .array(z.looseObject({ index: count, relevance_score: z.number() }))
      .describe('The best first; `index` is the place in `documents`.'),
  }),
  RoutePlan: z.looseObject({
    object: z.literal('route.plan'),
    requested: text.describe('The `model` of the request.'),
    route: z.looseObject({ name: text, version: count }).optional().describe('The saved route that holds.'),
    strategy: text.describe('How the candidates are put into order and called.'),
    dispatch: z.looseObject({ kind: text }).describe('SERIAL, RACE or HEDGE.'),
    expected_tokens: z
      .looseObject({ input: z.number(), cache_read: z.number(), output: z.number() })
      .describe('What the costs are estimated for.'),
    complexity: z.number().optional().describe('How hard the prompt is, 0 to 1, where the route asks.'),
    candidates: z
      .array(
        z.looseObject({
          rank: count,
          offering: text,
          model: text,
          is_fallback: z.boolean(),
          score: z.number().optional().describe('The lower the better; absent where it goes by the list.'),
          parts: z
            .array(z.looseObject({ criterion: text, value: z.number().optional() }))
            .describe('What the score rests on.'),
          estimated_cost: cost,
          breaker: text.describe('CLOSED, OPEN or HALF_OPEN.'),
          warnings,
        }),
      )
      .describe('In the order in which they would be tried.'),
    rejected: z
      .array(
        z.looseObject({
          offering: text,
          reason: text,
          detail: text,
          retry_after_ms: z.number().optional(),
        }),
      )
      .describe('What the route would use and may not.'),
  }),
  Model: z
    .union([openAiModel, anthropicModel])
    .describe("Anthropic's form, if the request has the header `anthropic-version`."),
  ModelList: z.union([
    z.looseObject({ object: z.literal('list'), data: z.array(openAiModel) }),
    z.looseObject({
      data: z.array(anthropicModel),
      has_more: z.boolean(),
      first_id: text.nullable(),
      last_id: text.nullable(),
    }),
  ]),
  Error: z.looseObject({
    error: z.looseObject({
      ...problem,
      param: text.nullable().optional().describe('Where in the body.'),
      code: text.nullable().optional().describe('Stable; in lower case with underscores.'),
    }),
  }),
  AnthropicError: z.looseObject({
    type: z.literal('error'),
    error: z.looseObject({
      ...problem,
      details: z
        .looseObject({ error_code: text.optional().describe('Stable.'), param: text.optional() })
        .optional(),
    }),
  }),
} as const satisfies { readonly [name: string]: z.ZodType };

export type AnswerSchemaName = keyof typeof ANSWER_SCHEMAS;
