import type { CompletionRequest, MediaPart } from '../../domain/completion-request.ts';
import { atAddress, type GivenRequest, mapMedia } from '../stages/media-parts.ts';

const STAND_IN_TYPE: { readonly [Type in MediaPart['type']]: string } = {
  image: 'image/png',
  audio: 'audio/wav',
  file: 'application/pdf',
};

/** The request with an empty piece for each that is still to be fetched: enough to count what does not go by content. */
export const withoutFetching = (
  given: GivenRequest,
): { readonly request: CompletionRequest; readonly unfetched: number } => {
  let unfetched = 0;
  const request = mapMedia(given, (part): MediaPart => {
    if (part.source.kind !== 'remote') return atAddress(part);
    unfetched += 1;
    return { ...part, source: { kind: 'data', mediaType: STAND_IN_TYPE[part.type], base64: '' } };
  });
  return { request, unfetched };
};
