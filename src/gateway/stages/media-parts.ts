import type {
  CompletionRequest,
  MediaPart,
  MediaSource,
  RemoteSource,
} from '../../domain/completion-request.ts';

/** A request whose media may still have to be fetched. */
export type GivenSource = MediaSource | RemoteSource;
export type GivenRequest = CompletionRequest<GivenSource>;

/** Goes through the media of a request; `path`: where each stands in it. */
export const eachMedia = <Source>(
  { messages }: Pick<CompletionRequest<Source>, 'messages'>,
  see: (part: MediaPart<Source>, path: string) => void,
): void => {
  // This is done for every request: nothing is made of what holds no media.
  let at = -1;
  for (const message of messages) {
    at += 1;
    if (message.role !== 'user') continue;
    let index = -1;
    for (const part of message.parts) {
      index += 1;
      if (part.type !== 'text') see(part, `messages[${at}].user.parts[${index}]`);
    }
  }
};

/** The request with others in place of its media. */
export const mapMedia = <From, To>(
  request: CompletionRequest<From>,
  map: (part: MediaPart<From>) => MediaPart<To>,
): CompletionRequest<To> => ({
  ...request,
  messages: request.messages.map((message) =>
    message.role === 'user'
      ? { ...message, parts: message.parts.map((part) => (part.type === 'text' ? part : map(part))) }
      : message,
  ),
});

/** The media as they are called by their address. */
export const atAddress = (part: MediaPart<GivenSource>): MediaPart => {
  const { source } = part;
  return { ...part, source: source.kind === 'remote' ? { kind: 'url', url: source.url } : source };
};
