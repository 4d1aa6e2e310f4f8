import type { CohereProvider } from '@ai-sdk/cohere';
import type { CompletionRequest, Message, ReasoningEffort } from '../../../../domain/completion-request.ts';
import { isJsonObject, type JsonObject } from '../../../../domain/json.ts';
import type { ProviderEvent } from '../../../../domain/provider-event.ts';
import { objectAt } from '../../../../wire/json-reading.ts';
import { adjusted } from '../../../../wire/warnings.ts';
import { createEventFilter } from '../body-filter.ts';
import type { AiSdkLanguage } from '../language.ts';
import { callOptionsOf, type PromptMarks } from '../prompt.ts';
import { cohereFailure } from './errors.ts';
import {
  admitCohereAnswer,
  admitCohereEvent,
  cohereFinishReason,
  readCohereAnswer,
  readCohereChunk,
  readCohereUsage,
  readReportedUsage,
} from './reading.ts';
import { isReasoningModel, unsupportedByCohere } from './unsupported.ts';

/** The package's provider, all of whose requests go through `fetch`. */
export type ConnectCohere = (fetch: typeof globalThis.fetch) => CohereProvider;

/** Cohere caches by itself: marks need no place. */
const MARKS: PromptMarks = {
  cache: () => ({}),
  imageDetail: (detail) => ({ cohere: { detail } }),
  reasoning: () => undefined,
};

/** Tokens of thinking for an effort: Cohere takes a number. */
const BUDGETS: { readonly [Effort in Exclude<ReasoningEffort, 'none'>]: number } = {
  minimal: 1_024,
  low: 2_048,
  medium: 8_192,
  high: 16_384,
  max: 31_744,
};

type Thinking = { readonly type: 'enabled' | 'disabled'; readonly tokenBudget?: number };

const thinkingOf = (request: CompletionRequest, model: string): Thinking | undefined => {
  const { reasoningEffort: effort, reasoningMaxTokens: budget } = request;
  if (!isReasoningModel(model)) return undefined;
  if (budget !== undefined)
    return budget === 0 ? { type: 'disabled' } : { type: 'enabled', tokenBudget: budget };
  if (effort === undefined) return undefined;
  return effort === 'none' ? { type: 'disabled' } : { type: 'enabled', tokenBudget: BUDGETS[effort] };
};

/** What the package drops of an assistant's message: its text beside tool calls, its reasoning, arguments as written. */
const amendAssistant = (sent: JsonObject, message: Message): JsonObject => {
  if (message.role !== 'assistant') return sent;
  const thoughts = message.reasoning.filter(({ text }) => text !== '').map(({ text }) => text);
  if (message.toolCalls.length > 0) {
    const plan = [...thoughts, message.text].filter((text) => text !== '').join('\n');
    return {
      ...sent,
      ...(plan !== '' && { tool_plan: plan }),
      tool_calls: message.toolCalls.map(({ id, name, arguments: args }) => ({
        id,
        type: 'function',
        function: { name, arguments: args },
      })),
    };
  }
  if (thoughts.length === 0) return sent;
  return {
    ...sent,
    content: [
      ...thoughts.map((thinking) => ({ type: 'thinking', thinking })),
      ...(message.text === '' ? [] : [{ type: 'text', text: message.text }]),
    ],
  };
};

/** The package makes one message of each of ours, in order. */
const amend = (body: JsonObject, request: CompletionRequest): JsonObject => {
  const sent: readonly unknown[] = Array.isArray(body.messages) ? body.messages : [];
  const messages = request.messages.map((message, index): JsonObject => {
    const each = sent[index];
    return amendAssistant(isJsonObject(each) ? each : {}, message);
  });
  return {
    ...body,
    ...(sent.length === messages.length && { messages }),
    ...(request.tools.some((tool) => tool.strict) && { strict_tools: true }),
  };
};

/** Which adjustments are ours and not the package's. */
const warningsFor = (request: CompletionRequest): readonly ProviderEvent[] => {
  const isMarked = request.messages.some((message) => message.role === 'tool' && message.isError);
  const isStrict = request.tools.some((tool) => tool.strict) && !request.tools.every((tool) => tool.strict);
  return [
    ...(isMarked
      ? [
          adjusted(
            'messages',
            'That a tool failed cannot be marked here: its text was sent without the mark.',
          ),
        ]
      : []),
    ...(isStrict ? [adjusted('tools', 'Cohere is strict with all tools or with none: all are strict.')] : []),
  ];
};

/** Cohere's chat API, version 2. */
export const createCohereLanguage = (connect: ConnectCohere): AiSdkLanguage => ({
  toolCallIds: 'any',
  model: (providerModelId, fetch) => connect(fetch).languageModel(providerModelId),
  unsupported: unsupportedByCohere,
  options(providerModelId, request) {
    const thinking = thinkingOf(request, providerModelId);
    return {
      options: {
        ...callOptionsOf(request, MARKS),
        ...(thinking !== undefined && { providerOptions: { cohere: { thinking: { ...thinking } } } }),
      },
      warnings: warningsFor(request),
    };
  },
  rules: (request) => ({
    failureOf: cohereFailure,
    amend: (body) => amend(body, request),
    admit: (answer) => admitCohereAnswer(answer).admitted,
  }),
  filter: () => createEventFilter(admitCohereEvent),
  readChunk: readCohereChunk,
  readAnswer: readCohereAnswer,
  usage: readReportedUsage,
  usageOfAnswer: (answer) => readCohereUsage(objectAt(answer, 'usage')),
  finishReason: cohereFinishReason,
  proof: () => undefined,
});
