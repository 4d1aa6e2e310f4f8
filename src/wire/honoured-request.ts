import type { CompletionRequest, Message, Unsupported } from '../domain/completion-request.ts';

const withoutImages = (message: Message, kinds: ReadonlySet<string>): Message =>
  message.role === 'user'
    ? {
        ...message,
        parts: message.parts.filter((part) => part.type !== 'image' || !kinds.has(part.source.kind)),
      }
    : message;

/** The request without the parameters that cannot be honoured. */
export const honouredRequest = (
  request: CompletionRequest,
  unsupported: readonly Unsupported[],
): CompletionRequest => {
  if (unsupported.length === 0) return request;
  const names = new Set(unsupported.map((parameter) => parameter.name));
  const kept = Object.fromEntries(
    Object.entries(request).filter(([name]) => !(names as ReadonlySet<string>).has(name)),
  );
  const kinds = new Set([
    ...(names.has('imageUrl') ? ['url'] : []),
    ...(names.has('imageData') ? ['data'] : []),
  ]);
  return {
    ...kept,
    tools: names.has('tools') ? [] : request.tools,
    messages:
      kinds.size === 0 ? request.messages : request.messages.map((message) => withoutImages(message, kinds)),
  };
};

/** True if any user message holds an image from such a source. */
export const hasImage = (request: CompletionRequest, kind: 'url' | 'data'): boolean =>
  request.messages.some(
    (message) =>
      message.role === 'user' &&
      message.parts.some((part) => part.type === 'image' && part.source.kind === kind),
  );
