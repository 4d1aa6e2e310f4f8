import type { CompletionRequest, Tool } from '../../../domain/completion-request.ts';
import type { JsonObject } from '../../../domain/json.ts';
import { objectAt, objectsAt, textAt } from '../../json-reading.ts';
import { checkDepth } from '../hold-body.ts';
import { BodyProblem } from '../invalid-body.ts';
import { cacheAt, type Reading } from './reading.ts';
import { isCustomTool } from './schema.ts';

const TOOL_FIELDS = new Set(['type', 'name', 'description', 'input_schema', 'strict', 'cache_control']);
const CHOICE_FIELDS = new Set(['type', 'name', 'disable_parallel_tool_use']);

export type ReadTools = Pick<CompletionRequest, 'tools' | 'toolChoice' | 'parallelToolCalls'>;

const choiceOf = (choice: JsonObject): CompletionRequest['toolChoice'] => {
  switch (choice.type) {
    case 'any':
      return { kind: 'required' };
    case 'tool':
      return { kind: 'tool', name: textAt(choice, 'name') ?? '' };
    case 'none':
      return { kind: 'none' };
    default:
      return { kind: 'auto' };
  }
};

/** The caller's own tools. Those that Anthropic has defined are unread, and essential where one has to be called. */
export const readTools = (body: JsonObject, { unread }: Reading): ReadTools => {
  const tools: Tool[] = [];
  const others: { readonly name: string | undefined; readonly path: string }[] = [];
  for (const [index, tool] of objectsAt(body, 'tools').entries()) {
    const path = `tools[${index}]`;
    const name = textAt(tool, 'name');
    const parameters = objectAt(tool, 'input_schema');
    if (!isCustomTool(tool) || name === undefined || parameters === undefined) {
      others.push({ name, path });
      continue;
    }
    checkDepth(`${path}.input_schema`, parameters);
    unread.addUnknown(path, tool, TOOL_FIELDS);
    const description = textAt(tool, 'description');
    tools.push({
      name,
      ...(description !== undefined && { description }),
      parameters,
      ...(typeof tool.strict === 'boolean' && { strict: tool.strict }),
      ...cacheAt(tool),
    });
  }

  const given = objectAt(body, 'tool_choice');
  if (given !== undefined) unread.addUnknown('tool_choice', given, CHOICE_FIELDS);
  const choice = given && choiceOf(given);
  const isForced = (name: string | undefined): boolean =>
    choice?.kind === 'tool' ? choice.name === name : choice?.kind === 'required' && tools.length === 0;
  // One by one, as each is another tool that will not be there.
  for (const { name, path } of others)
    unread.add(name === undefined ? path : `${path}.${name.slice(0, 100)}`, isForced(name));

  const isServed = choice !== undefined && tools.length > 0 && !others.some(({ name }) => isForced(name));
  const isForcedInVain =
    (choice?.kind === 'tool' || choice?.kind === 'required') && tools.length === 0 && others.length === 0;
  if (isForcedInVain) throw new BodyProblem('tool_choice', 'asks for a tool, but `tools` is empty.');
  const known = [...tools, ...others].map(({ name }) => name);
  if (choice?.kind === 'tool' && !known.includes(choice.name))
    throw new BodyProblem('tool_choice.name', `"${choice.name.slice(0, 200)}" is not among \`tools\`.`);
  const single = given?.disable_parallel_tool_use;
  return {
    tools,
    ...(isServed && { toolChoice: choice }),
    ...(tools.length > 0 && typeof single === 'boolean' && { parallelToolCalls: !single }),
  };
};
