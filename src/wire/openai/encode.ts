import type { CompletionRequest, OutputFormat, Tool, ToolChoice } from '../../domain/completion-request.ts';
import type { JsonObject, JsonValue } from '../../domain/json.ts';
import type { EncodedCall } from '../codec.ts';
import { encodeMessage } from './encode-messages.ts';
import { type OpenAiQuirks, USUAL_EFFORTS } from './quirks.ts';

const encodeTool = (tool: Tool): JsonObject => ({
  type: 'function',
  function: {
    name: tool.name,
    ...(tool.description === undefined ? {} : { description: tool.description }),
    parameters: tool.parameters,
    ...(tool.strict === undefined ? {} : { strict: tool.strict }),
  },
});

const encodeToolChoice = (choice: ToolChoice): JsonValue =>
  choice.kind === 'tool' ? { type: 'function', function: { name: choice.name } } : choice.kind;

const encodeOutput = (output: OutputFormat): JsonObject => {
  switch (output.kind) {
    case 'text':
      return { type: 'text' };
    case 'jsonObject':
      return { type: 'json_object' };
    case 'jsonSchema':
      return {
        type: 'json_schema',
        json_schema: {
          name: output.name,
          ...(output.description === undefined ? {} : { description: output.description }),
          schema: output.schema,
          ...(output.strict === undefined ? {} : { strict: output.strict }),
        },
      };
  }
};

const encodeReasoning = (request: CompletionRequest, quirks: OpenAiQuirks): JsonObject => {
  const effort =
    request.reasoningEffort && (quirks.reasoningEfforts ?? USUAL_EFFORTS)[request.reasoningEffort];
  switch (quirks.reasoningRequest ?? 'reasoning_effort') {
    case 'none':
      return {};
    case 'reasoning_effort':
      return effort === undefined ? {} : { reasoning_effort: effort };
    case 'reasoning':
      if (request.reasoningMaxTokens !== undefined)
        return { reasoning: { max_tokens: request.reasoningMaxTokens } };
      return effort === undefined ? {} : { reasoning: { effort } };
  }
};

const given = (key: string, value: JsonValue | undefined): JsonObject =>
  value === undefined ? {} : { [key]: value };

/** The call for a request that holds nothing unsupported. */
export const encodeOpenAi = (
  model: string,
  request: CompletionRequest,
  stream: boolean,
  quirks: OpenAiQuirks,
): EncodedCall => {
  const hasTools = request.tools.length > 0;
  const body: JsonObject = {
    model,
    messages: request.messages.map((message) => encodeMessage(message, quirks)),
    ...(hasTools ? { tools: request.tools.map(encodeTool) } : {}),
    ...(hasTools ? given('tool_choice', request.toolChoice && encodeToolChoice(request.toolChoice)) : {}),
    ...(hasTools ? given('parallel_tool_calls', request.parallelToolCalls) : {}),
    ...given('response_format', request.output && encodeOutput(request.output)),
    ...given(quirks.maxTokensField ?? 'max_tokens', request.maxOutputTokens),
    ...given('temperature', request.temperature),
    ...given('top_p', request.topP),
    ...given('top_k', request.topK),
    ...given('frequency_penalty', request.frequencyPenalty),
    ...given('presence_penalty', request.presencePenalty),
    ...given(quirks.seedField ?? 'seed', request.seed),
    ...given('stop', request.stop),
    ...encodeReasoning(request, quirks),
    ...given('metadata', request.metadata),
    ...given('user', request.user),
    stream,
    ...(stream && (quirks.supportsStreamOptions ?? true) ? { stream_options: { include_usage: true } } : {}),
  };
  return {
    path: '/chat/completions',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  };
};
