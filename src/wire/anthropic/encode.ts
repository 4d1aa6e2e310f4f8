import type { CompletionRequest, Tool } from '../../domain/completion-request.ts';
import type { JsonObject, JsonValue } from '../../domain/json.ts';
import type { ProviderEvent } from '../../domain/provider-event.ts';
import type { EncodedCall } from '../codec.ts';
import { adjusted } from '../warnings.ts';
import { encodeMessages } from './encode-messages.ts';
import type { ModelTraits } from './model-traits.ts';
import { MIN_BUDGET, type Thinking, thinkingOf } from './thinking.ts';

const API_VERSION = '2023-06-01';
/** Room for the answer that is added to a thinking budget where the caller gives no output limit. */
const ANSWER_ROOM = 4_096;

const given = (key: string, value: JsonValue | undefined): JsonObject =>
  value === undefined ? {} : { [key]: value };

const encodeTool = (tool: Tool, traits: ModelTraits): JsonObject => ({
  name: tool.name,
  ...given('description', tool.description),
  input_schema: tool.parameters,
  ...(tool.strict && traits.supportsSchemas ? { strict: true } : {}),
});

const encodeToolChoice = (request: CompletionRequest): JsonObject | undefined => {
  const choice = request.toolChoice;
  const single = request.parallelToolCalls === false ? { disable_parallel_tool_use: true } : {};
  switch (choice?.kind) {
    case undefined:
      return request.parallelToolCalls === false ? { type: 'auto', ...single } : undefined;
    case 'auto':
      return { type: 'auto', ...single };
    case 'none':
      return { type: 'none' };
    case 'required':
      return { type: 'any', ...single };
    case 'tool':
      return { type: 'tool', name: choice.name, ...single };
  }
};

type Limits = {
  readonly maxTokens: number;
  readonly thinking: Thinking;
  readonly warnings: readonly ProviderEvent[];
};

/** The API wants an output limit, and it above the thinking budget; the caller's own limit is never raised. */
const fitLimits = (request: CompletionRequest, traits: ModelTraits): Limits => {
  const thinking = thinkingOf(request, traits);
  const limit = request.maxOutputTokens;
  if (thinking.kind !== 'BUDGET')
    return { maxTokens: limit ?? traits.defaultMaxTokens, thinking, warnings: [] };
  const wanted = Math.max(MIN_BUDGET, thinking.budgetTokens);
  const parameter = request.reasoningMaxTokens === undefined ? 'reasoningEffort' : 'reasoningMaxTokens';
  if (limit !== undefined && limit <= MIN_BUDGET) {
    const warning = adjusted(
      parameter,
      `Reasoning needs maxOutputTokens above ${MIN_BUDGET}: it was turned off.`,
    );
    return { maxTokens: limit, thinking: { kind: 'OFF' }, warnings: [warning] };
  }
  const budgetTokens =
    limit !== undefined && wanted >= limit ? Math.max(MIN_BUDGET, Math.floor(limit / 2)) : wanted;
  return {
    maxTokens: limit ?? Math.max(traits.defaultMaxTokens, budgetTokens + ANSWER_ROOM),
    thinking: { kind: 'BUDGET', budgetTokens },
    warnings:
      budgetTokens === thinking.budgetTokens
        ? []
        : [adjusted(parameter, `Reasoning was given ${budgetTokens} tokens to fit the limits.`)],
  };
};

const encodeThinking = (thinking: Thinking): JsonObject => {
  switch (thinking.kind) {
    case 'OFF':
      return {};
    case 'BUDGET':
      return { thinking: { type: 'enabled', budget_tokens: thinking.budgetTokens } };
    case 'ADAPTIVE':
      // Newer models leave the text of reasoning out unless asked for it.
      return { thinking: { type: 'adaptive', display: 'summarized' } };
  }
};

/** The call for a request that holds nothing unsupported, and what had to be adjusted in it. */
export const encodeAnthropic = (
  model: string,
  request: CompletionRequest,
  stream: boolean,
  traits: ModelTraits,
): { readonly call: EncodedCall; readonly warnings: readonly ProviderEvent[] } => {
  const { system, messages, warnings } = encodeMessages(request.messages);
  const limits = fitLimits(request, traits);
  const temperature = request.temperature === undefined ? undefined : Math.min(request.temperature, 1);
  const hasTools = request.tools.length > 0;
  const outputConfig: JsonObject = {
    ...(limits.thinking.kind === 'ADAPTIVE' ? { effort: limits.thinking.effort } : {}),
    ...(request.output?.kind === 'jsonSchema'
      ? { format: { type: 'json_schema', schema: request.output.schema } }
      : {}),
  };
  const body: JsonObject = {
    model,
    max_tokens: limits.maxTokens,
    ...given('system', system),
    messages,
    ...(hasTools ? { tools: request.tools.map((tool) => encodeTool(tool, traits)) } : {}),
    ...(hasTools ? given('tool_choice', encodeToolChoice(request)) : {}),
    ...given('temperature', traits.rejectsSampling ? undefined : temperature),
    ...given('top_p', request.topP),
    ...given('top_k', request.topK),
    ...given('stop_sequences', request.stop),
    ...encodeThinking(limits.thinking),
    ...(Object.keys(outputConfig).length > 0 ? { output_config: outputConfig } : {}),
    ...(request.user === undefined ? {} : { metadata: { user_id: request.user } }),
    stream,
  };
  return {
    call: {
      path: '/v1/messages',
      headers: { 'content-type': 'application/json', 'anthropic-version': API_VERSION },
      body: JSON.stringify(body),
    },
    warnings: [
      ...warnings,
      ...limits.warnings,
      ...(temperature !== request.temperature
        ? [adjusted('temperature', 'Anthropic takes at most 1: the temperature was lowered to 1.')]
        : []),
      ...(request.tools.some((tool) => tool.strict) && !traits.supportsSchemas
        ? [adjusted('tools', 'This model cannot guarantee that arguments match the schema.')]
        : []),
    ],
  };
};
