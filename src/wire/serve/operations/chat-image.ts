import { z } from 'zod';
import type { JsonObject } from '../../../domain/json.ts';
import type { ImageGenerationResult } from '../../../domain/operation.ts';
import type { OperationRecord } from '../../../domain/operation-record.ts';
import { objectsAt } from '../../json-reading.ts';
import { dataUrlOf } from '../../operations/media.ts';
import type { InvalidBody } from '../client-dialect.ts';
import { eventText } from '../frame-text.ts';
import { invalid } from '../invalid-body.ts';
import type { ReadOperation } from '../served-operation.ts';
import { taken } from '../taken.ts';
import { chatUsage, createdOf, factsMember, modelOf } from './answer-usage.ts';
import { readConversation } from './chat-image-messages.ts';
import { IMAGE_FIELDS, imageRequestOf } from './image-fields.ts';
import { boundedNames, readBody } from './read-body.ts';
import { soundType } from './read-media.ts';

const { prompt: _prompt, response_format, ...FIELDS } = IMAGE_FIELDS;

const LONGEST_PROMPT = 32_000;

/** What a chat completion may say where its model makes images. */
export const CHAT_IMAGE_SCHEMA = z.looseObject({
  ...FIELDS,
  messages: z
    .array(z.looseObject({ role: z.string() }))
    .min(1)
    .describe("The user's last message says what to show; images in any of them are to be edited."),
  response_format: z.union([response_format, z.looseObject({})]).nullish(),
  image_config: z
    .looseObject({ aspect_ratio: IMAGE_FIELDS.aspect_ratio })
    .nullish()
    .describe('`aspect_ratio` in another place.'),
  modalities: z.array(z.string()).nullish().describe('Accepted and ignored: images are always returned.'),
  stream_options: z.looseObject({ include_usage: z.boolean().nullish() }).nullish(),
});

/** What the writers need to know of the request. */
export type ChatImageOptions = {
  readonly stream: boolean;
  readonly includeUsage: boolean;
  /** Addresses are wanted in place of data. */
  readonly wantsUrls: boolean;
};

export type ReadChatImage =
  | (Extract<ReadOperation<'IMAGE_GENERATION', ChatImageOptions>, { kind: 'OK' }> & {
      readonly stream: boolean;
    })
  | InvalidBody;

/** Reads a chat completion whose model makes images. Never throws. */
export const readChatImage = (body: JsonObject): ReadChatImage => {
  const read = readBody(CHAT_IMAGE_SCHEMA, body);
  if (read.kind === 'INVALID') return read;
  const conversation = readConversation(objectsAt(body, 'messages'));
  if (conversation.kind === 'INVALID') return conversation;
  const { prompt, images } = conversation;
  if (prompt.length > LONGEST_PROMPT)
    return invalid(
      'messages',
      `end with ${prompt.length} characters; takes at most ${LONGEST_PROMPT} to say what to show.`,
    );
  const { model, user, response_format: form, image_config, stream_options, ...fields } = read.value;
  const stream = fields.stream ?? false;
  const aspect_ratio = fields.aspect_ratio ?? image_config?.aspect_ratio;
  const isFormUnread = typeof form === 'object' && form !== null && form.type !== 'text';
  const unreadConfig = Object.keys(image_config ?? {}).filter((name) => name !== 'aspect_ratio');
  return {
    kind: 'OK',
    model,
    input: { ...imageRequestOf({ ...fields, prompt, aspect_ratio }), images },
    ...taken({ user }),
    stream,
    unread: boundedNames([
      ...read.unread,
      ...(isFormUnread ? ['response_format'] : []),
      ...unreadConfig.map((name) => `image_config.${name}`),
      ...conversation.unread,
    ]),
    options: {
      stream,
      includeUsage: stream_options?.include_usage ?? false,
      wantsUrls: form === 'url',
    },
  };
};

const addressesOf = ({ images }: ImageGenerationResult, urls: readonly string[] | undefined) =>
  images.map(
    ({ image }, index) => urls?.[index] ?? dataUrlOf({ ...image, mediaType: soundType(image.mediaType) }),
  );

const markdownOf = (address: string): string => `![image](${address})`;

const imageParts = (addresses: readonly string[]): readonly JsonObject[] =>
  addresses.map((url, index) => ({ type: 'image_url', image_url: { url }, index }));

/** Images as a chat completion. `urls`: where each lies, if they are not to be sent as data. */
export const writeChatImage = (
  result: ImageGenerationResult,
  record: OperationRecord,
  _options: ChatImageOptions,
  urls?: readonly string[],
): JsonObject => {
  const addresses = addressesOf(result, urls);
  return {
    id: record.id,
    object: 'chat.completion',
    created: createdOf(record),
    model: modelOf(record),
    choices: [
      {
        index: 0,
        message: {
          role: 'assistant',
          content: addresses.map(markdownOf).join('\n\n'),
          refusal: null,
          images: imageParts(addresses),
        },
        logprobs: null,
        finish_reason: 'stop',
      },
    ],
    ...chatUsage(record),
    ...factsMember(record),
  };
};

/** The same as server-sent events, all of which are known. */
export const streamChatImage = (
  result: ImageGenerationResult,
  record: OperationRecord,
  { includeUsage }: ChatImageOptions,
  urls?: readonly string[],
): string => {
  const addresses = addressesOf(result, urls);
  const common = {
    id: record.id,
    object: 'chat.completion.chunk',
    created: createdOf(record),
    model: modelOf(record),
  };
  const chunk = (delta: JsonObject, finish: string | null, more: JsonObject = {}): string =>
    eventText({
      ...common,
      choices: [{ index: 0, delta, logprobs: null, finish_reason: finish }],
      ...more,
    });
  const facts = factsMember(record);
  return [
    chunk({ role: 'assistant', content: '' }, null),
    ...addresses.map((address, index) =>
      chunk({ content: `${index === 0 ? '' : '\n\n'}${markdownOf(address)}` }, null),
    ),
    // In one piece: clients that put chunks together keep the last list.
    chunk({ images: imageParts(addresses) }, null),
    chunk({}, 'stop', includeUsage ? {} : facts),
    ...(includeUsage ? [eventText({ ...common, choices: [], ...chatUsage(record), ...facts })] : []),
    'data: [DONE]\n\n',
  ].join('');
};
