import { TOOL_NAME_FORM } from '../../../domain/tool-name.ts';
import { builder } from '../builder.ts';
import { MediaSourceInput } from './media-input.ts';

const ImageDetailEnum = builder.enumType('ImageDetail', {
  description:
    'How closely to look at an image; a hint that only some providers take; a warning says if one does not.',
  values: {
    LOW: { value: 'low', description: 'At a glance, for fewer tokens.' },
    HIGH: { value: 'high', description: 'Closely, for more tokens.' },
    AUTO: { value: 'auto', description: 'As the provider sees fit.' },
  } as const,
});

const CacheTtlEnum = builder.enumType('CacheTtl', {
  description:
    "How long all of the prompt up to and including the marked piece is kept in the provider's prompt cache. Providers that cache automatically need no marks.",
  values: {
    CACHE_5M: { value: '5m', description: 'Five minutes.' },
    CACHE_1H: { value: '1h', description: 'One hour.' },
  } as const,
});

const CACHE = 'Mark: keep the prompt up to here in the prompt cache.';

const CachedTextInput = builder.inputType('CachedTextInput', {
  description: 'Text with a mark.',
  fields: (t) => ({
    text: t.string({ required: true, description: 'The text.' }),
    cache: t.field({ type: CacheTtlEnum, required: true, description: CACHE }),
  }),
});

const ImagePartInput = builder.inputType('ImagePartInput', {
  description: 'An image.',
  fields: (t) => ({
    source: t.field({ type: MediaSourceInput, required: true, description: 'Where it is.' }),
    detail: t.field({ type: ImageDetailEnum, description: 'How closely to look.' }),
    cache: t.field({ type: CacheTtlEnum, description: CACHE }),
  }),
});

const AudioPartInput = builder.inputType('AudioPartInput', {
  description: 'Audio input.',
  fields: (t) => ({
    source: t.field({ type: MediaSourceInput, required: true, description: 'Where it is.' }),
    cache: t.field({ type: CacheTtlEnum, description: CACHE }),
  }),
});

const FilePartInput = builder.inputType('FilePartInput', {
  description: 'A document, e.g. a PDF or plain text; or a film, for models that see them.',
  fields: (t) => ({
    source: t.field({ type: MediaSourceInput, required: true, description: 'Where it is.' }),
    name: t.string({
      description: 'Name to show to the model, e.g. `report.pdf`; that of the upload if not given.',
    }),
    cache: t.field({ type: CacheTtlEnum, description: CACHE }),
  }),
});

const ContentPartInput = builder.inputType('ContentPartInput', {
  description: 'A piece of a user message: exactly one of these.',
  isOneOf: true,
  fields: (t) => ({
    text: t.string({ description: 'Text.' }),
    cachedText: t.field({ type: CachedTextInput, description: 'Text, and a mark for the prompt cache.' }),
    image: t.field({ type: ImagePartInput, description: 'An image.' }),
    audio: t.field({ type: AudioPartInput, description: 'Audio.' }),
    file: t.field({ type: FilePartInput, description: 'A document.' }),
  }),
});

const SystemMessageInput = builder.inputType('SystemMessageInput', {
  description: 'Instructions that stand above the conversation.',
  fields: (t) => ({
    text: t.string({ required: true, description: 'The instructions.' }),
    cache: t.field({ type: CacheTtlEnum, description: CACHE }),
  }),
});

const UserMessageInput = builder.inputType('UserMessageInput', {
  description: 'What the user says: exactly one of these.',
  isOneOf: true,
  fields: (t) => ({
    text: t.string({ description: 'Text alone.' }),
    parts: t.field({ type: [ContentPartInput], description: 'Text, images, audio and documents, in order.' }),
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
    cache: t.field({ type: CacheTtlEnum, description: CACHE }),
  }),
});

const ToolMessageInput = builder.inputType('ToolMessageInput', {
  description: 'What a tool answered.',
  fields: (t) => ({
    toolCallId: t.id({ required: true, description: 'Id of the call it answers.' }),
    text: t.string({
      required: true,
      defaultValue: '',
      description: 'The answer; JSON text or plain. Default: none, where `parts` say all.',
    }),
    parts: t.field({
      type: [ContentPartInput],
      description:
        'Texts, images, audio and documents of the answer, after `text`. Providers that take no media in an answer of a tool get them in a user message after it, labelled by the call.',
    }),
    isError: t.boolean({ required: true, defaultValue: false, description: 'Whether the tool failed.' }),
    cache: t.field({ type: CacheTtlEnum, description: CACHE }),
  }),
});

export const MessageInput = builder.inputType('MessageInput', {
  description: 'One turn of the conversation: exactly one of these.',
  isOneOf: true,
  fields: (t) => ({
    system: t.field({ type: SystemMessageInput, description: 'Instructions.' }),
    user: t.field({ type: UserMessageInput, description: 'The user.' }),
    assistant: t.field({ type: AssistantMessageInput, description: 'The model.' }),
    tool: t.field({ type: ToolMessageInput, description: 'A tool.' }),
  }),
});

export const ToolInput = builder.inputType('ToolInput', {
  description: 'A function that the model may ask to be called.',
  fields: (t) => ({
    name: t.string({
      required: true,
      description: `${TOOL_NAME_FORM} A provider that takes fewer is told another name; calls have this one.`,
    }),
    description: t.string({ description: 'When and how to use it, for the model.' }),
    parameters: t.field({ type: 'JSONObject', required: true, description: 'JSON Schema of its arguments.' }),
    strict: t.boolean({ description: 'Ask the provider to guarantee that arguments match the schema.' }),
    cache: t.field({ type: CacheTtlEnum, description: CACHE }),
  }),
});

export type MessageShape = typeof MessageInput.$inferInput;
export type ToolShape = typeof ToolInput.$inferInput;
