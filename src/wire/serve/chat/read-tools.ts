import type { Tool, ToolChoice } from '../../../domain/completion-request.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../../../domain/json.ts';
import { customFunction, type ToolNames } from '../../custom-tools.ts';
import { objectAt, objectsAt, textAt } from '../../json-reading.ts';
import { BodyProblem } from '../invalid-body.ts';
import type { UnreadFields } from '../unread-fields.ts';
import { marked, readMark } from './read-content.ts';

export type ReadTools = {
  readonly tools: readonly Tool[];
  readonly toolChoice?: ToolChoice;
};

const NO_TOOLS: ReadTools = { tools: [] };
const CUSTOM_FIELDS = new Set(['name', 'description', 'format']);

const TOOL_FIELDS = new Set(['type', 'function', 'cache_control']);
const FUNCTION_FIELDS = new Set(['name', 'description', 'parameters', 'strict']);

const readFunction = (path: string, given: JsonObject, unread: UnreadFields): Tool => {
  unread.addUnknown(path, given, FUNCTION_FIELDS);
  const description = textAt(given, 'description');
  const { strict } = given;
  return {
    name: textAt(given, 'name') ?? '',
    ...(description !== undefined && { description }),
    parameters: objectAt(given, 'parameters') ?? { type: 'object', properties: {} },
    ...(typeof strict === 'boolean' && { strict }),
  };
};

/** A tool that takes free text, as a function with one string. */
const readCustom = (
  path: string,
  tool: JsonObject,
  names: ToolNames,
  unread: UnreadFields,
): readonly Tool[] => {
  const custom = objectAt(tool, 'custom');
  const name = textAt(custom, 'name');
  if (custom === undefined || name === undefined) return [];
  unread.addUnknown(`${path}.custom`, custom, CUSTOM_FIELDS);
  const own = names.add({ name, isCustom: true });
  return [customFunction(own, textAt(custom, 'description'), objectAt(custom, 'format'))];
};

const readTool = (
  path: string,
  tool: JsonObject,
  names: ToolNames,
  unread: UnreadFields,
): readonly Tool[] => {
  if (tool.type === 'custom') return readCustom(path, tool, names, unread);
  const given = objectAt(tool, 'function');
  if (tool.type !== 'function' || given === undefined) return [];
  unread.addUnknown(path, tool, TOOL_FIELDS);
  return [{ ...readFunction(`${path}.function`, given, unread), ...marked(readMark(path, tool, unread)) }];
};

/** The name by which providers know a tool that the client names. */
const nameIn = (choice: JsonObject, names: ToolNames): string | undefined => {
  const custom = textAt(objectAt(choice, 'custom'), 'name');
  return custom === undefined
    ? textAt(objectAt(choice, 'function'), 'name')
    : names.nameFor(custom, undefined, true);
};

const modeOf = (word: JsonValue | undefined): ToolChoice | undefined => {
  switch (word) {
    case 'auto':
    case 'none':
    case 'required':
      return { kind: word };
    // Mistral's word.
    case 'any':
      return { kind: 'required' };
    default:
      return undefined;
  }
};

/** `allowed_tools`: only these may be called, though the others stay known to the model. Ours are all that is known. */
const readAllowed = (
  tools: readonly Tool[],
  allowed: JsonObject,
  names: ToolNames,
): ReadTools | undefined => {
  const named = objectsAt(allowed, 'tools').map((each) => nameIn(each, names));
  const mode = modeOf(allowed.mode);
  if (mode === undefined || named.includes(undefined)) return undefined;
  return { tools: tools.filter(({ name }) => named.includes(name)), toolChoice: mode };
};

const namedTool = (path: string, name: string, tools: readonly Tool[]): ReadTools => {
  if (!tools.some((tool) => tool.name === name))
    throw new BodyProblem(path, `"${name.slice(0, 64)}" is not among the tools of the request.`);
  return { tools, toolChoice: { kind: 'tool', name } };
};

const readChoice = (
  tools: readonly Tool[],
  choice: JsonValue | undefined,
  names: ToolNames,
): ReadTools | undefined => {
  if (!isJsonObject(choice)) {
    const toolChoice = modeOf(choice);
    return toolChoice === undefined ? undefined : { tools, toolChoice };
  }
  const allowed = objectAt(choice, 'allowed_tools');
  if (choice.type === 'allowed_tools' && allowed !== undefined) return readAllowed(tools, allowed, names);
  const name = nameIn(choice, names);
  if ((choice.type !== 'function' && choice.type !== 'custom') || name === undefined) return undefined;
  return namedTool(`tool_choice.${choice.type}.name`, name, tools);
};

/** Tools of neither kind. */
const isOther = (tool: JsonObject): boolean =>
  tool.type !== 'function' &&
  (tool.type !== 'custom' || textAt(objectAt(tool, 'custom'), 'name') === undefined);

const readLegacy = (body: JsonObject, unread: UnreadFields): ReadTools => {
  const tools = objectsAt(body, 'functions').map((given, index) =>
    readFunction(`functions[${index}]`, given, unread),
  );
  const choice = body.function_call ?? undefined;
  const name = isJsonObject(choice) ? textAt(choice, 'name') : undefined;
  if (name !== undefined) return namedTool('function_call.name', name, tools);
  const toolChoice = modeOf(choice);
  if (choice !== undefined && toolChoice === undefined) unread.add('function_call', true);
  return { tools, ...(tools.length > 0 && toolChoice !== undefined && { toolChoice }) };
};

/** What may be called, and which of it; of `tools`, or of `functions` from before there were such. Throws BodyProblem. */
export const readTools = (body: JsonObject, names: ToolNames, unread: UnreadFields): ReadTools => {
  if (Array.isArray(body.functions) && !Array.isArray(body.tools)) return readLegacy(body, unread);
  for (const name of ['functions', 'function_call'])
    if ((body[name] ?? undefined) !== undefined) unread.add(name);
  const given = objectsAt(body, 'tools');
  if (given.length === 0 && (body.tool_choice ?? undefined) === undefined) return NO_TOOLS;
  const tools = given.flatMap((tool, index) => readTool(`tools[${index}]`, tool, names, unread));
  const choice = body.tool_choice ?? undefined;
  const read = choice === undefined ? { tools } : readChoice(tools, choice, names);
  // Whatever is chosen, it is none of ours: then those that are not functions may be meant.
  const mustCallOther =
    read === undefined ||
    (read.tools.length === 0 && read.toolChoice?.kind === 'required' && given.length > 0);
  for (const [index, tool] of given.entries()) {
    if (isOther(tool)) unread.add(`tools[${index}]`, mustCallOther);
  }
  if (read === undefined) {
    unread.add('tool_choice', true);
    return { tools };
  }
  if (read.tools.length > 0) return read;
  if (given.length === 0 && read.toolChoice?.kind === 'required')
    throw new BodyProblem('tool_choice', 'asks for a tool, but `tools` is empty.');
  return { tools: [] };
};
