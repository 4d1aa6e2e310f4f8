import type { Tool, ToolChoice } from '../../../domain/completion-request.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../../../domain/json.ts';
import { listAt, objectAt, objectsAt, textAt } from '../../json-reading.ts';
import { holdObject } from '../hold-body.ts';
import { BodyProblem } from '../invalid-body.ts';
import type { UnreadFields } from '../unread-fields.ts';
import { FUNCTION_TOOL } from './schema.ts';

export type ReadTools = { readonly tools: readonly Tool[]; readonly toolChoice?: ToolChoice };

const NO_ARGUMENTS: JsonObject = { type: 'object', properties: {} };

const readFunction = (path: string, tool: JsonObject): Tool => {
  const { name, description, strict } = holdObject(FUNCTION_TOOL, tool, path);
  return {
    name,
    ...(description == null ? {} : { description }),
    parameters: objectAt(tool, 'parameters') ?? NO_ARGUMENTS,
    ...(strict == null ? {} : { strict }),
  };
};

const findTool = (tools: readonly Tool[], name: string | undefined, path: string): Tool => {
  const found = tools.find((tool) => tool.name === name);
  if (found !== undefined) return found;
  throw new BodyProblem(
    path,
    name === undefined ? 'is missing.' : `"${name.slice(0, 100)}" is not among \`tools\`.`,
  );
};

/** Of all tools, only those that the choice lists: the others might as well not be there. */
const readAllowed = (choice: JsonObject, tools: readonly Tool[], unread: UnreadFields): ReadTools => {
  const listed = objectsAt(choice, 'tools');
  if (listed.some(({ type }) => type !== 'function')) {
    unread.add('tool_choice', true);
    return { tools };
  }
  const allowed = new Set(
    listed.map((each, at) => findTool(tools, textAt(each, 'name'), `tool_choice.tools[${at}].name`).name),
  );
  return {
    tools: tools.filter(({ name }) => allowed.has(name)),
    toolChoice: { kind: choice.mode === 'required' && allowed.size > 0 ? 'required' : 'auto' },
  };
};

const readChoice = (
  choice: JsonValue | undefined,
  tools: readonly Tool[],
  hasOthers: boolean,
  unread: UnreadFields,
): ReadTools => {
  switch (isJsonObject(choice) ? choice.type : (choice ?? undefined)) {
    case undefined:
      return { tools };
    case 'auto':
    case 'none':
      return { tools, toolChoice: { kind: choice === 'none' ? 'none' : 'auto' } };
    case 'required':
      if (tools.length > 0 && !hasOthers) return { tools, toolChoice: { kind: 'required' } };
      if (!hasOthers) throw new BodyProblem('tool_choice', 'asks for a call, but `tools` is empty.');
      // One of the others might be the one to be called.
      unread.add('tool_choice', true);
      return { tools };
    case 'function': {
      const name = isJsonObject(choice) ? textAt(choice, 'name') : undefined;
      const tool = findTool(tools, name, 'tool_choice.name');
      return { tools, toolChoice: { kind: 'tool', name: tool.name } };
    }
    case 'allowed_tools':
      return isJsonObject(choice) ? readAllowed(choice, tools, unread) : { tools };
    default:
      unread.add('tool_choice', true);
      return { tools };
  }
};

/** Functions, and which must be called. Tools that a provider hosts are unread. Throws BodyProblem. */
export const readTools = (body: JsonObject, unread: UnreadFields): ReadTools => {
  let hasOthers = false;
  const tools = listAt(body, 'tools').flatMap((tool, at): readonly Tool[] => {
    const path = `tools[${at}]`;
    if (!isJsonObject(tool)) return [];
    if (tool.type !== 'function') {
      hasOthers = true;
      unread.add(path);
      return [];
    }
    return [readFunction(path, tool)];
  });
  return readChoice(body.tool_choice, tools, hasOthers, unread);
};
