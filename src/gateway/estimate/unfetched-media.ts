import type {
  CompletionRequest,
  MediaPart,
  MediaSource,
  RemoteSource,
  UserPart,
} from '../../domain/completion-request.ts';

type Given = MediaSource | RemoteSource;

const STAND_IN_TYPE: { readonly [Type in MediaPart['type']]: string } = {
  image: 'image/png',
  audio: 'audio/wav',
  file: 'application/pdf',
};

const withStandIn = (part: UserPart<Given>): UserPart => {
  if (part.type === 'text') return part;
  if (part.source.kind !== 'remote') return { ...part, source: part.source };
  return { ...part, source: { kind: 'data', mediaType: STAND_IN_TYPE[part.type], base64: '' } };
};

/** The request with an empty piece for each that is still to be fetched: enough to count what does not go by content. */
export const withoutFetching = (
  request: CompletionRequest<Given>,
): { readonly request: CompletionRequest; readonly unfetched: number } => ({
  request: {
    ...request,
    messages: request.messages.map((message) =>
      message.role === 'user' ? { ...message, parts: message.parts.map(withStandIn) } : message,
    ),
  },
  unfetched: request.messages.reduce(
    (sum, message) =>
      message.role !== 'user'
        ? sum
        : sum + message.parts.filter((part) => part.type !== 'text' && part.source.kind === 'remote').length,
    0,
  ),
});
