import { z } from 'zod';

/** Limits on what strangers send; far beyond what models take. */
const MAX_MESSAGES = 20_000;
const MAX_BLOCKS = 20_000;
const MAX_TOOLS = 2_000;
const MAX_NAME = 1_000;
const MAX_STOPS = 100;

const TEXT_OR_LIST = { error: 'takes text or a list.' };
const A_BLOCK = { error: 'takes an object that has a `type`.' };

const object = <Shape extends z.core.$ZodLooseShape>(shape: Shape) => z.looseObject(shape);
const name = z.string().min(1).max(MAX_NAME);

const cacheControl = object({
  type: z.literal('ephemeral').describe('The only kind there is.'),
  ttl: z.enum(['5m', '1h']).nullish().describe('How long the prefix is kept. Default 5m.'),
})
  .nullish()
  .describe('All of the prompt up to here is to be kept in the prompt cache.');

const citations = object({ enabled: z.boolean().nullish() }).nullish();

const text = object({ type: z.literal('text'), text: z.string(), cache_control: cacheControl }).describe(
  'Text.',
);

const httpUrl = z
  .string()
  .max(8_192)
  .regex(/^https?:\/\//i, 'takes an address that begins with http:// or https://.');

const imageSource = z.discriminatedUnion('type', [
  object({
    type: z.literal('base64'),
    media_type: z.string().max(200).describe('e.g. `image/png`.'),
    data: z.string().min(1).describe('The bytes in base64.'),
  }),
  object({ type: z.literal('url'), url: httpUrl }),
  object({ type: z.literal('file'), file_id: name }),
]);

const image = object({ type: z.literal('image'), source: imageSource, cache_control: cacheControl }).describe(
  'An image.',
);

const documentSource = z.discriminatedUnion('type', [
  object({
    type: z.literal('base64'),
    media_type: z.string().max(200).describe('`application/pdf`.'),
    data: z.string().min(1).describe('The bytes in base64.'),
  }),
  object({ type: z.literal('text'), data: z.string() }).describe('Plain text.'),
  object({ type: z.literal('url'), url: httpUrl }),
  object({ type: z.literal('file'), file_id: name }),
  object({
    type: z.literal('content'),
    content: z.union(
      [z.string(), z.array(z.discriminatedUnion('type', [text, image])).max(MAX_BLOCKS)],
      TEXT_OR_LIST,
    ),
  }),
]);

const document = object({
  type: z.literal('document'),
  source: documentSource,
  title: z.string().max(MAX_NAME).nullish(),
  context: z.string().nullish(),
  citations,
  cache_control: cacheControl,
}).describe('A document.');

const searchResult = object({
  type: z.literal('search_result'),
  source: z.string(),
  title: z.string(),
  content: z.array(text).max(MAX_BLOCKS),
  citations,
  cache_control: cacheControl,
}).describe('Something found, to be cited.');

/** Kinds that come and go with versions of the format: taken, and told as unread. */
const otherBlock = (known: readonly string[]) =>
  object({
    type: z
      .string()
      .min(1)
      .max(200)
      .refine((type) => !known.includes(type), {
        message: 'is not as this type of block has to be.',
        abort: true,
      }),
  }).describe('Any other block: passed on unchanged, or reported as unread.');

const RESULT_TYPES = ['text', 'image', 'document', 'search_result'];
const resultBlock = z.union(
  [z.discriminatedUnion('type', [text, image, document, searchResult]), otherBlock(RESULT_TYPES)],
  A_BLOCK,
);

const toolUse = object({
  type: z.literal('tool_use'),
  id: name,
  name,
  input: z.unknown().meta({ type: 'object', description: 'Arguments, an object.' }),
  cache_control: cacheControl,
}).describe('A call of a tool.');

const toolResult = object({
  type: z.literal('tool_result'),
  tool_use_id: name,
  content: z.union([z.string(), z.array(resultBlock).max(MAX_BLOCKS)], TEXT_OR_LIST).nullish(),
  is_error: z.boolean().nullish(),
  cache_control: cacheControl,
}).describe('What a tool gave.');

const thinking = object({
  type: z.literal('thinking'),
  thinking: z.string(),
  signature: z.string().nullish(),
}).describe('Reasoning of an earlier answer, as it was given.');

const redactedThinking = object({ type: z.literal('redacted_thinking'), data: z.string().min(1) }).describe(
  'Encrypted reasoning of an earlier answer, as it was given.',
);

const BLOCK_TYPES = [...RESULT_TYPES, 'tool_use', 'tool_result', 'thinking', 'redacted_thinking'];
const block = z.union(
  [
    z.discriminatedUnion('type', [
      text,
      image,
      document,
      searchResult,
      toolUse,
      toolResult,
      thinking,
      redactedThinking,
    ]),
    otherBlock(BLOCK_TYPES),
  ],
  A_BLOCK,
);

const message = object({
  role: z.enum(['user', 'assistant', 'system']),
  content: z.union([z.string(), z.array(block).max(MAX_BLOCKS)], TEXT_OR_LIST),
});

const tool = object({
  type: z.string().max(200).nullish().describe("`custom`, or one of Anthropic's own tools."),
  name: name.nullish(),
  description: z.string().nullish(),
  input_schema: object({}).nullish().describe('JSON Schema of the arguments.'),
  strict: z.boolean().nullish().describe('Arguments are to match the schema for certain.'),
  cache_control: cacheControl,
})
  .refine((given) => !isCustomTool(given) || typeof given.name === 'string', {
    message: 'is missing.',
    path: ['name'],
  })
  .refine((given) => !isCustomTool(given) || (given.input_schema ?? undefined) !== undefined, {
    message: 'is missing.',
    path: ['input_schema'],
  });

/** A tool of the caller's own, not one that Anthropic has defined. */
export const isCustomTool = ({ type }: { readonly type?: unknown }): boolean =>
  (type ?? 'custom') === 'custom';

const outputFormat = object({
  type: z.literal('json_schema'),
  schema: object({}).describe('JSON Schema of the answer.'),
}).nullish();

const prompt = {
  model: name.describe('Canonical slug, offering id, unqualified name or alias, or `route:<name>`.'),
  messages: z.array(message).min(1).max(MAX_MESSAGES).describe('The conversation.'),
  system: z
    .union([z.string(), z.array(text).max(MAX_BLOCKS)], TEXT_OR_LIST)
    .nullish()
    .describe('The system prompt.'),
  tools: z.array(tool).max(MAX_TOOLS).nullish(),
  tool_choice: object({
    type: z.enum(['auto', 'any', 'tool', 'none']),
    name: name.nullish(),
    disable_parallel_tool_use: z.boolean().nullish(),
  })
    .refine(({ type, name: wanted }) => type !== 'tool' || typeof wanted === 'string', {
      message: 'is missing.',
      path: ['name'],
    })
    .nullish(),
  thinking: object({
    type: z.string().max(200).describe('`enabled`, `adaptive` or `disabled`.'),
    budget_tokens: z.int().min(1).max(10_000_000).nullish().describe('Most tokens of reasoning.'),
  })
    .nullish()
    .describe('How much the model may reason.'),
  output_config: object({
    effort: z.string().max(200).nullish().describe('`low`, `medium`, `high`, `xhigh` or `max`.'),
    format: outputFormat,
  }).nullish(),
  output_format: outputFormat.describe('As `output_config.format`; its older name.'),
  cache_control: cacheControl,
};

const settings = {
  max_tokens: z.int().min(1).max(10_000_000).describe('Most tokens of output, those of reasoning included.'),
  stream: z.boolean().nullish().describe('Answer with server-sent events.'),
  temperature: z.number().min(0).max(2).nullish(),
  top_p: z.number().min(0).max(1).nullish(),
  top_k: z.int().min(0).max(1_000_000).nullish(),
  stop_sequences: z.array(z.string().max(10_000)).max(MAX_STOPS).nullish(),
  metadata: object({ user_id: z.string().max(1_024).nullish() })
    .nullish()
    .describe("`user_id`: the caller's own end-user id."),
  service_tier: z
    .string()
    .max(200)
    .nullish()
    .describe('`standard_only`: no priority capacity. `auto` is the default.'),
  inference_geo: z
    .string()
    .max(64)
    .nullish()
    .describe('`us`: the model runs in the US alone, on which the price depends. `global`: anywhere.'),
  speed: z.string().max(200).nullish().describe('`fast`: sooner, and dearer.'),
};

/** A body of `/v1/messages`. Fields that are not named here are taken, too. */
export const messagesSchema = object({ ...prompt, ...settings });

/** A body of `/v1/messages/count_tokens`. */
export const tokenCountSchema = object({ ...prompt, ...settings, max_tokens: settings.max_tokens.nullish() });

export const KNOWN_FIELDS: ReadonlySet<string> = new Set([...Object.keys(prompt), ...Object.keys(settings)]);
