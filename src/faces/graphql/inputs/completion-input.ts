import { builder } from '../builder.ts';

const ImageDetailEnum = builder.enumType('ImageDetail', {
  description: 'How closely to look at an image; a hint that only some providers take.',
  values: { LOW: { value: 'low' }, HIGH: { value: 'high' }, AUTO: { value: 'auto' } } as const,
});

const ImageDataInput = builder.inputType('ImageDataInput', {
  description: 'An image as data.',
  fields: (t) => ({
    mediaType: t.string({ required: true, description: 'e.g. `image/png`.' }),
    base64: t.string({ required: true, description: 'The bytes in base64.' }),
  }),
});

const ImageSourceInput = builder.inputType('ImageSourceInput', {
  description: 'Where an image is: exactly one of these.',
  isOneOf: true,
  fields: (t) => ({
    url: t.string({
      description:
        'http(s) address that the provider fetches, or a `data:` URL. Not every provider fetches addresses.',
    }),
    data: t.field({ type: ImageDataInput, description: 'The image itself.' }),
  }),
});

const ImagePartInput = builder.inputType('ImagePartInput', {
  description: 'An image.',
  fields: (t) => ({
    source: t.field({ type: ImageSourceInput, required: true, description: 'Where it is.' }),
    detail: t.field({ type: ImageDetailEnum, description: 'How closely to look.' }),
  }),
});

const ContentPartInput = builder.inputType('ContentPartInput', {
  description: 'A piece of a user message: exactly one of these.',
  isOneOf: true,
  fields: (t) => ({
    text: t.string({ description: 'Text.' }),
    image: t.field({ type: ImagePartInput, description: 'An image.' }),
  }),
});

const SystemMessageInput = builder.inputType('SystemMessageInput', {
  description: 'Instructions that stand above the conversation.',
  fields: (t) => ({ text: t.string({ required: true, description: 'The instructions.' }) }),
});

const UserMessageInput = builder.inputType('UserMessageInput', {
  description: 'What the user says: exactly one of these.',
  isOneOf: true,
  fields: (t) => ({
    text: t.string({ description: 'Text alone.' }),
    parts: t.field({ type: [ContentPartInput], description: 'Text and images, in order.' }),
  }),
});

const ReasoningBlockInput = builder.inputType('ReasoningBlockInput', {
  description: 'A piece of reasoning as it was received.',
  fields: (t) => ({
    text: t.string({ required: true, description: 'As received; may be empty.' }),
    signature: t.string({ description: 'As received; only the provider that gave it takes it.' }),
    redacted: t.boolean({ required: true, defaultValue: false, description: 'As received.' }),
  }),
});

const ToolCallInput = builder.inputType('ToolCallInput', {
  description: 'A call of a tool as it was received.',
  fields: (t) => ({
    id: t.id({ required: true, description: 'As received.' }),
    name: t.string({ required: true, description: 'As received.' }),
    arguments: t.string({ required: true, description: 'JSON text, as received.' }),
    signature: t.string({ description: 'As received.' }),
  }),
});

const AssistantMessageInput = builder.inputType('AssistantMessageInput', {
  description: 'What the model said in an earlier turn.',
  fields: (t) => ({
    text: t.string({ required: true, defaultValue: '', description: 'Its text.' }),
    reasoning: t.field({
      type: [ReasoningBlockInput],
      description: 'Its reasoning, unchanged and in order.',
    }),
    toolCalls: t.field({ type: [ToolCallInput], description: 'The calls it asked for.' }),
  }),
});

const ToolMessageInput = builder.inputType('ToolMessageInput', {
  description: 'What a tool answered.',
  fields: (t) => ({
    toolCallId: t.id({ required: true, description: 'Id of the call it answers.' }),
    text: t.string({ required: true, description: 'The answer; JSON text or plain.' }),
    isError: t.boolean({ required: true, defaultValue: false, description: 'Whether the tool failed.' }),
  }),
});

const MessageInput = builder.inputType('MessageInput', {
  description: 'One turn of the conversation: exactly one of these.',
  isOneOf: true,
  fields: (t) => ({
    system: t.field({ type: SystemMessageInput, description: 'Instructions.' }),
    user: t.field({ type: UserMessageInput, description: 'The user.' }),
    assistant: t.field({ type: AssistantMessageInput, description: 'The model.' }),
    tool: t.field({ type: ToolMessageInput, description: 'A tool.' }),
  }),
});

const ToolInput = builder.inputType('ToolInput', {
  description: 'A function that the model may ask to be called.',
  fields: (t) => ({
    name: t.string({ required: true, description: '1 to 64 letters, digits, _ and -.' }),
    description: t.string({ description: 'When and how to use it, for the model.' }),
    parameters: t.field({ type: 'JSONObject', required: true, description: 'JSON Schema of its arguments.' }),
    strict: t.boolean({ description: 'Ask the provider to guarantee that arguments match the schema.' }),
  }),
});

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

const OutputInput = builder.inputType('OutputInput', {
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
    NONE: { value: 'none', description: 'Not at all, where that can be had.' },
    MINIMAL: { value: 'minimal' },
    LOW: { value: 'low' },
    MEDIUM: { value: 'medium' },
    HIGH: { value: 'high' },
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

const TimeoutsInput = builder.inputType('TimeoutsInput', {
  description: "Limits in milliseconds, 1 to 3,600,000; the server's defaults where not given.",
  fields: (t) => ({
    firstTokenMs: t.int({ description: 'From sending an attempt to its first token.' }),
    stallMs: t.int({ description: 'Longest silence between two pieces of a stream.' }),
    totalMs: t.int({ description: 'The whole completion, all attempts included.' }),
  }),
});

const UnsupportedPolicyEnum = builder.enumType('UnsupportedPolicy', {
  description: 'What to do about parameters that a provider cannot honour. Nothing is ever dropped silently.',
  values: {
    ERROR: { description: 'Do not use such an offering.' },
    WARN: { description: 'Leave them out and say so in `warnings`.' },
  },
});

export const CompletionInput = builder.inputType('CompletionInput', {
  description: 'What to ask of which model. What is not given is left to the provider.',
  fields: (t) => ({
    model: t.string({
      required: true,
      description:
        'A slug (`openai/gpt-4o-mini`), an offering id (`my-relay/gpt-4o-mini`), or an unqualified name or alias that means one model (`gpt-4o-mini`). A slug goes to its configured offerings, in the order of configuration.',
    }),
    messages: t.field({ type: [MessageInput], required: true, description: 'The conversation so far.' }),
    tools: t.field({ type: [ToolInput], description: 'What the model may call.' }),
    toolChoice: t.field({ type: ToolChoiceInput, description: 'Which of them.' }),
    parallelToolCalls: t.boolean({ description: 'Whether several calls may be asked for at once.' }),
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
    coalesceMs: t.int({
      required: true,
      defaultValue: 20,
      description:
        'Subscriptions only: join deltas that come within this many milliseconds, 0 to 1,000, into one event. 0 sends each as it comes. The first one is never held back.',
    }),
  }),
});

export type CompletionInputShape = typeof CompletionInput.$inferInput;
