import type { LanguageModelV4CallOptions } from '@ai-sdk/provider';
import type {
  CacheTtl,
  CompletionRequest,
  Message,
  ReasoningEffort,
} from '../../../../domain/completion-request.ts';
import { isJsonObject, type JsonObject } from '../../../../domain/json.ts';
import type { ProviderEvent } from '../../../../domain/provider-event.ts';
import { ANSWER_ROOM, fitThinking } from '../../../../wire/anthropic/limits.ts';
import { modelTraits } from '../../../../wire/anthropic/model-traits.ts';
import { fitOpenTurn } from '../../../../wire/anthropic/open-turn.ts';
import { withoutRefusedTexts } from '../../../../wire/anthropic/refused-text.ts';
import { withoutPrefill } from '../../../../wire/prefill.ts';
import { withToolsAsText } from '../../../../wire/tools-as-text.ts';
import { adjusted, detailLeftOut, unsignedLeftOut } from '../../../../wire/warnings.ts';
import { callOptionsOf, type PromptMarks } from '../prompt.ts';
import { familyOf, takesSchemas } from './families.ts';

/** Where the package keeps its provider's options. */
const OPTIONS = 'amazonBedrock';
/** Blocks of reasoning that came as `redactedReasoning`, not as `redactedContent`, go back as such. */
const REDACTED_DATA = 'redactedData:';

const BEDROCK_MARKS: PromptMarks = {
  cache: (ttl: CacheTtl) => ({
    [OPTIONS]: { cachePoint: { type: 'default', ...(ttl === '1h' && { ttl }) } },
  }),
  reasoning(block) {
    if (block.signature === undefined) return undefined;
    if (!block.redacted) return { [OPTIONS]: { signature: block.signature } };
    return {
      [OPTIONS]: block.signature.startsWith(REDACTED_DATA)
        ? { redactedData: block.signature.slice(REDACTED_DATA.length) }
        : { redactedContent: block.signature },
    };
  },
};

/** The proof of a block of reasoning, as it is to come back. */
export const readProof = (
  reasoning: JsonObject | undefined,
): { readonly signature: string; readonly redacted?: boolean } | undefined => {
  const { signature, redactedContent, redactedData } = reasoning ?? {};
  if (typeof signature === 'string') return { signature };
  if (typeof redactedContent === 'string') return { signature: redactedContent, redacted: true };
  if (typeof redactedData === 'string') return { signature: REDACTED_DATA + redactedData, redacted: true };
  return undefined;
};

type Limits = {
  readonly messages: readonly Message[];
  readonly maxOutputTokens?: number;
  readonly fields: JsonObject;
  readonly warnings: readonly ProviderEvent[];
};

/**
 * Reasoning as the model itself takes it. Not by the package's own option: that adds the budget to the output
 * limit, and strips parameters that models do take.
 */
const claudeLimits = (model: string, request: CompletionRequest): Limits => {
  const traits = modelTraits(model);
  const { thinking, warnings } = fitThinking(request, traits);
  const turn = fitOpenTurn(request.messages, traits, thinking);
  const limit = request.maxOutputTokens;
  const fitted = {
    messages: turn.messages,
    ...(limit !== undefined && { maxOutputTokens: limit }),
    fields: {},
    warnings: [...warnings, ...turn.warnings],
  };
  switch (thinking.kind) {
    case 'OFF':
      return fitted;
    case 'DISABLED':
      return { ...fitted, fields: { thinking: { type: 'disabled' } } };
    case 'ADAPTIVE':
      return {
        ...fitted,
        fields: {
          thinking: { type: 'adaptive', display: 'summarized' },
          output_config: { effort: thinking.effort },
        },
      };
    case 'BUDGET':
      return {
        ...fitted,
        maxOutputTokens: limit ?? thinking.budgetTokens + ANSWER_ROOM,
        fields: { thinking: { type: 'enabled', budget_tokens: thinking.budgetTokens } },
      };
  }
};

const NOVA_EFFORTS: { readonly [Effort in Exclude<ReasoningEffort, 'none'>]: string } = {
  minimal: 'low',
  low: 'low',
  medium: 'medium',
  high: 'high',
  max: 'high',
};

const limitsOf = (model: string, request: CompletionRequest): Limits => {
  const family = familyOf(model);
  if (family === 'anthropic') return claudeLimits(model, request);
  const kept = {
    messages: request.messages,
    ...(request.maxOutputTokens !== undefined && { maxOutputTokens: request.maxOutputTokens }),
  };
  const effort = request.reasoningEffort;
  if (effort === undefined || effort === 'none') return { ...kept, fields: {}, warnings: [] };
  const word =
    family === 'nova'
      ? NOVA_EFFORTS[effort]
      : effort === 'max' || effort === 'minimal'
        ? NOVA_EFFORTS[effort]
        : effort;
  const warnings =
    word === effort
      ? []
      : [adjusted('reasoningEffort', `The nearest effort that the model takes is ${word}.`)];
  switch (family) {
    case 'nova':
      return {
        ...kept,
        fields: { reasoningConfig: { type: 'enabled', maxReasoningEffort: word } },
        warnings,
      };
    case 'gpt-oss':
      return { ...kept, fields: { reasoning_effort: word }, warnings };
    case 'openai':
      return { ...kept, fields: { reasoning: { effort: word } }, warnings };
    case 'cohere':
    case 'other':
      return { ...kept, fields: {}, warnings: [] };
  }
};

/** Converse has no place for it, but models do. */
const topKField = (model: string, topK: number | undefined): JsonObject => {
  if (topK === undefined) return {};
  switch (familyOf(model)) {
    case 'nova':
      return { inferenceConfig: { topK } };
    case 'cohere':
      return { k: topK };
    default:
      return { top_k: topK };
  }
};

type Moved = { readonly messages: readonly Message[]; readonly warnings: readonly ProviderEvent[] };

/** Converse takes instructions only before the conversation. */
const systemFirst = (request: CompletionRequest): Moved => {
  const messages = withoutRefusedTexts(request.messages);
  const system = messages.filter(({ role }) => role === 'system');
  const rest = messages.filter(({ role }) => role !== 'system');
  const isLeading = messages.slice(0, system.length).every(({ role }) => role === 'system');
  const warnings = isLeading
    ? []
    : [adjusted('messages', 'Bedrock takes system messages only at the beginning: they were moved there.')];
  const isErrorLost = rest.some((message) => message.role === 'tool' && message.isError);
  if (isErrorLost)
    warnings.push(
      adjusted('messages', 'That a tool failed cannot be marked here: its text was sent without the mark.'),
    );
  const toolMark = request.tools.find((tool) => tool.cache !== undefined)?.cache;
  const [first, ...others] = system;
  if (toolMark === undefined) return { messages: [...system, ...rest], warnings };
  if (first?.role === 'system') {
    warnings.push(
      adjusted('cache', 'The mark on a tool was moved to the system message that follows the tools.'),
    );
    return { messages: [{ ...first, cache: first.cache ?? toolMark }, ...others, ...rest], warnings };
  }
  warnings.push(
    adjusted('cache', 'A mark on a tool has no place without a system message, and was left out.'),
  );
  return { messages: rest, warnings };
};

const TIERS = { STANDARD: 'default', FLEX: 'flex', PRIORITY: 'priority' } as const;

/** For a request that holds nothing that `unsupportedByBedrock` lists. */
export const bedrockOptions = (
  model: string,
  asked: CompletionRequest,
): { readonly options: LanguageModelV4CallOptions; readonly warnings: readonly ProviderEvent[] } => {
  const hasSchema = asked.output?.kind === 'jsonSchema';
  const isByTool = hasSchema && !takesSchemas(model);
  const hasTools = isByTool || (asked.tools.length > 0 && asked.toolChoice?.kind !== 'none');
  const told = hasTools ? { messages: asked.messages, warnings: [] } : withToolsAsText(asked.messages);
  const request = { ...asked, messages: told.messages };
  const limits = limitsOf(model, request);
  // Of those that Bedrock hosts, Claude alone goes on from words of its own, as long as it does at its maker's.
  const refusesPrefill =
    familyOf(model) !== 'anthropic' ||
    modelTraits(model).rejectsPrefill ||
    (isJsonObject(limits.fields.thinking) && limits.fields.thinking.type === 'enabled');
  const prefill = withoutPrefill(limits.messages, refusesPrefill);
  const { messages, warnings } = systemFirst({ ...request, messages: prefill.messages });
  const { topK, maxOutputTokens: _, ...kept } = request;
  const base = callOptionsOf(
    {
      ...kept,
      messages,
      ...(limits.maxOutputTokens !== undefined && { maxOutputTokens: limits.maxOutputTokens }),
    },
    BEDROCK_MARKS,
  );
  const fields: JsonObject = { ...limits.fields, ...topKField(model, topK) };
  const { serviceTier: tier, metadata = {} } = request;
  const own = {
    ...(Object.keys(fields).length > 0 && { additionalModelRequestFields: fields }),
    ...(hasSchema && { structuredOutputMode: isByTool ? 'jsonTool' : 'outputFormat' }),
    ...((tier === 'STANDARD' || tier === 'FLEX' || tier === 'PRIORITY') && { serviceTier: TIERS[tier] }),
    ...(Object.keys(metadata).length > 0 && { requestMetadata: { ...metadata } }),
  };
  const isSerial = request.parallelToolCalls === false && request.tools.length > 0;
  const byTool = 'The model takes no schema itself: the answer is the call of a tool with that schema';
  return {
    options: {
      ...base,
      providerOptions: {
        [OPTIONS]: own,
        ...(isSerial && { anthropic: { disableParallelToolUse: true } }),
      },
    },
    warnings: [
      ...told.warnings,
      ...limits.warnings,
      ...prefill.warnings,
      ...warnings,
      ...unsignedLeftOut({ messages }),
      ...detailLeftOut(request),
      ...(isByTool
        ? [
            adjusted(
              'output',
              request.tools.length > 0 ? `${byTool}, and some tool must be called.` : `${byTool}.`,
            ),
          ]
        : []),
    ],
  };
};
