import { builder } from '../builder.ts';
import { ServiceTierEnum } from '../types/enums.ts';
import { MessageInput, ToolInput } from './message-input.ts';
import { OnDisconnectEnum } from './on-disconnect.ts';
import { RoutingInput } from './routing-input.ts';
import { TimeoutsInput } from './timeouts.ts';
import { UnsupportedPolicyEnum } from './unsupported-policy.ts';

const ToolChoiceModeEnum = builder.enumType('ToolChoiceMode', {
  description: 'Whether the model may call tools.',
  values: {
    AUTO: { value: 'auto', description: 'As it sees fit.' },
    NONE: { value: 'none', description: 'Never.' },
    REQUIRED: { value: 'required', description: 'At least one.' },
  } as const,
});

const ToolChoiceInput = builder.inputType('ToolChoiceInput', {
  description: 'Which tools the model may call: exactly one of these.',
  isOneOf: true,
  fields: (t) => ({
    mode: t.field({ type: ToolChoiceModeEnum, description: 'Any of them, by this rule.' }),
    tool: t.string({ description: 'This one, by its name.' }),
  }),
});

const JsonSchemaOutputInput = builder.inputType('JsonSchemaOutputInput', {
  description: 'Output that matches a JSON Schema.',
  fields: (t) => ({
    name: t.string({
      required: true,
      defaultValue: 'output',
      description: 'Name of the schema, for the model.',
    }),
    schema: t.field({ type: 'JSONObject', required: true, description: 'The JSON Schema.' }),
    description: t.string({ description: 'What the output is, for the model.' }),
    strict: t.boolean({ description: 'Ask the provider to guarantee the match.' }),
  }),
});

const OutputFormatEnum = builder.enumType('OutputFormat', {
  description: 'Form of the output.',
  values: {
    TEXT: { value: 'text', description: 'Free text.' },
    JSON_OBJECT: { value: 'jsonObject', description: 'Some JSON object.' },
  } as const,
});

export const OutputInput = builder.inputType('OutputInput', {
  description: 'What the output shall be: exactly one of these.',
  isOneOf: true,
  fields: (t) => ({
    format: t.field({ type: OutputFormatEnum, description: 'A form without a schema.' }),
    jsonSchema: t.field({ type: JsonSchemaOutputInput, description: 'JSON by a schema.' }),
  }),
});

const ReasoningEffortEnum = builder.enumType('ReasoningEffort', {
  description: 'How hard to think before answering.',
  values: {
    NONE: { value: 'none', description: 'No reasoning, if the model allows that.' },
    MINIMAL: { value: 'minimal', description: 'As little as can be, but some.' },
    LOW: { value: 'low', description: 'Little.' },
    MEDIUM: { value: 'medium', description: 'Some.' },
    HIGH: { value: 'high', description: 'Hard.' },
    MAX: { value: 'max', description: 'As hard as the model can.' },
  } as const,
});

const ReasoningInput = builder.inputType('ReasoningInput', {
  description: 'How much to reason. Where both are given, a provider takes the one that it knows.',
  fields: (t) => ({
    effort: t.field({ type: ReasoningEffortEnum, description: 'How hard to think.' }),
    maxTokens: t.int({ description: 'Most tokens to think with.' }),
  }),
});

const LogprobsInput = builder.inputType('LogprobsInput', {
  description: "Ask for the log probabilities of the output's tokens.",
  fields: (t) => ({
    top: t.int({
      required: true,
      defaultValue: 0,
      description: 'How many alternatives to each token, 0 to 20.',
    }),
  }),
});

export const CompletionInput = builder.inputType('CompletionInput', {
  description: 'What to ask of which model, or by which route. What is not given is left to the provider.',
  fields: (t) => ({
    model: t.string({
      description:
        'A slug (`openai/gpt-4o-mini`), an unqualified name or alias that means one model (`gpt-4o-mini`): each of its offerings that is on, in the order of configuration, the one whose id is the slug first. An offering id that is no slug (`my-relay/gpt-4o-mini`), or any after `offering:`: that one alone. `route:<name>`: a saved route. `inline`, or nothing: the candidates of `routing`.',
    }),
    routing: t.field({ type: RoutingInput, description: 'How this request is routed.' }),
    messages: t.field({ type: [MessageInput], required: true, description: 'The conversation so far.' }),
    tools: t.field({ type: [ToolInput], description: 'What the model may call.' }),
    toolChoice: t.field({ type: ToolChoiceInput, description: 'Which of them.' }),
    parallelToolCalls: t.boolean({ description: 'Whether several calls may be asked for in one answer.' }),
    output: t.field({ type: OutputInput, description: 'Form of the output.' }),
    maxOutputTokens: t.int({ description: 'Most tokens to answer with, reasoning included.' }),
    temperature: t.float({ description: '0 to 2: how freely to choose words.' }),
    topP: t.float({ description: '0 to 1: choose among the likeliest words of this total probability.' }),
    topK: t.int({ description: 'Choose among this many likeliest words.' }),
    frequencyPenalty: t.float({ description: '-2 to 2: against repeating words often.' }),
    presencePenalty: t.float({ description: '-2 to 2: against repeating words at all.' }),
    seed: t.int({ description: 'For answers that repeat, as far as the provider can.' }),
    stop: t.stringList({ description: 'Stop before any of these.' }),
    reasoning: t.field({ type: ReasoningInput, description: 'How much to reason.' }),
    logprobs: t.field({ type: LogprobsInput, description: 'Whether to give log probabilities.' }),
    serviceTier: t.field({
      type: ServiceTierEnum,
      description: 'How the provider is to treat the request, and at what price.',
    }),
    inferenceRegion: t.string({
      description:
        "Where the model must run, in any case: a country's code, an area or a cloud's region, e.g. `US`, `EU` or `eu-central-1`. Offerings that are not known to run there are not used; where the provider takes a region for each request (Anthropic: `us`), it is sent, and the cost is that region's. Anywhere if not given.",
    }),
    metadata: t.field({
      type: 'JSONObject',
      description:
        'Up to 16 tags with text values; kept in the ledger, and passed on where the provider takes them.',
    }),
    user: t.string({
      description: "Your own end user's id, for the provider's abuse detection; kept in the ledger.",
    }),
    unsupported: t.field({
      type: UnsupportedPolicyEnum,
      required: true,
      defaultValue: 'ERROR',
      description: 'What to do about parameters that a provider cannot honour.',
    }),
    streamUpstream: t.boolean({
      required: true,
      defaultValue: true,
      description:
        'Ask the provider for a stream, also for a mutation: that is what measures TTFT and notices a stall. false asks for one whole answer.',
    }),
    timeouts: t.field({ type: TimeoutsInput, description: 'Time limits.' }),
    onDisconnect: t.field({
      type: OnDisconnectEnum,
      required: true,
      defaultValue: 'CANCEL',
      description: 'What happens when you unsubscribe, or the connection is lost.',
    }),
    coalesceMs: t.int({
      required: true,
      defaultValue: 20,
      description:
        'Subscriptions only: join deltas that come within this many milliseconds, 0 to 1,000, into one event. 0 sends each as it comes. The first one is never held back.',
    }),
  }),
});

export type CompletionInputShape = typeof CompletionInput.$inferInput;
export type OutputShape = typeof OutputInput.$inferInput;
