import type { ClientRequest, PlainText } from '../../domain/client-request.ts';
import type {
  CompletionRequest,
  MediaPart,
  MediaSource,
  Message,
  RemoteSource,
  UserPart,
} from '../../domain/completion-request.ts';
import { isDeeperThan, type JsonValue, MAX_JSON_LEVELS, parseJson } from '../../domain/json.ts';
import type { CompletionRefusal } from '../../domain/refusal.ts';
import { isRegionWord } from '../../domain/region.ts';
import { TOOL_NAME, TOOL_NAME_FORM } from '../../domain/tool-name.ts';
import type { CompletionCommand } from '../completion-command.ts';
import { mediaTypeProblem } from '../media-type.ts';
import { ok, refused, type Staged } from './stage.ts';

export type Guarded = {
  readonly command: CompletionCommand;
  /** Why it can only be passed on as its client wrote it: whoever gets it so may know what we do not. */
  readonly untranslatable?: Problem;
};

/** More text than any model reads: refused here rather than sent at the caller's cost. */
export const MAX_PROMPT_CHARACTERS = 5_000_000;

type GivenSource = MediaSource | RemoteSource;
type GivenRequest = CompletionRequest<GivenSource>;

const charactersOf = (message: Message<GivenSource>): number => {
  switch (message.role) {
    case 'system':
    case 'tool':
      return message.text.length;
    case 'user':
      return message.parts.reduce((sum, part) => sum + (part.type === 'text' ? part.text.length : 0), 0);
    case 'assistant':
      return (
        message.text.length +
        message.reasoning.reduce((sum, block) => sum + block.text.length, 0) +
        message.toolCalls.reduce((sum, call) => sum + call.arguments.length, 0)
      );
  }
};

/** What is wrong, and where in the input. */
export type Problem = { readonly path: string; readonly problem: string };

const depthProblem = (path: string, json: JsonValue): Problem | undefined =>
  isDeeperThan(json, MAX_JSON_LEVELS)
    ? { path, problem: `is nested deeper than ${MAX_JSON_LEVELS} levels.` }
    : undefined;

/** Arguments need not be JSON; those that are go to some providers as objects. */
const argumentsProblem = (path: string, text: string): Problem | undefined => {
  // Each level takes two characters at least.
  if (text.length <= 2 * MAX_JSON_LEVELS) return undefined;
  const json = parseJson(text);
  return json === undefined ? undefined : depthProblem(path, json);
};

const isHttp = (address: string): boolean => /^https?:\/\//i.test(address) && URL.canParse(address);

const mediaProblem = (path: string, { type, source }: MediaPart<GivenSource>): Problem | undefined => {
  if (source.kind !== 'data')
    return isHttp(source.url)
      ? undefined
      : { path: `${path}.${type}.source`, problem: 'is no http(s) address.' };
  const problem = source.base64 === '' ? 'is empty.' : mediaTypeProblem(type, source.mediaType.toLowerCase());
  return problem === undefined ? undefined : { path: `${path}.${type}.source`, problem };
};

/** Of the user's message at `index`. */
const partProblem = (parts: readonly UserPart<GivenSource>[], index: number): Problem | undefined => {
  if (parts.length === 0)
    return { path: `messages[${index}].user.parts`, problem: 'needs at least one part.' };
  let at = 0;
  for (const part of parts) {
    if (part.type !== 'text') {
      const problem = mediaProblem(`messages[${index}].user.parts[${at}]`, part);
      if (problem !== undefined) return problem;
    }
    at += 1;
  }
  return undefined;
};

const NO_TURN: Problem = {
  path: 'messages',
  problem: 'needs at least one user, assistant or tool message.',
};

/** The same of text alone. */
const plainProblem = ({ turns, characters }: PlainText): Problem | undefined =>
  turns === 0 ? NO_TURN : lengthProblem(characters);

const messageProblem = (messages: readonly Message<GivenSource>[]): Problem | undefined => {
  if (!messages.some((message) => message.role !== 'system')) return NO_TURN;
  let calls: Set<string> | undefined;
  let index = 0;
  for (const message of messages) {
    if (message.role === 'assistant') {
      for (const [at, call] of message.toolCalls.entries()) {
        calls ??= new Set();
        calls.add(call.id);
        const path = `messages[${index}].assistant.toolCalls[${at}].arguments`;
        const problem = argumentsProblem(path, call.arguments);
        if (problem !== undefined) return problem;
      }
    } else if (message.role === 'user') {
      const problem = partProblem(message.parts, index);
      if (problem !== undefined) return problem;
    } else if (message.role === 'tool' && calls?.has(message.toolCallId) !== true) {
      return {
        path: `messages[${index}].tool.toolCallId`,
        problem: `"${message.toolCallId}" answers no tool call of an assistant message before it.`,
      };
    }
    index += 1;
  }
  return lengthProblem(promptCharacters(messages));
};

/** How much text a conversation holds. */
export const promptCharacters = (messages: readonly Message<GivenSource>[]): number =>
  messages.reduce((sum, message) => sum + charactersOf(message), 0);

const lengthProblem = (characters: number): Problem | undefined => {
  if (characters > MAX_PROMPT_CHARACTERS) {
    return {
      path: 'messages',
      problem: `hold ${characters} characters of text; at most ${MAX_PROMPT_CHARACTERS} are taken.`,
    };
  }
  return undefined;
};

/** `isFlat`: that no schema is too deep is known. */
const toolProblem = (request: GivenRequest, isFlat: boolean): Problem | undefined => {
  if (request.tools.length === 0 && request.toolChoice === undefined) return undefined;
  const names = new Set<string>();
  for (const [index, tool] of request.tools.entries()) {
    if (!TOOL_NAME.test(tool.name))
      return { path: `tools[${index}].name`, problem: `takes ${TOOL_NAME_FORM}` };
    if (names.has(tool.name))
      return { path: `tools[${index}].name`, problem: `"${tool.name}" is named twice.` };
    names.add(tool.name);
    const tooDeep = isFlat ? undefined : depthProblem(`tools[${index}].parameters`, tool.parameters);
    if (tooDeep !== undefined) return tooDeep;
  }
  const choice = request.toolChoice;
  if (choice === undefined || choice.kind === 'auto' || choice.kind === 'none') return undefined;
  if (names.size === 0) return { path: 'toolChoice', problem: 'asks for a tool, but `tools` is empty.' };
  if (choice.kind === 'tool' && !names.has(choice.name)) {
    return { path: 'toolChoice.tool', problem: `"${choice.name}" is not among \`tools\`.` };
  }
  return undefined;
};

const outputProblem = ({ output }: GivenRequest): Problem | undefined =>
  output?.kind === 'jsonSchema' ? depthProblem('output.jsonSchema.schema', output.schema) : undefined;

const stopProblem = ({ stop }: GivenRequest): Problem | undefined => {
  if (stop === undefined) return undefined;
  const index = stop.indexOf('');
  return index === -1 ? undefined : { path: `stop[${index}]`, problem: 'is empty.' };
};

/** Undefined for a value that is absent or within the bounds, which are taken too. */
export const within = (
  path: string,
  value: number | undefined,
  low: number,
  high: number,
): Problem | undefined =>
  value === undefined || (value >= low && value <= high)
    ? undefined
    : { path, problem: `is ${value}; takes ${low} to ${high}.` };

const samplingProblem = (request: GivenRequest): Problem | undefined =>
  within('temperature', request.temperature, 0, 2) ??
  within('topP', request.topP, 0, 1) ??
  within('topK', request.topK, 1, 1_000_000) ??
  within('frequencyPenalty', request.frequencyPenalty, -2, 2) ??
  within('presencePenalty', request.presencePenalty, -2, 2) ??
  within('maxOutputTokens', request.maxOutputTokens, 1, 10_000_000) ??
  within('reasoning.maxTokens', request.reasoningMaxTokens, 1, 10_000_000) ??
  within('logprobs.top', request.logprobs?.top, 0, 20);

const tierProblem = ({ serviceTier }: GivenRequest): Problem | undefined =>
  serviceTier === 'BATCH'
    ? {
        path: 'serviceTier',
        problem:
          'BATCH is for work that is handed in as a batch, and this request is answered immediately. Use FLEX where the provider has it, or leave it out.',
      }
    : undefined;

const regionProblem = ({ inferenceRegion }: GivenRequest): Problem | undefined =>
  inferenceRegion === undefined || isRegionWord(inferenceRegion)
    ? undefined
    : {
        path: 'inferenceRegion',
        problem: "takes a country's code, an area or a cloud's region, e.g. US, EU or eu-central-1.",
      };

/** What makes no sense in a request for text; the path begins at the request. */
export const requestProblem = (
  request: GivenRequest,
  { plain, extent }: Partial<Pick<ClientRequest, 'plain' | 'extent'>> = {},
): Problem | undefined =>
  (plain === undefined ? messageProblem(request.messages) : plainProblem(plain)) ??
  toolProblem(request, extent?.isFlat === true) ??
  outputProblem(request) ??
  stopProblem(request) ??
  samplingProblem(request) ??
  tierProblem(request) ??
  regionProblem(request);

/** What is too much for us, whoever would get it. */
const sizeProblem = (request: GivenRequest, plain: PlainText | undefined): Problem | undefined => {
  for (const [index, { parameters }] of request.tools.entries()) {
    const tooDeep = depthProblem(`tools[${index}].parameters`, parameters);
    if (tooDeep !== undefined) return tooDeep;
  }
  return lengthProblem(plain?.characters ?? promptCharacters(request.messages)) ?? outputProblem(request);
};

/** The path begins at the input. */
export const invalidInput = ({ path, problem }: Problem): CompletionRefusal => ({
  code: 'INVALID_INPUT',
  path: `input.${path}`,
  problem,
});

/** Why a plan came to nothing: where it could only be passed on as it came, what is wrong with it says more. */
export const refusalFor = (refusal: CompletionRefusal, untranslatable?: Problem): CompletionRefusal => {
  if (untranslatable === undefined) return refusal;
  const isItsOwnFault =
    refusal.code === 'UNSUPPORTED_PARAMETER' ||
    (refusal.code === 'NO_CANDIDATE' && refusal.rejections.every(({ reason }) => reason === 'PARAMETER'));
  return isItsOwnFault ? invalidInput(untranslatable) : refusal;
};

/**
 * What no provider could make sense of is refused before anything is sent. Of a client's own request that goes for what
 * is too much: the rest is for a provider to judge that gets it as it came, and keeps all others from it.
 */
export const guardInput = (command: CompletionCommand): Staged<Guarded> => {
  const problem = requestProblem(command.request, command.client);
  if (problem === undefined) return ok({ command });
  const { client } = command;
  const refusing = client === undefined ? problem : sizeProblem(command.request, client.plain);
  if (client === undefined || refusing !== undefined) return refused(invalidInput(refusing ?? problem));
  const unread = [{ name: problem.path, isEssential: true }, ...client.unread];
  return ok({
    command: { ...command, client: { ...client, unread } },
    untranslatable: problem,
  });
};
