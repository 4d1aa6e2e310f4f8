import { isJsonObject, type JsonObject } from '../../../domain/json.ts';
import type { ToolNames } from '../../custom-tools.ts';
import { listAt, objectAt, textAt } from '../../json-reading.ts';

/** What writers need to know of a request. */
export type ResponsesOptions = {
  /** What answers repeat of it. */
  readonly echo: JsonObject;
  /** Names of tools that are no functions of JSON; absent: there are none. */
  readonly toolNames?: ToolNames;
};

/** All members have a value: strict clients want each of them, and OpenAI's own defaults where nothing was asked for. */
export const responsesOptions = (body: JsonObject): ResponsesOptions => {
  const reasoning = objectAt(body, 'reasoning');
  const format = objectAt(objectAt(body, 'text'), 'format') ?? { type: 'text' };
  const tools = listAt(body, 'tools').filter(isJsonObject);
  return {
    echo: {
      previous_response_id: null,
      instructions: body.instructions ?? null,
      tools: tools.map((tool) =>
        tool.type === 'function'
          ? {
              ...tool,
              description: tool.description ?? null,
              parameters: tool.parameters ?? null,
              strict: tool.strict ?? false,
            }
          : tool,
      ),
      tool_choice: body.tool_choice ?? 'auto',
      parallel_tool_calls: body.parallel_tool_calls ?? true,
      text: {
        format:
          format.type === 'json_schema'
            ? {
                ...format,
                name: format.name ?? 'response',
                schema: format.schema ?? {},
                strict: format.strict ?? false,
              }
            : format,
      },
      reasoning: { effort: reasoning?.effort ?? null, summary: reasoning?.summary ?? null },
      max_output_tokens: body.max_output_tokens ?? null,
      max_tool_calls: body.max_tool_calls ?? null,
      temperature: body.temperature ?? 1,
      top_p: body.top_p ?? 1,
      presence_penalty: body.presence_penalty ?? 0,
      frequency_penalty: body.frequency_penalty ?? 0,
      top_logprobs: body.top_logprobs ?? 0,
      truncation: 'disabled',
      store: false,
      background: false,
      metadata: body.metadata ?? {},
      safety_identifier: textAt(body, 'safety_identifier') ?? null,
      prompt_cache_key: textAt(body, 'prompt_cache_key') ?? null,
      ...(body.user == null ? {} : { user: body.user }),
    },
  };
};
