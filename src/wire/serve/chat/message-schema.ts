import { z } from 'zod';

/** Longer lists than any provider takes. */
const MOST_PARTS = 10_000;
const MOST_CALLS = 1_024;
const LONGEST_ID = 1_024;
const LONGEST_NAME = 256;

/** Any of those that have a `type` which is not known here. */
const otherThan = (types: readonly string[], description: string) =>
  z
    .looseObject({
      type: z
        .string()
        .min(1)
        .refine((type) => !types.includes(type), { error: 'is of another form.', abort: true }),
    })
    .describe(description);

export const CACHE_CONTROL = z
  .looseObject({
    type: z.string().describe('`ephemeral`.'),
    ttl: z.string().nullish().describe('`5m`, which is the default, or `1h`.'),
  })
  .nullish()
  .describe("Mark: keep the prompt up to here in the provider's prompt cache.");

const TEXT_PART = z
  .looseObject({
    type: z.literal('text'),
    text: z.string().describe('The text.'),
    cache_control: CACHE_CONTROL,
  })
  .describe('Text.');

const IMAGE_PART = z
  .looseObject({
    type: z.literal('image_url'),
    image_url: z.union([
      z.string(),
      z.looseObject({
        url: z.string().describe('An http(s) address, or a `data:` URL with base64.'),
        detail: z.string().nullish().describe('`auto`, `low` or `high`: how closely to look.'),
      }),
    ]),
    cache_control: CACHE_CONTROL,
  })
  .describe('An image.');

const AUDIO_PART = z
  .looseObject({
    type: z.literal('input_audio'),
    input_audio: z.looseObject({
      data: z.string().min(1).describe('The audio in base64.'),
      format: z
        .string()
        .regex(/^[a-z0-9.+-]{1,20}$/i, 'takes the name of a format, such as wav or mp3.')
        .describe('`wav`, `mp3` or another.'),
    }),
    cache_control: CACHE_CONTROL,
  })
  .describe('Audio, for models that hear.');

const FILE_PART = z
  .looseObject({
    type: z.literal('file'),
    file: z.looseObject({
      file_data: z.string().nullish().describe('A `data:` URL with base64, or an http(s) address.'),
      filename: z.string().max(LONGEST_NAME).nullish().describe('Name to show to the model.'),
      file_id: z.string().max(LONGEST_ID).nullish().describe('Id of a file at OpenAI: for its own models.'),
    }),
    cache_control: CACHE_CONTROL,
  })
  .describe('A document.');

const REFUSAL_PART = z
  .looseObject({ type: z.literal('refusal'), refusal: z.string().describe('How the model declined.') })
  .describe('A refusal.');

const OTHER_PART = otherThan(
  ['text', 'image_url', 'input_audio', 'file', 'refusal'],
  'A part of another type: for providers that take the request as it is.',
);

const parts = <Part extends z.ZodType>(part: Part) =>
  z.union([z.string(), z.array(part).max(MOST_PARTS)]).describe('Text, or a list of parts.');

const TEXT_CONTENT = parts(z.union([TEXT_PART, OTHER_PART, IMAGE_PART, AUDIO_PART, FILE_PART]));

const FUNCTION_CALL = z.looseObject({
  name: z.string().min(1).max(LONGEST_NAME).describe('Which function.'),
  arguments: z.string().describe('Its arguments, JSON text as the model wrote it.'),
});

const TOOL_CALL = z.union([
  z.looseObject({
    id: z.string().min(1).max(LONGEST_ID).describe('As received.'),
    type: z.literal('function').nullish(),
    function: FUNCTION_CALL,
    extra_content: z
      .looseObject({ google: z.looseObject({ thought_signature: z.string().nullish() }).nullish() })
      .nullish()
      .describe('As received.'),
  }),
  otherThan(['function'], 'A call of another type.'),
]);

const SYSTEM_FIELDS = {
  content: TEXT_CONTENT,
  name: z.string().max(LONGEST_NAME).nullish(),
  cache_control: CACHE_CONTROL,
};

const SYSTEM_MESSAGE = z
  .looseObject({ role: z.literal('system'), ...SYSTEM_FIELDS })
  .describe('Instructions that stand above the conversation.');

const DEVELOPER_MESSAGE = z
  .looseObject({ role: z.literal('developer'), ...SYSTEM_FIELDS })
  .describe('Instructions: newer models have this name for them.');

const USER_MESSAGE = z
  .looseObject({
    role: z.literal('user'),
    content: parts(z.union([TEXT_PART, IMAGE_PART, AUDIO_PART, FILE_PART, REFUSAL_PART, OTHER_PART])),
    name: z.string().max(LONGEST_NAME).nullish().describe('Who of several users speaks.'),
    cache_control: CACHE_CONTROL,
  })
  .describe('What the user says.');

const ASSISTANT_MESSAGE = z
  .looseObject({
    role: z.literal('assistant'),
    content: parts(
      z.union([TEXT_PART, REFUSAL_PART, OTHER_PART, IMAGE_PART, AUDIO_PART, FILE_PART]),
    ).nullish(),
    refusal: z.string().nullish().describe('As received.'),
    name: z.string().max(LONGEST_NAME).nullish(),
    tool_calls: z.array(TOOL_CALL).max(MOST_CALLS).nullish().describe('The calls it asked for, as received.'),
    function_call: FUNCTION_CALL.nullish().describe('The same, from before there were tools.'),
    reasoning_content: z.string().nullish().describe('Its reasoning, as received.'),
    reasoning: z.string().nullish().describe('The same under another name.'),
    reasoning_details: z
      .array(
        z.looseObject({
          type: z.string(),
          text: z.string().nullish(),
          summary: z.string().nullish(),
          data: z.string().nullish(),
          signature: z.string().nullish(),
        }),
      )
      .max(MOST_PARTS)
      .nullish()
      .describe('Its blocks of reasoning with their signatures, as received; in place of the plain text.'),
    cache_control: CACHE_CONTROL,
  })
  .describe('What the model said in an earlier turn.');

const TOOL_MESSAGE = z
  .looseObject({
    role: z.literal('tool'),
    tool_call_id: z.string().min(1).max(LONGEST_ID).describe('Id of the call that it answers.'),
    content: TEXT_CONTENT,
    name: z.string().max(LONGEST_NAME).nullish(),
    cache_control: CACHE_CONTROL,
  })
  .describe('What a tool answered.');

const FUNCTION_MESSAGE = z
  .looseObject({
    role: z.literal('function'),
    name: z.string().min(1).max(LONGEST_NAME).describe('The function that was called.'),
    content: TEXT_CONTENT.nullish(),
  })
  .describe('What a function answered, from before there were tools.');

export const MESSAGE = z.union([
  USER_MESSAGE,
  ASSISTANT_MESSAGE,
  SYSTEM_MESSAGE,
  DEVELOPER_MESSAGE,
  TOOL_MESSAGE,
  FUNCTION_MESSAGE,
]);
