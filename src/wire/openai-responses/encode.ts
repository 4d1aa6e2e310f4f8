import type { CompletionRequest, OutputFormat, Tool, ToolChoice } from '../../domain/completion-request.ts';
import type { JsonObject, JsonValue } from '../../domain/json.ts';
import type { ProviderEvent } from '../../domain/provider-event.ts';
import type { EncodedCall } from '../codec.ts';
import { given } from '../json-writing.ts';
import { conversationWarnings } from '../openai/conversation-warnings.ts';
import { USUAL_EFFORTS } from '../openai/quirks.ts';
import { OPENAI_SERVICE_TIERS } from '../openai/service-tier.ts';
import { fitToolCallIds } from '../tool-call-ids.ts';
import { withProperties } from '../tool-parameters.ts';
import { withMediaInResults } from '../tool-results.ts';
import { adjusted } from '../warnings.ts';
import { encodeInput, hasUnsentName, isPassedBack } from './encode-input.ts';
import { isReasoningModel } from './model-traits.ts';
import type { OpenAiResponsesQuirks } from './quirks.ts';

const encodeTool = (tool: Tool): JsonObject => ({
  type: 'function',
  name: tool.name,
  ...(tool.description === undefined ? {} : { description: tool.description }),
  parameters: withProperties(tool.parameters),
  // Always said: here, other than in chat completions, silence makes the schema strict and so another one.
  strict: tool.strict ?? false,
});

const encodeToolChoice = (choice: ToolChoice): JsonValue =>
  choice.kind === 'tool' ? { type: 'function', name: choice.name } : choice.kind;

const encodeFormat = (output: OutputFormat): JsonObject => {
  switch (output.kind) {
    case 'text':
      return { type: 'text' };
    case 'jsonObject':
      return { type: 'json_object' };
    case 'jsonSchema':
      return {
        type: 'json_schema',
        name: output.name,
        ...(output.description === undefined ? {} : { description: output.description }),
        schema: output.schema,
        ...(output.strict === undefined ? {} : { strict: output.strict }),
      };
  }
};

const encodeReasoning = (request: CompletionRequest, quirks: OpenAiResponsesQuirks): JsonObject => {
  const effort = request.reasoningEffort;
  const word = effort && (quirks.reasoningEfforts ?? USUAL_EFFORTS)[effort];
  if (word === undefined) return {};
  const hasSummary = effort !== 'none' && (quirks.supportsReasoningSummary ?? true);
  return { reasoning: { effort: word, ...(hasSummary ? { summary: 'auto' } : {}) } };
};

const wantsEncryptedReasoning = (
  model: string,
  request: CompletionRequest,
  quirks: OpenAiResponsesQuirks,
): boolean => {
  switch (quirks.encryptedReasoning ?? 'by-model') {
    case 'always':
      return true;
    case 'never':
      return false;
    case 'by-model':
      return (
        isReasoningModel(model) ||
        (request.reasoningEffort !== undefined && request.reasoningEffort !== 'none')
      );
  }
};

const warningsFor = (request: CompletionRequest, limit: number | undefined): readonly ProviderEvent[] => [
  ...(limit === request.maxOutputTokens
    ? []
    : [adjusted('maxOutputTokens', `The provider takes no limit below ${limit}: that was sent instead.`)]),
  ...conversationWarnings(request.messages, isPassedBack),
  ...(hasUnsentName(request.messages)
    ? [adjusted('messages', 'The provider takes files by address without their names: these were left out.')]
    : []),
];

/** The call for a request that holds nothing unsupported, and what had to be adjusted in it. */
export const encodeResponses = (
  model: string,
  request: CompletionRequest,
  stream: boolean,
  quirks: OpenAiResponsesQuirks,
): { readonly call: EncodedCall; readonly warnings: readonly ProviderEvent[] } => {
  const hasTools = request.tools.length > 0;
  const limit = request.maxOutputTokens && Math.max(request.maxOutputTokens, quirks.minOutputTokens ?? 16);
  const include = [
    ...(wantsEncryptedReasoning(model, request, quirks) ? ['reasoning.encrypted_content'] : []),
    ...(request.logprobs === undefined ? [] : ['message.output_text.logprobs']),
  ];
  const tier = request.serviceTier && (quirks.serviceTiers ?? OPENAI_SERVICE_TIERS)[request.serviceTier];
  const body: JsonObject = {
    model,
    input: withMediaInResults(fitToolCallIds(request.messages, 'max-64'), () => true).flatMap((message) =>
      encodeInput(message, quirks),
    ),
    ...(hasTools ? { tools: request.tools.map(encodeTool) } : {}),
    ...(hasTools ? given('tool_choice', request.toolChoice && encodeToolChoice(request.toolChoice)) : {}),
    ...(hasTools ? given('parallel_tool_calls', request.parallelToolCalls) : {}),
    ...(request.output === undefined ? {} : { text: { format: encodeFormat(request.output) } }),
    ...given('max_output_tokens', limit),
    ...given('temperature', request.temperature),
    ...given('top_p', request.topP),
    ...given('top_logprobs', request.logprobs?.top),
    ...encodeReasoning(request, quirks),
    ...(include.length > 0 ? { include } : {}),
    ...given('service_tier', tier),
    ...given('metadata', request.metadata),
    ...given(quirks.userField ?? 'safety_identifier', request.user),
    ...((quirks.supportsStore ?? true) ? { store: false } : {}),
    stream,
  };
  return {
    call: {
      path: '/responses',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    },
    warnings: warningsFor(request, limit),
  };
};
