import type { UnreadField } from '../../../domain/client-request.ts';
import type { CacheTtl, CompletionRequest, Message } from '../../../domain/completion-request.ts';
import type { JsonObject } from '../../../domain/json.ts';
import { objectAt, objectsAt, textAt } from '../../json-reading.ts';
import type { InvalidBody, ReadCompletion } from '../client-dialect.ts';
import { THREAD } from './errors.ts';
import { invalid, invalidBody } from './invalid-body.ts';
import { readMessages, readSystem } from './read-messages.ts';
import { readSettings, stopsIn } from './read-settings.ts';
import { readTools } from './read-tools.ts';
import type { GivenSource } from './read-user-parts.ts';
import { cacheAt, type Reading } from './reading.ts';
import { KNOWN_FIELDS, messagesSchema, type tokenCountSchema } from './schema.ts';
import { hasTooManyItems, MOST_ITEMS } from './too-many-items.ts';
import { createUnreadFields } from './unread-fields.ts';

/** What the writers need to know of a request. */
export type MessagesOptions = {
  /** The `model`, as asked for. */
  readonly model: string;
  readonly stops: readonly string[];
};

type ReadPrompt =
  | {
      readonly kind: 'OK';
      readonly model: string;
      readonly request: CompletionRequest<GivenSource>;
      readonly unread: readonly UnreadField[];
      readonly mustTranslate: boolean;
    }
  | InvalidBody;

/** Automatic caching: a mark at the end of the prompt, where there is none. */
const markedAtEnd = (
  messages: readonly Message<GivenSource>[],
  cache: CacheTtl | undefined,
): readonly Message<GivenSource>[] => {
  const last = messages.at(-1);
  if (cache === undefined || last === undefined) return messages;
  const rest = messages.slice(0, -1);
  if (last.role !== 'user') return [...rest, { cache, ...last }];
  const part = last.parts.at(-1);
  return part === undefined
    ? messages
    : [...rest, { ...last, parts: [...last.parts.slice(0, -1), { cache, ...part }] }];
};

/** Fields whose state the provider keeps: an answer without them is another one. */
const noteState = (body: JsonObject, { unread }: Reading): void => {
  const container = objectAt(body, 'container');
  const isKept =
    textAt(body, 'container') !== undefined ||
    textAt(container, 'id') !== undefined ||
    objectsAt(container, 'skills').length > 0;
  if (isKept) unread.note('container', true);
  unread.noteOthers(body, new Set([...KNOWN_FIELDS, ...(isKept ? ['container'] : []), THREAD]), '');
};

export const readPrompt = (
  body: JsonObject,
  schema: typeof messagesSchema | typeof tokenCountSchema,
): ReadPrompt => {
  if (hasTooManyItems(body))
    return invalid('messages', `hold more than ${MOST_ITEMS} messages, blocks and tools together.`);
  if (objectAt(body, THREAD) !== undefined)
    return invalid(THREAD, 'conversations are not kept here: send all messages, without `thread`.');
  const checked = schema.safeParse(body);
  if (!checked.success) return invalidBody(checked.error);
  const reading: Reading = { unread: createUnreadFields(), toolNames: new Map(), mustTranslate: false };
  const settings = readSettings(body, reading);
  if ('kind' in settings) return settings;
  const tools = readTools(body, reading);
  if ('kind' in tools) return tools;
  const system = readSystem(body.system, 'system', reading);
  const messages = readMessages(objectsAt(body, 'messages'), reading);
  if ('kind' in messages) return messages;
  noteState(body, reading);
  return {
    kind: 'OK',
    model: checked.data.model,
    request: {
      ...settings,
      ...tools,
      messages: markedAtEnd([...system, ...messages], cacheAt(body).cache),
    },
    unread: reading.unread.list(),
    mustTranslate: reading.mustTranslate,
  };
};

/** A body of `/v1/messages`. Never throws. */
export const readMessagesRequest = (body: JsonObject): ReadCompletion<MessagesOptions> => {
  const read = readPrompt(body, messagesSchema);
  if (read.kind === 'INVALID') return read;
  const { model, request, unread, mustTranslate } = read;
  return {
    kind: 'OK',
    model,
    request,
    stream: body.stream === true,
    choices: 1,
    unread,
    ...(mustTranslate && { mustTranslate }),
    options: { model, stops: stopsIn(body) },
  };
};
