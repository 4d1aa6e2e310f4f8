import { isJsonObject, type JsonObject, type JsonValue } from '../../domain/json.ts';
import { customArguments, customFunction, ToolNames } from '../custom-tools.ts';
import { objectAt, objectsAt, textAt } from '../json-reading.ts';
import { given } from '../json-writing.ts';
import { encodeTool } from './encode.ts';

type Conversation = {
  readonly tools?: JsonValue | undefined;
  readonly tool_choice?: JsonValue | undefined;
  readonly messages?: JsonValue | undefined;
};

const isCustom = ({ type }: JsonObject): boolean => type === 'custom';

const members = (value: JsonValue | undefined): readonly JsonObject[] =>
  Array.isArray(value) ? value.filter(isJsonObject) : [];

/** Whether a body speaks of tools that take free text. */
export const hasCustomTools = ({ tools, messages }: Conversation): boolean =>
  members(tools).some(isCustom) ||
  members(messages).some((message) => objectsAt(message, 'tool_calls').some(isCustom));

/**
 * Tools that take free text and their calls as functions with one string, by the names under which they are read: for
 * servers that know no others.
 */
export const withoutCustomTools = (body: Conversation): JsonObject => {
  const functions = members(body.tools).flatMap((tool) => textAt(objectAt(tool, 'function'), 'name') ?? []);
  const names = new ToolNames(functions);
  const asFunction = (tool: JsonValue): JsonValue => {
    const custom = isJsonObject(tool) && isCustom(tool) ? objectAt(tool, 'custom') : undefined;
    const name = textAt(custom, 'name');
    if (name === undefined) return tool;
    const own = names.add({ name, isCustom: true });
    return encodeTool(customFunction(own, textAt(custom, 'description'), objectAt(custom, 'format')));
  };
  const tools = Array.isArray(body.tools) ? body.tools.map(asFunction) : body.tools;

  /** A choice of one tool, or one of a list of those that are allowed. */
  const asChoice = (choice: JsonValue): JsonValue => {
    if (!isJsonObject(choice)) return choice;
    const name = textAt(objectAt(choice, 'custom'), 'name');
    if (name !== undefined)
      return { type: 'function', function: { name: names.nameFor(name, undefined, true) } };
    const allowed = objectAt(choice, 'allowed_tools');
    return allowed === undefined
      ? choice
      : { ...choice, allowed_tools: { ...allowed, tools: objectsAt(allowed, 'tools').map(asChoice) } };
  };

  const asCall = (call: JsonValue): JsonValue => {
    const custom = isJsonObject(call) && isCustom(call) ? objectAt(call, 'custom') : undefined;
    const name = textAt(custom, 'name');
    if (!isJsonObject(call) || name === undefined) return call;
    const { custom: _custom, ...rest } = call;
    const args = customArguments(textAt(custom, 'input') ?? '');
    return {
      ...rest,
      type: 'function',
      function: { name: names.nameFor(name, undefined, true), arguments: args },
    };
  };
  const asMessage = (message: JsonValue): JsonValue =>
    isJsonObject(message) && Array.isArray(message.tool_calls)
      ? { ...message, tool_calls: message.tool_calls.map(asCall) }
      : message;

  return {
    ...given('tools', tools),
    ...given('tool_choice', body.tool_choice === undefined ? undefined : asChoice(body.tool_choice)),
    ...given('messages', Array.isArray(body.messages) ? body.messages.map(asMessage) : body.messages),
  };
};
