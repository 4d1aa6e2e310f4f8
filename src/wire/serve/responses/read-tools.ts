import type { Tool, ToolChoice } from '../../../domain/completion-request.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../../../domain/json.ts';
import { customFunction, ToolNames } from '../../custom-tools.ts';
import { listAt, objectAt, objectsAt, textAt } from '../../json-reading.ts';
import { holdObject } from '../hold-body.ts';
import { BodyProblem } from '../invalid-body.ts';
import type { UnreadFields } from '../unread-fields.ts';
import { CUSTOM_TOOL, FUNCTION_TOOL, NAMESPACE_TOOL } from './schema.ts';

type Chosen = { readonly tools: readonly Tool[]; readonly toolChoice?: ToolChoice };
export type ReadTools = Chosen & {
  /** What those are called that are no functions of JSON. */
  readonly toolNames: ToolNames;
};

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

const readCustom = (path: string, tool: JsonObject, names: ToolNames, namespace?: string): Tool => {
  const { name, description } = holdObject(CUSTOM_TOOL, tool, path);
  const own = names.add({ name, isCustom: true, ...(namespace !== undefined && { namespace }) });
  return customFunction(own, description ?? undefined, objectAt(tool, 'format'));
};

/** The tools of a namespace, each with the namespace in its name. */
const readNamespace = (
  path: string,
  tool: JsonObject,
  names: ToolNames,
  unread: UnreadFields,
): readonly Tool[] => {
  const { name: namespace, description: purpose } = holdObject(NAMESPACE_TOOL, tool, path);
  return objectsAt(tool, 'tools').flatMap((inner, at): readonly Tool[] => {
    const where = `${path}.tools[${at}]`;
    switch (inner.type) {
      case 'function': {
        const read = readFunction(where, inner);
        const description = [purpose, read.description]
          .filter((each) => each != null && each !== '')
          .join('\n\n');
        return [
          {
            ...read,
            name: names.add({ name: read.name, namespace, isCustom: false }),
            ...(description !== '' && { description }),
          },
        ];
      }
      case 'custom':
        return [readCustom(where, inner, names, namespace)];
      default:
        unread.add(where);
        return [];
    }
  });
};

const findTool = (tools: readonly Tool[], name: string | undefined, path: string): Tool => {
  const found = tools.find((tool) => tool.name === name);
  if (found !== undefined) return found;
  throw new BodyProblem(
    path,
    name === undefined ? 'is missing.' : `"${name.slice(0, 100)}" is not among \`tools\`.`,
  );
};

/** The name by which providers know a tool that the client names. */
const nameIn = (given: JsonObject, names: ToolNames): string | undefined => {
  const name = textAt(given, 'name');
  return name === undefined
    ? undefined
    : names.nameFor(name, textAt(given, 'namespace'), given.type === 'custom');
};

/** Of all tools, only those that the choice lists: the others might as well not be there. */
const readAllowed = (
  choice: JsonObject,
  tools: readonly Tool[],
  names: ToolNames,
  unread: UnreadFields,
): Chosen => {
  const listed = objectsAt(choice, 'tools');
  if (listed.some(({ type }) => type !== 'function' && type !== 'custom')) {
    unread.add('tool_choice', true);
    return { tools };
  }
  const allowed = new Set(
    listed.map((each, at) => findTool(tools, nameIn(each, names), `tool_choice.tools[${at}].name`).name),
  );
  return {
    tools: tools.filter(({ name }) => allowed.has(name)),
    toolChoice: { kind: choice.mode === 'required' && allowed.size > 0 ? 'required' : 'auto' },
  };
};

const readChoice = (
  choice: JsonValue | undefined,
  tools: readonly Tool[],
  names: ToolNames,
  hasOthers: boolean,
  unread: UnreadFields,
): Chosen => {
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
    case 'function':
    case 'custom': {
      const name = isJsonObject(choice) ? nameIn(choice, names) : undefined;
      const tool = findTool(tools, name, 'tool_choice.name');
      return { tools, toolChoice: { kind: 'tool', name: tool.name } };
    }
    case 'allowed_tools':
      return isJsonObject(choice) ? readAllowed(choice, tools, names, unread) : { tools };
    default:
      unread.add('tool_choice', true);
      return { tools };
  }
};

/**
 * Functions, tools that take free text and those of namespaces, and which must be called. Tools that a provider hosts are
 * unread. Throws BodyProblem.
 */
export const readTools = (body: JsonObject, unread: UnreadFields): ReadTools => {
  const given = listAt(body, 'tools');
  const functions = given.filter(isJsonObject).filter(({ type }) => type === 'function');
  const toolNames = new ToolNames(functions.flatMap((tool) => textAt(tool, 'name') ?? []));
  let hasOthers = false;
  const tools = given.flatMap((tool, at): readonly Tool[] => {
    const path = `tools[${at}]`;
    if (!isJsonObject(tool)) return [];
    switch (tool.type) {
      case 'function':
        return [readFunction(path, tool)];
      case 'custom':
        return [readCustom(path, tool, toolNames)];
      case 'namespace':
        return readNamespace(path, tool, toolNames, unread);
      default:
        hasOthers = true;
        unread.add(path);
        return [];
    }
  });
  return { toolNames, ...readChoice(body.tool_choice, tools, toolNames, hasOthers, unread) };
};
