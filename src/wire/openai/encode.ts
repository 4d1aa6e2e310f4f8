import type { CompletionRequest, OutputFormat, Tool, ToolChoice } from '../../domain/completion-request.ts';
import type { JsonObject, JsonValue } from '../../domain/json.ts';
import type { ProviderEvent } from '../../domain/provider-event.ts';
import type { EncodedCall } from '../codec.ts';
import { given } from '../json-writing.ts';
import { withoutPrefill } from '../prefill.ts';
import { fitToolCallIds } from '../tool-call-ids.ts';
import { withProperties } from '../tool-parameters.ts';
import { adjusted } from '../warnings.ts';
import { conversationWarnings } from './conversation-warnings.ts';
import {
  countUnplacedMarks,
  encodeMessages,
  isPassedBack,
  needsSignatures,
  withSignatures,
} from './encode-messages.ts';
import { type OpenAiQuirks, refusesPrefill, toolCallIdsOf } from './quirks.ts';
import { encodeReasoning } from './reasoning.ts';
import { planOutput } from './structured-output.ts';

export const encodeTool = (tool: Tool): JsonObject => ({
  type: 'function',
  function: {
    name: tool.name,
    ...(tool.description === undefined ? {} : { description: tool.description }),
    parameters: withProperties(tool.parameters),
    ...(tool.strict === undefined ? {} : { strict: tool.strict }),
  },
});

const encodeToolChoice = (choice: ToolChoice): JsonValue =>
  choice.kind === 'tool' ? { type: 'function', function: { name: choice.name } } : choice.kind;

export const encodeOutput = (output: OutputFormat): JsonObject => {
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

const encodeLogprobs = ({ logprobs }: CompletionRequest, quirks: OpenAiQuirks): JsonObject => {
  if (logprobs === undefined) return {};
  switch (quirks.logprobsRequest ?? 'flag') {
    case 'flag':
      return { logprobs: true, ...(logprobs.top > 0 ? { top_logprobs: logprobs.top } : {}) };
    case 'number':
      return { logprobs: Math.max(1, logprobs.top) };
  }
};

/** The call for a request that holds nothing unsupported, and what had to be adjusted in it. */
export const encodeOpenAi = (
  model: string,
  request: CompletionRequest,
  stream: boolean,
  quirks: OpenAiQuirks,
): { readonly call: EncodedCall; readonly warnings: readonly ProviderEvent[] } => {
  const planned = planOutput(request, quirks.structuredOutput ?? 'json_schema');
  const unplaced = quirks.promptCaching === 'markers' ? countUnplacedMarks(request) : 0;
  const hasTools = request.tools.length > 0;
  const reasoning = encodeReasoning(request, quirks);
  const prefill = withoutPrefill(planned.messages, refusesPrefill(model, quirks));
  const signed = needsSignatures(model, quirks)
    ? withSignatures(prefill.messages)
    : { messages: prefill.messages, warnings: [] };
  const body: JsonObject = {
    model,
    messages: encodeMessages(fitToolCallIds(signed.messages, toolCallIdsOf(model, quirks)), model, quirks),
    ...(hasTools ? { tools: request.tools.map(encodeTool) } : {}),
    ...(hasTools ? given('tool_choice', request.toolChoice && encodeToolChoice(request.toolChoice)) : {}),
    ...(hasTools ? given('parallel_tool_calls', request.parallelToolCalls) : {}),
    ...given('response_format', planned.format && encodeOutput(planned.format)),
    ...given(quirks.maxTokensField ?? 'max_tokens', request.maxOutputTokens),
    ...given('temperature', request.temperature),
    ...given('top_p', request.topP),
    ...given('top_k', request.topK),
    ...given('frequency_penalty', request.frequencyPenalty),
    ...given('presence_penalty', request.presencePenalty),
    ...given(quirks.seedField ?? 'seed', request.seed),
    ...given('stop', request.stop),
    ...reasoning.fields,
    ...encodeLogprobs(request, quirks),
    ...given('service_tier', request.serviceTier && quirks.serviceTiers?.[request.serviceTier]),
    ...given('metadata', request.metadata),
    ...given('user', request.user),
    stream,
    ...(stream && (quirks.supportsStreamOptions ?? true) ? { stream_options: { include_usage: true } } : {}),
  };
  return {
    call: {
      path: '/chat/completions',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    },
    warnings: [
      ...planned.warnings,
      ...reasoning.warnings,
      ...prefill.warnings,
      ...signed.warnings,
      ...conversationWarnings(request.messages, (block) => isPassedBack(block, quirks)),
      ...(unplaced === 0
        ? []
        : [
            adjusted(
              'cache',
              `The provider takes marks on text alone: ${unplaced} on other pieces were left out.`,
            ),
          ]),
    ],
  };
};
