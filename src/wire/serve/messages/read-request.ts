import type { UnreadField } from '../../../domain/client-request.ts';
import type { CacheTtl, CompletionRequest, Message } from '../../../domain/completion-request.ts';
import type { JsonObject } from '../../../domain/json.ts';
import { objectAt, objectsAt, textAt } from '../../json-reading.ts';
import type { InvalidBody, ReadCompletion } from '../client-dialect.ts';
import type { ClientSource } from '../client-media.ts';
import { hold } from '../hold-body.ts';
import { BodyProblem, readingBody } from '../invalid-body.ts';
import { UnreadFields } from '../unread-fields.ts';
import { THREAD } from './errors.ts';
import { withoutOwnMarks } from './own-marks.ts';
import { readMessages, readSystem } from './read-messages.ts';
import { readSettings, stopsIn } from './read-settings.ts';
import { readTools } from './read-tools.ts';
import { cacheAt, type Reading } from './reading.ts';
import { KNOWN_FIELDS, messagesSchema, type tokenCountSchema } from './schema.ts';
import { hasTooManyItems, MOST_ITEMS } from './too-many-items.ts';

/** What the writers need to know of a request. */
export type MessagesOptions = {
  /** The `model`, as asked for. */
  readonly model: string;
  readonly stops: readonly string[];
};

type ReadPrompt = {
  readonly kind: 'OK';
  readonly model: string;
  readonly request: CompletionRequest<ClientSource>;
  readonly unread: readonly UnreadField[];
  readonly hasOwnMarks: boolean;
};

/** Automatic caching: a mark at the end of the prompt, where there is none. */
const markedAtEnd = (
  messages: readonly Message<ClientSource>[],
  cache: CacheTtl | undefined,
): readonly Message<ClientSource>[] => {
  const last = messages.at(-1);
  if (cache === undefined || last === undefined) return messages;
  const rest = messages.slice(0, -1);
  if (last.role !== 'user') return [...rest, { cache, ...last }];
  const part = last.parts.at(-1);
  return part === undefined
    ? messages
    : [...rest, { ...last, parts: [...last.parts.slice(0, -1), { cache, ...part }] }];
};

const NAMED: ReadonlySet<string> = new Set([...KNOWN_FIELDS, THREAD]);
const NAMED_WITH_CONTAINER: ReadonlySet<string> = new Set([...NAMED, 'container']);

/** Fields whose state the provider keeps: an answer without them is another one. */
const addState = (body: JsonObject, { unread }: Reading): void => {
  const container = objectAt(body, 'container');
  const isKept =
    textAt(body, 'container') !== undefined ||
    textAt(container, 'id') !== undefined ||
    objectsAt(container, 'skills').length > 0;
  if (isKept) unread.add('container', true);
  unread.addUnknown('', body, isKept ? NAMED_WITH_CONTAINER : NAMED);
};

const readHeld = (body: JsonObject, schema: typeof messagesSchema | typeof tokenCountSchema): ReadPrompt => {
  if (hasTooManyItems(body))
    throw new BodyProblem('messages', `hold more than ${MOST_ITEMS} messages, blocks and tools together.`);
  if (objectAt(body, THREAD) !== undefined)
    throw new BodyProblem(THREAD, 'conversations are not kept here: send all messages, without `thread`.');
  const { model } = hold(schema, body);
  const reading: Reading = { unread: new UnreadFields(), toolNames: new Map(), hasOwnMarks: false };
  const settings = readSettings(body, reading);
  const tools = readTools(body, reading);
  const system = readSystem(body.system, 'system', reading);
  const messages = readMessages(objectsAt(body, 'messages'), reading);
  addState(body, reading);
  return {
    kind: 'OK',
    model,
    request: {
      ...settings,
      ...tools,
      messages: markedAtEnd([...system, ...messages], cacheAt(body).cache),
    },
    unread: reading.unread.list(),
    hasOwnMarks: reading.hasOwnMarks,
  };
};

/** What requests and counts of tokens have in common. Never throws. */
export const readPrompt = (
  body: JsonObject,
  schema: typeof messagesSchema | typeof tokenCountSchema,
): ReadPrompt | InvalidBody => readingBody(() => readHeld(body, schema));

/** A body of `/v1/messages`. Never throws. */
export const readMessagesRequest = (body: JsonObject): ReadCompletion<MessagesOptions> => {
  const read = readPrompt(body, messagesSchema);
  if (read.kind === 'INVALID') return read;
  const { model, request, unread, hasOwnMarks } = read;
  return {
    kind: 'OK',
    model,
    request,
    stream: body.stream === true,
    choices: 1,
    unread,
    ...(hasOwnMarks && { body: withoutOwnMarks(body) }),
    options: { model, stops: stopsIn(body) },
  };
};
