import { z } from 'zod';
import { TOOL_NAME_FORM } from '../../../domain/tool-name.ts';
import { METADATA } from '../metadata.ts';

/** Longer than any prompt that is taken: the core's own limit says more. */
const LONGEST_TEXT = 6_000_000;
/** Data of media in base64, which the cap on whole bodies bounds as well. */
const LONGEST_DATA = 64_000_000;
const LONGEST_ID = 100_000;
const MOST_PARTS = 2_000;
const MOST_TOOLS = 2_000;

const text = (description: string) => z.string().max(LONGEST_TEXT).describe(description);
const id = (description: string) => z.string().max(LONGEST_ID).nullish().describe(description);
const word = (description: string) => z.string().max(200).nullish().describe(description);
const object = (description: string) => z.looseObject({}).nullish().describe(description);

export const TEXT_PART = z
  .looseObject({ type: z.enum(['input_text', 'output_text', 'text']), text: text('The text.') })
  .describe('Text. What else the model said of it, such as `annotations`, is not needed.');
export const REFUSAL_PART = z
  .looseObject({ type: z.literal('refusal'), refusal: text('The words of the refusal.') })
  .describe('What the model refused in an earlier turn.');
export const IMAGE_PART = z
  .looseObject({
    type: z.literal('input_image'),
    image_url: z
      .string()
      .max(LONGEST_DATA)
      .nullish()
      .describe('http(s) address, or `data:` URL with base64.'),
    file_id: id('A file that lies at the provider: only a provider that speaks this format has it.'),
    detail: word('How closely to look: `low`, `high` or `auto`.'),
  })
  .describe('An image.');
export const FILE_PART = z
  .looseObject({
    type: z.literal('input_file'),
    file_url: z.string().max(8_192).nullish().describe('http(s) address.'),
    file_data: z.string().max(LONGEST_DATA).nullish().describe('`data:` URL with base64, or base64 alone.'),
    filename: z.string().max(1_000).nullish().describe('Name to show to the model.'),
    file_id: id('A file that lies at the provider: only a provider that speaks this format has it.'),
  })
  .describe('A document.');
export const AUDIO_PART = z
  .looseObject({
    type: z.literal('input_audio'),
    input_audio: z.looseObject({
      data: z.string().max(LONGEST_DATA).describe('The bytes in base64.'),
      format: z.string().min(1).max(20).describe('e.g. `wav`, `mp3`.'),
    }),
  })
  .describe('Audio.');
/** A part of any type; which, its own schema says. */
export const ANY_PART = z.looseObject({ type: z.string().max(200) });

const content = <Part extends z.ZodType>(part: Part) =>
  z.union([text('Text.'), z.array(part).max(MOST_PARTS)], { error: 'takes text or a list of parts.' });

const messageWith = <Part extends z.ZodType>(part: Part) =>
  z
    .looseObject({
      type: z.literal('message').optional(),
      role: z.enum(['user', 'assistant', 'system', 'developer']).describe('Whose words they are.'),
      content: content(part),
    })
    .describe('Words of the system, the user or the model.');
export const CALL_ITEM = z
  .looseObject({
    type: z.literal('function_call'),
    call_id: z.string().min(1).max(LONGEST_ID).describe('Matches the `call_id` of its output.'),
    name: z.string().min(1).max(200).describe("The function's name."),
    namespace: z.string().max(200).nullish().describe('As it came in the answer.'),
    arguments: text('Arguments as the model wrote them: JSON.'),
  })
  .describe('A call that the model made in an earlier turn.');
const outputWith = <Part extends z.ZodType>(part: Part) =>
  z
    .looseObject({
      type: z.literal('function_call_output'),
      call_id: z.string().min(1).max(LONGEST_ID).describe('Of the call that it answers.'),
      output: content(part),
    })
    .describe('The result of a call.');
export const CUSTOM_CALL_ITEM = z
  .looseObject({
    type: z.literal('custom_tool_call'),
    call_id: z.string().min(1).max(LONGEST_ID).describe('Matches the `call_id` of its output.'),
    name: z.string().min(1).max(200).describe("The tool's name."),
    namespace: z.string().max(200).nullish().describe('As it came in the answer.'),
    input: text('The input as the model wrote it: free text.'),
  })
  .describe('A call of a tool that takes free text.');
const customOutputWith = <Part extends z.ZodType>(part: Part) =>
  z
    .looseObject({
      type: z.literal('custom_tool_call_output'),
      call_id: z.string().min(1).max(LONGEST_ID).describe('Of the call that it answers.'),
      output: content(part),
    })
    .describe('The result of such a call.');
const REASONING_PART = z.looseObject({ text: text('The text.') });
export const REASONING_ITEM = z
  .looseObject({
    type: z.literal('reasoning'),
    summary: z.array(REASONING_PART).max(MOST_PARTS).nullish().describe('What the model thought, in short.'),
    content: z.array(REASONING_PART).max(MOST_PARTS).nullish().describe('What the model thought.'),
    id: id('As it came in the answer.'),
    encrypted_content: z
      .string()
      .max(LONGEST_TEXT)
      .nullish()
      .describe('As it came in the answer: without it, earlier reasoning is lost.'),
  })
  .describe('Reasoning of an earlier turn, to be given back as it came.');
const REFERENCE_ITEM = z
  .looseObject({ type: z.literal('item_reference'), id: z.string().max(LONGEST_ID) })
  .describe('An item that is stored at the provider. Nothing is stored here.');
/** An item of any type; which, its own schema says. */
const ANY_ITEM = z.looseObject({ type: z.string().max(200).optional() });

export const MESSAGE_ITEM = messageWith(ANY_PART);
export const OUTPUT_ITEM = outputWith(ANY_PART);
export const CUSTOM_OUTPUT_ITEM = customOutputWith(ANY_PART);

const USER_PART = z.union([TEXT_PART, IMAGE_PART, FILE_PART, AUDIO_PART, REFUSAL_PART, ANY_PART]);
const ITEM = z.union([
  messageWith(USER_PART),
  CALL_ITEM,
  outputWith(USER_PART),
  CUSTOM_CALL_ITEM,
  customOutputWith(USER_PART),
  REASONING_ITEM,
  REFERENCE_ITEM,
  ANY_ITEM,
]);

export const FUNCTION_TOOL = z
  .looseObject({
    type: z.literal('function'),
    name: z.string().min(1).max(200).describe(TOOL_NAME_FORM),
    description: z.string().max(100_000).nullish().describe('What it does, for the model.'),
    parameters: object('JSON Schema of the arguments.'),
    strict: z.boolean().nullish().describe('Whether the arguments must match the schema.'),
  })
  .describe('A function of yours.');
export const CUSTOM_TOOL = z
  .looseObject({
    type: z.literal('custom'),
    name: z.string().min(1).max(200).describe('Its name.'),
    description: z.string().max(100_000).nullish().describe('What it does, for the model.'),
    format: z
      .looseObject({ type: z.string().max(200) })
      .nullish()
      .describe(
        '`text`, or a `grammar` that the input has to match. Providers without such tools state it in words.',
      ),
  })
  .describe('A tool of yours that takes free text.');
export const NAMESPACE_TOOL = z
  .looseObject({
    type: z.literal('namespace'),
    name: z.string().min(1).max(200).describe("The namespace's name."),
    description: z.string().max(100_000).nullish().describe('What its tools are for.'),
    tools: z.array(z.looseObject({ type: z.string().max(200) })).max(MOST_TOOLS),
  })
  .describe('Tools of yours whose names are their own within the namespace.');
const ANY_TOOL = z.looseObject({ type: z.string().max(200) });

export const TEXT_FORMAT = z.looseObject({
  type: z.string().max(200).describe('`text`, `json_object` or `json_schema`.'),
  name: z.string().min(1).max(200).nullish().describe("The schema's name."),
  description: z.string().max(100_000).nullish().describe('What the answer is for.'),
  schema: object('JSON Schema of the answer.'),
  strict: z.boolean().nullish().describe('Whether the answer must match the schema.'),
});
export const TEXT_OPTIONS = z.looseObject({
  format: TEXT_FORMAT.nullish().describe('The form of the answer.'),
});

export const REASONING_OPTIONS = z.looseObject({
  effort: word('`none`, `minimal`, `low`, `medium`, `high`, `xhigh` or `max`.'),
  summary: word('Summaries come whenever the provider gives any.'),
  max_tokens: z.int().min(1).max(10_000_000).nullish().describe('Most tokens to spend on reasoning.'),
});

const wholeNumber = (low: number, high: number, description: string) =>
  z.int().min(low).max(high).nullish().describe(description);
const number = (low: number, high: number, description: string) =>
  z.number().min(low).max(high).nullish().describe(description);

const NOT_TRANSLATED =
  'Only a provider that speaks this format can do it: others get the request without it, and a warning says so.';
const NOT_KEPT =
  'Only a provider that speaks this format can do it: no other is asked, as nothing is stored here.';

const bodyWith = <Item extends z.ZodType, Tool extends z.ZodType>(item: Item, tool: Tool) =>
  z.looseObject({
    model: z
      .string()
      .min(1)
      .max(512)
      .describe(
        'A slug, an offering id, an unqualified name or alias that means one model, or `route:name`.',
      ),
    input: z
      .union([text('What the user says.'), z.array(item)], { error: 'takes text or a list of items.' })
      .nullish()
      .describe('What the user says, or the conversation as items.'),
    instructions: z.string().max(LONGEST_TEXT).nullish().describe('Said first, as the system.'),
    stream: z.boolean().nullish().describe('Whether to answer as server-sent events.'),
    tools: z.array(tool).max(MOST_TOOLS).nullish().describe('What the model may call.'),
    tool_choice: z
      .union([z.string().max(200), z.looseObject({ type: z.string().max(200) })], {
        error: 'takes a word or an object with a type.',
      })
      .nullish()
      .describe('`auto`, `none`, `required`, a function by name, or `allowed_tools`.'),
    parallel_tool_calls: z.boolean().nullish().describe('Whether several calls may be made in one answer.'),
    max_output_tokens: wholeNumber(1, 10_000_000, 'Most tokens to make, reasoning included.'),
    max_tool_calls: wholeNumber(0, 1_000_000, NOT_TRANSLATED),
    temperature: number(0, 2, '0 to 2.'),
    top_p: number(0, 1, '0 to 1.'),
    presence_penalty: number(-2, 2, '-2 to 2.'),
    frequency_penalty: number(-2, 2, '-2 to 2.'),
    text: TEXT_OPTIONS.nullish().describe('The form of the answer.'),
    reasoning: REASONING_OPTIONS.nullish().describe('How much to think.'),
    top_logprobs: wholeNumber(0, 20, 'How many alternatives to each token.'),
    include: z
      .array(z.string().max(200))
      .max(100)
      .nullish()
      .describe(
        '`message.output_text.logprobs`: log probabilities. `reasoning.encrypted_content`: comes always. Others need a provider that speaks this format.',
      ),
    service_tier: word('`auto`, `default`, `flex` or `priority`.'),
    metadata: METADATA,
    user: z.string().max(256).nullish().describe("Your own end user's id; kept in the ledger."),
    safety_identifier: z.string().max(256).nullish().describe('As `user`, and before it.'),
    store: z.boolean().nullish().describe('Accepted and ignored: nothing is stored here.'),
    truncation: word('`disabled`; `auto` needs a provider that speaks this format.'),
    stream_options: object('`include_obfuscation` is false here.'),
    prompt_cache_key: id(NOT_TRANSLATED),
    previous_response_id: id(NOT_KEPT),
    conversation: z
      .union([z.string().max(LONGEST_ID), z.looseObject({})], { error: 'takes an id.' })
      .nullish()
      .describe(NOT_KEPT),
    prompt: object(NOT_KEPT),
    background: z.boolean().nullish().describe(NOT_KEPT),
  });

/** What every body is held against; items and tools are held against their own schemas, by their types. */
export const RESPONSES_BODY = bodyWith(ANY_ITEM, ANY_TOOL);

/** The whole of it, for the reference manual. */
export const RESPONSES_SCHEMA = bodyWith(
  ITEM,
  z.union([FUNCTION_TOOL, CUSTOM_TOOL, NAMESPACE_TOOL, ANY_TOOL]),
);
