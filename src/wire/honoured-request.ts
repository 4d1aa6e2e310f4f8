import type {
  CacheTtl,
  CompletionRequest,
  MediaPart,
  Message,
  Tool,
  Unsupported,
} from '../domain/completion-request.ts';
import { withoutIdleLabels } from './tool-results.ts';

type Names = ReadonlySet<string>;

export const MEDIA_PARAMETERS = {
  image: { url: 'imageUrl', data: 'imageData' },
  audio: { url: 'audioUrl', data: 'audioData' },
  file: { url: 'fileUrl', data: 'fileData' },
} as const;

/** None: a message that held nothing but what tools gave. */
const withoutMedia = (message: Message, names: Names): readonly Message[] => {
  if (message.role !== 'user') return [message];
  const parts = withoutIdleLabels(
    message.parts.filter(
      (part) => part.type === 'text' || !names.has(MEDIA_PARAMETERS[part.type][part.source.kind]),
    ),
  );
  const isOfTools = message.parts.every(({ toolCallId }) => toolCallId !== undefined);
  return parts.length === 0 && isOfTools ? [] : [{ ...message, parts }];
};

/** A mark may be missing wherever one may be, so what is left is of the same type. */
const unmarked = <Marked extends { readonly cache?: CacheTtl }>(marked: Marked): Marked => {
  if (marked.cache === undefined) return marked;
  const { cache: _, ...kept } = marked;
  return kept as Marked;
};

const withoutCacheMarks = (message: Message): Message =>
  message.role === 'user' ? { ...message, parts: message.parts.map(unmarked) } : unmarked(message);

const honouredMessages = (messages: readonly Message[], names: Names): readonly Message[] => {
  const isMedia = Object.values(MEDIA_PARAMETERS).some(({ url, data }) => names.has(url) || names.has(data));
  const kept = isMedia ? messages.flatMap((message) => withoutMedia(message, names)) : messages;
  return names.has('cache') ? kept.map(withoutCacheMarks) : kept;
};

const honouredTools = (tools: readonly Tool[], names: Names): readonly Tool[] => {
  if (names.has('tools')) return [];
  return names.has('cache') ? tools.map(unmarked) : tools;
};

/** The request without the parameters, the media and the marks in the prompt that cannot be honoured. */
export const honouredRequest = (
  request: CompletionRequest,
  unsupported: readonly Unsupported[],
): CompletionRequest => {
  if (unsupported.length === 0) return request;
  const names: Names = new Set(unsupported.map((parameter) => parameter.name));
  const kept = Object.fromEntries(Object.entries(request).filter(([name]) => !names.has(name)));
  return {
    ...kept,
    tools: honouredTools(request.tools, names),
    messages: honouredMessages(request.messages, names),
  };
};

/** True if any user message holds such media from such a source. */
export const hasMedia = (
  request: CompletionRequest,
  type: MediaPart['type'],
  kind: 'url' | 'data',
): boolean =>
  request.messages.some(
    (message) =>
      message.role === 'user' &&
      message.parts.some((part) => part.type === type && part.source.kind === kind),
  );

/** True if anything in the prompt is marked for the provider's prompt cache. */
export const hasCacheMarks = (request: CompletionRequest): boolean =>
  request.tools.some((tool) => tool.cache !== undefined) ||
  request.messages.some((message) =>
    message.role === 'user'
      ? message.parts.some((part) => part.cache !== undefined)
      : message.cache !== undefined,
  );
