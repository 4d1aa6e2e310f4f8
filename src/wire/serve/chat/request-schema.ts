import { z } from 'zod';
import { TOOL_NAME, TOOL_NAME_FORM } from '../../../domain/tool-name.ts';
import { CACHE_CONTROL, MESSAGE } from './message-schema.ts';
import { SAMPLING } from './sampling-schema.ts';

const JSON_OBJECT = z.record(z.string(), z.any());
const LONGEST_NAME = 256;

export const FUNCTION = z.looseObject({
  name: z.string().regex(TOOL_NAME, `takes ${TOOL_NAME_FORM}`).describe(TOOL_NAME_FORM),
  description: z.string().nullish().describe('When and how to use it, for the model.'),
  parameters: JSON_OBJECT.nullish().describe('JSON Schema of the arguments.'),
  strict: z.boolean().nullish().describe('Ask the provider to guarantee that arguments match the schema.'),
});

const typed = z.looseObject({ type: z.string().min(1) });

/** Of tools of another type, nothing is asked but that they have one. */
export const FUNCTION_TOOL = z.looseObject({
  type: z.literal('function'),
  function: FUNCTION,
  cache_control: CACHE_CONTROL,
});

const TOOL = z.union([
  FUNCTION_TOOL,
  typed.describe('A tool of another type: for providers that take the request as it is.'),
]);

const TOOL_CHOICE = z.union([
  z.string().describe('`auto`, `none` or `required`.'),
  typed.describe(
    '`{"type":"function","function":{"name":…}}`, or `{"type":"allowed_tools","allowed_tools":{"mode":…,"tools":[…]}}`.',
  ),
]);

const RESPONSE_FORMAT = z.union([
  z.looseObject({
    type: z.literal('json_schema'),
    json_schema: z.looseObject({
      name: z.string().min(1).max(LONGEST_NAME).describe('Name of the schema, for the model.'),
      schema: JSON_OBJECT.nullish().describe('The JSON Schema.'),
      description: z.string().nullish().describe('What the output is, for the model.'),
      strict: z.boolean().nullish().describe('Ask the provider to guarantee the match.'),
    }),
  }),
  typed
    .refine(({ type }) => type !== 'json_schema', {
      path: ['type'],
      error: 'is of another form.',
      abort: true,
    })
    .describe('`{"type":"text"}` or `{"type":"json_object"}`.'),
]);

/** The body of POST /v1/chat/completions. Unknown fields are passed on where the provider speaks the dialect. */
export const CHAT_REQUEST = z
  .looseObject({
    ...SAMPLING,
    messages: z.array(MESSAGE).min(1).max(10_000).describe('The conversation so far.'),
    max_completion_tokens: z
      .int()
      .min(1)
      .nullish()
      .describe('Most tokens to answer with, reasoning included; wins over `max_tokens`.'),
    tools: z.array(TOOL).max(1_024).nullish().describe('What the model may call.'),
    tool_choice: TOOL_CHOICE.nullish().describe('Which of the tools may be called.'),
    parallel_tool_calls: z
      .boolean()
      .nullish()
      .describe('Whether several calls may be asked for in one answer.'),
    functions: z.array(FUNCTION).max(1_024).nullish().describe('`tools`, from before there were such.'),
    function_call: z
      .union([z.string(), z.looseObject({ name: z.string().min(1) })])
      .nullish()
      .describe('`tool_choice` for `functions`.'),
    response_format: RESPONSE_FORMAT.nullish().describe('Form of the output.'),
    logprobs: z.boolean().nullish().describe("Give log probabilities of the output's tokens."),
    top_logprobs: z
      .int()
      .min(0)
      .max(20)
      .nullish()
      .describe('How many alternatives to each token; needs `logprobs`.'),
    reasoning_effort: z
      .string()
      .nullish()
      .describe('`none`, `minimal`, `low`, `medium`, `high` or `xhigh`: how hard to think.'),
    reasoning: z
      .looseObject({
        effort: z.string().nullish().describe('As `reasoning_effort`.'),
        max_tokens: z.int().min(1).nullish().describe('Most tokens to think with.'),
        enabled: z.boolean().nullish().describe('Whether to think at all.'),
        exclude: z.boolean().nullish().describe('Think, but do not show it.'),
      })
      .nullish()
      .describe('How much to reason; what it says wins over `reasoning_effort`.'),
    safety_identifier: z.string().max(256).nullish().describe('As `user`.'),
    modalities: z.array(z.string()).max(10).nullish().describe('`["text"]`; others are for OpenAI itself.'),
  })
  .describe('A chat completion.');

const anything = (most: number) => z.array(z.any()).max(most).nullish();

/** The same without the members of long lists: these are held against their own, one by one. */
export const CHAT_SHELL = CHAT_REQUEST.extend({
  messages: z.array(z.any()).min(1).max(10_000),
  tools: anything(1_024),
  functions: anything(1_024),
});

export type ChatBody = z.output<typeof CHAT_SHELL>;
