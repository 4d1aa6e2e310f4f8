import type { CacheTtl, CompletionRequest, Tool } from '../../domain/completion-request.ts';
import type { JsonObject, JsonValue } from '../../domain/json.ts';
import type { ProviderEvent } from '../../domain/provider-event.ts';
import type { EncodedCall } from '../codec.ts';
import { given } from '../json-writing.ts';
import { withoutPrefill } from '../prefill.ts';
import { fitToolCallIds } from '../tool-call-ids.ts';
import { adjusted, detailLeftOut } from '../warnings.ts';
import { fitCacheMarks, marked } from './cache-marks.ts';
import { encodeMessages } from './encode-messages.ts';
import { fitLimits } from './limits.ts';
import type { ModelTraits } from './model-traits.ts';
import { fitOpenTurn } from './open-turn.ts';
import { type AnthropicPlatform, API_VERSION, pathOf, VERTEX_VERSION } from './platform.ts';
import { BLANK_STOP, isBlank, withoutBlankEnd } from './refused-text.ts';
import { ANSWER_TOOL, type OutputMethod, planOutput } from './structured-output.ts';
import { isThinkingOn, type Thinking } from './thinking.ts';

const FAST_MODE = 'fast-mode-2026-02-01';

const encodeTool = (tool: Tool, traits: ModelTraits): JsonObject =>
  marked(
    {
      name: tool.name,
      ...given('description', tool.description),
      input_schema: tool.parameters,
      ...(tool.strict && traits.supportsSchemas ? { strict: true } : {}),
    },
    tool.cache,
  );

const encodeToolChoice = (request: CompletionRequest, method: OutputMethod): JsonObject | undefined => {
  // Of several calls only one could be the answer.
  if (method.kind === 'TOOL') {
    const isAlone = request.tools.length === 0 || request.toolChoice?.kind === 'none';
    return isAlone
      ? { type: 'tool', name: ANSWER_TOOL, disable_parallel_tool_use: true }
      : { type: 'any', disable_parallel_tool_use: true };
  }
  if (request.tools.length === 0) return undefined;
  const choice = request.toolChoice;
  const single = request.parallelToolCalls === undefined ? {} : parallelUse(request.parallelToolCalls);
  switch (choice?.kind) {
    case undefined:
      return request.parallelToolCalls === undefined ? undefined : { type: 'auto', ...single };
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

const parallelUse = (isParallel: boolean): JsonObject => ({ disable_parallel_tool_use: !isParallel });

export const encodeThinking = (thinking: Thinking): JsonObject => {
  switch (thinking.kind) {
    case 'OFF':
      return {};
    case 'DISABLED':
      return { thinking: { type: 'disabled' } };
    case 'BUDGET':
      return { thinking: { type: 'enabled', budget_tokens: thinking.budgetTokens } };
    case 'ADAPTIVE':
      // Newer models leave the text of reasoning out unless asked for it.
      return { thinking: { type: 'adaptive', display: 'summarized' } };
  }
};

/** Spare priority capacity is used wherever the account has it, unless the standard tier alone is asked for. */
const encodeTier = (request: CompletionRequest, platform: AnthropicPlatform): JsonObject => {
  if (platform === 'vertex') return {};
  switch (request.serviceTier) {
    case 'STANDARD':
      return { service_tier: 'standard_only' };
    case 'PRIORITY':
      return { service_tier: 'auto' };
    case 'FAST':
      return { speed: 'fast' };
    default:
      return {};
  }
};

const encodeSystem = (blocks: readonly JsonObject[]): JsonValue | undefined => {
  if (blocks.length === 0) return undefined;
  return blocks.some((block) => 'cache_control' in block)
    ? blocks
    : blocks.map((block) => String(block.text)).join('\n\n');
};

const marksIn = (request: CompletionRequest): number => {
  const pieces: readonly { readonly cache?: CacheTtl }[] = [
    ...request.tools,
    ...request.messages.flatMap((message): readonly { readonly cache?: CacheTtl }[] =>
      message.role === 'user' ? message.parts : [message],
    ),
  ];
  return pieces.filter(({ cache }) => cache !== undefined).length;
};

/** The call for a request that holds nothing unsupported, and what had to be adjusted in it. */
export const encodeAnthropic = (
  model: string,
  request: CompletionRequest,
  stream: boolean,
  traits: ModelTraits,
  platform: AnthropicPlatform,
): { readonly call: EncodedCall; readonly warnings: readonly ProviderEvent[] } => {
  const limits = fitLimits(request, traits);
  const output = planOutput(request, traits, isThinkingOn(limits.thinking));
  const { method } = output;
  const turn = fitOpenTurn(request.messages, traits, limits.thinking);
  const prefill = withoutPrefill(
    withoutBlankEnd(turn.messages),
    traits.rejectsPrefill || (traits.thinking === 'BUDGET' && isThinkingOn(limits.thinking)),
  );
  const encoded = encodeMessages(fitToolCallIds(prefill.messages, 'word-64'));
  const { prompt, warnings } = fitCacheMarks(
    {
      tools: request.tools.map((tool) => encodeTool(tool, traits)),
      system:
        method.kind === 'INSTRUCTION'
          ? [...encoded.system, { type: 'text', text: method.text }]
          : encoded.system,
      messages: encoded.messages,
    },
    marksIn(request),
  );
  const tools =
    method.kind === 'TOOL'
      ? [...prompt.tools, { name: ANSWER_TOOL, description: method.description, input_schema: method.schema }]
      : prompt.tools;
  const temperature = request.temperature === undefined ? undefined : Math.min(request.temperature, 1);
  const outputConfig: JsonObject = {
    ...(limits.thinking.kind === 'ADAPTIVE' ? { effort: limits.thinking.effort } : {}),
    ...(method.kind === 'NATIVE' ? { format: { type: 'json_schema', schema: method.schema } } : {}),
  };
  const stop = request.stop?.filter((each) => !isBlank(each));
  const isOnVertex = platform === 'vertex';
  const body: JsonObject = {
    ...(isOnVertex ? { anthropic_version: VERTEX_VERSION } : { model }),
    max_tokens: limits.maxTokens,
    ...given('system', encodeSystem(prompt.system)),
    messages: prompt.messages,
    ...(tools.length > 0 ? { tools } : {}),
    ...given('tool_choice', encodeToolChoice(request, method)),
    ...given('temperature', traits.rejectsSampling ? undefined : temperature),
    ...given('top_p', request.topP),
    ...given('top_k', request.topK),
    ...given('stop_sequences', stop),
    ...encodeThinking(limits.thinking),
    ...(Object.keys(outputConfig).length > 0 ? { output_config: outputConfig } : {}),
    ...(request.user === undefined ? {} : { metadata: { user_id: request.user } }),
    ...encodeTier(request, platform),
    ...(isOnVertex ? {} : given('inference_geo', request.inferenceRegion)),
    stream,
  };
  return {
    call: {
      path: pathOf(model, stream, platform),
      headers: {
        'content-type': 'application/json',
        ...(isOnVertex ? {} : { 'anthropic-version': API_VERSION }),
        ...(body.speed === undefined ? {} : { 'anthropic-beta': FAST_MODE }),
      },
      body: JSON.stringify(body),
    },
    warnings: [
      ...encoded.warnings,
      ...detailLeftOut(request),
      ...turn.warnings,
      ...prefill.warnings,
      ...warnings,
      ...limits.warnings,
      ...output.warnings,
      ...(stop?.length === request.stop?.length ? [] : [BLANK_STOP]),
      ...(temperature !== request.temperature
        ? [adjusted('temperature', 'Anthropic takes at most 1: the temperature was lowered to 1.')]
        : []),
      ...(request.tools.some((tool) => tool.strict) && !traits.supportsSchemas
        ? [adjusted('tools', 'This model cannot guarantee that arguments match the schema.')]
        : []),
    ],
  };
};
