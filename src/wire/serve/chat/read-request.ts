import type { CompletionRequest, Tool } from '../../../domain/completion-request.ts';
import type { JsonObject, JsonValue } from '../../../domain/json.ts';
import { ToolNames } from '../../custom-tools.ts';
import { listAt, objectAt, objectsAt, textAt } from '../../json-reading.ts';
import { plainTextOf, readPlain } from '../../plain-messages.ts';
import { switchesOff } from '../../thinking-switches.ts';
import type { ReadCompletion } from '../client-dialect.ts';
import type { ClientSource } from '../client-media.ts';
import { hold } from '../hold-body.ts';
import { readingBody } from '../invalid-body.ts';
import { UnreadFields } from '../unread-fields.ts';
import { checkMessages, checkShortLists, checkTools } from './check-members.ts';
import type { ChatOptions } from './options.ts';
import { readMessages } from './read-messages.ts';
import { readParameters } from './read-parameters.ts';
import { readTools } from './read-tools.ts';
import { CHAT_SHELL, type ChatBody } from './request-schema.ts';

const STREAM_FIELDS = new Set(['include_usage', 'include_obfuscation']);
const KNOWN: ReadonlySet<string> = new Set([...Object.keys(CHAT_SHELL.shape), 'audio', 'store']);

type Request = {
  -readonly [Name in keyof CompletionRequest<ClientSource>]: CompletionRequest<ClientSource>[Name];
};

/** Fields that are known, but for which our words have no place. */
const addUnplaced = (body: JsonObject, modalities: ChatBody['modalities'], unread: UnreadFields): void => {
  const off = switchesOff(body);
  unread.addUnknown('', body, off.length === 0 ? KNOWN : new Set([...KNOWN, ...off]));
  unread.addUnknown('stream_options', objectAt(body, 'stream_options') ?? {}, STREAM_FIELDS);
  if ((body.audio ?? undefined) !== undefined) unread.add('audio', true);
  if (modalities?.some((modality) => modality !== 'text')) unread.add('modalities', true);
  // That nothing is kept is what happens anyway.
  if ((body.store ?? false) !== false) unread.add('store');
};

const namesIn = (body: JsonObject): ToolNames =>
  new ToolNames(objectsAt(body, 'tools').flatMap((tool) => textAt(objectAt(tool, 'function'), 'name') ?? []));

/** So many are read at once: to put that off costs as much. */
const FEW = 16;

/** Text alone is read when it is first asked for: who passes it on has no need of that. */
const withPlain = (messages: readonly JsonValue[], tools: readonly Tool[]): Request => {
  if (messages.length <= FEW) return { messages: readPlain(messages), tools };
  let read: Request['messages'] | undefined;
  return {
    get messages() {
      read ??= readPlain(messages);
      return read;
    },
    tools,
  };
};

/** A client's chat completion in our words. Never throws. */
export const readChatRequest = (body: JsonObject): ReadCompletion<ChatOptions> =>
  readingBody((): ReadCompletion<ChatOptions> => {
    checkShortLists(body);
    const given = hold(CHAT_SHELL, body);
    const messages = listAt(body, 'messages');
    const plain = plainTextOf(messages);
    if (plain === undefined) checkMessages(messages);
    checkTools(body);
    const unread = new UnreadFields();
    const toolNames = namesIn(body);
    const { tools, toolChoice } = readTools(body, toolNames, unread);
    const usesFunctions = Array.isArray(body.functions) && !Array.isArray(body.tools);
    const request: Request =
      plain === undefined
        ? { messages: readMessages(objectsAt(body, 'messages'), toolNames, unread), tools }
        : withPlain(messages, tools);
    if (toolChoice !== undefined) request.toolChoice = toolChoice;
    // A message has room for one such call.
    if (usesFunctions && tools.length > 0) request.parallelToolCalls = false;
    if (tools.length > 0 && typeof given.parallel_tool_calls === 'boolean')
      request.parallelToolCalls = given.parallel_tool_calls;
    Object.assign(request, readParameters(given, body, unread));
    addUnplaced(body, given.modalities, unread);
    return {
      kind: 'OK',
      model: given.model,
      request,
      stream: given.stream ?? false,
      choices: given.n ?? 1,
      unread: unread.list(),
      ...(plain !== undefined && { plain }),
      options: {
        includeUsage: given.stream_options?.include_usage ?? false,
        usesFunctions,
        hidesReasoning: given.reasoning?.exclude ?? false,
        ...(!toolNames.isEmpty && { toolNames }),
      },
    };
  });
