import { z } from 'zod';

/** Longer lists than any provider takes. */
const MOST_PARTS = 10_000;
const MOST_CALLS = 1_024;
const LONGEST_ID = 1_024;
const LONGEST_NAME = 256;

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

/** Parts by their type; of other types, nothing is asked but that they have one. */
export const PARTS = {
  text: TEXT_PART,
  image_url: IMAGE_PART,
  input_audio: AUDIO_PART,
  file: FILE_PART,
  refusal: REFUSAL_PART,
};

const ANY_PART = z.union([
  ...Object.values(PARTS),
  z
    .looseObject({ type: z.string().min(1) })
    .describe('A part of another type: for providers that take the request as it is.'),
]);

const FUNCTION_CALL = z.looseObject({
  name: z.string().min(1).max(LONGEST_NAME).describe('Which function.'),
  arguments: z.string().describe('Its arguments, JSON text as the model wrote it.'),
});

/** A call of a function; of other calls, nothing is asked but that they have a type. */
export const TOOL_CALL = z.looseObject({
  id: z.string().min(1).max(LONGEST_ID).describe('As received.'),
  type: z.literal('function').nullish(),
  function: FUNCTION_CALL,
  extra_content: z
    .looseObject({ google: z.looseObject({ thought_signature: z.string().nullish() }).nullish() })
    .nullish()
    .describe('As received.'),
});

export const REASONING_DETAIL = z.looseObject({
  type: z.string(),
  text: z.string().nullish(),
  summary: z.string().nullish(),
  data: z.string().nullish(),
  signature: z.string().nullish(),
});

/** Messages by their role, with what the members of their lists are held against. */
const messagesOf = (part: z.ZodType, call: z.ZodType, detail: z.ZodType) => {
  const content = z.union([z.string(), z.array(part).max(MOST_PARTS)]).describe('Text, or a list of parts.');
  const name = z.string().max(LONGEST_NAME).nullish();
  const instructions = { content, name, cache_control: CACHE_CONTROL };
  return {
    system: z
      .looseObject({ role: z.literal('system'), ...instructions })
      .describe('Instructions that stand above the conversation.'),
    developer: z
      .looseObject({ role: z.literal('developer'), ...instructions })
      .describe('Instructions: newer models have this name for them.'),
    user: z
      .looseObject({
        role: z.literal('user'),
        content,
        name: name.describe('Who of several users speaks.'),
        cache_control: CACHE_CONTROL,
      })
      .describe('What the user says.'),
    assistant: z
      .looseObject({
        role: z.literal('assistant'),
        content: content.nullish(),
        refusal: z.string().nullish().describe('As received.'),
        name,
        tool_calls: z.array(call).max(MOST_CALLS).nullish().describe('The calls it asked for, as received.'),
        function_call: FUNCTION_CALL.nullish().describe('The same, from before there were tools.'),
        reasoning_content: z.string().nullish().describe('Its reasoning, as received.'),
        reasoning: z.string().nullish().describe('The same under another name.'),
        reasoning_details: z
          .array(detail)
          .max(MOST_PARTS)
          .nullish()
          .describe(
            'Its blocks of reasoning with their signatures, as received; in place of the plain text.',
          ),
        cache_control: CACHE_CONTROL,
      })
      .describe('What the model said in an earlier turn.'),
    tool: z
      .looseObject({
        role: z.literal('tool'),
        tool_call_id: z.string().min(1).max(LONGEST_ID).describe('Id of the call that it answers.'),
        content,
        name,
        cache_control: CACHE_CONTROL,
      })
      .describe('What a tool answered.'),
    function: z
      .looseObject({
        role: z.literal('function'),
        name: z.string().min(1).max(LONGEST_NAME).describe('The function that was called.'),
        content: content.nullish(),
      })
      .describe('What a function answered, from before there were tools.'),
  };
};

const ANY_CALL = z.union([
  TOOL_CALL,
  z.looseObject({ type: z.string().min(1) }).describe('A call of another type.'),
]);

/** A message and all that is in it. */
export const MESSAGE = z.union(Object.values(messagesOf(ANY_PART, ANY_CALL, REASONING_DETAIL)));

/** The same by role, without the members of lists: these are held against their own, one by one. */
export const MESSAGE_SHELLS = messagesOf(z.any(), z.any(), z.any());
