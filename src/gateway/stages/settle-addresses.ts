import type { ClientRequest } from '../../domain/client-request.ts';
import type { CompletionRequest, MediaPart } from '../../domain/completion-request.ts';
import type { ProviderId } from '../../domain/ids.ts';
import type { RouteCandidate } from '../routing/candidate.ts';
import { atAddress, eachMedia, type GivenRequest, type GivenSource, mapMedia } from './media-parts.ts';

/** Fetched only where its address cannot be sent on. */
const isFlexible = ({ source }: MediaPart<GivenSource>): boolean =>
  source.kind === 'remote' && source.ifNeeded === true;

/** Whose `request` may name media that are still to be fetched. */
type Command = {
  readonly request: GivenRequest;
  readonly client?: Pick<ClientRequest, 'plain'> | undefined;
};

/**
 * The command with those addresses that are only fetched if need be as addresses, where each candidate's provider
 * fetches such media itself; the others are left for this server to fetch.
 */
export const settleAddresses = <Given extends Command>(
  command: Given,
  candidates: readonly Pick<RouteCandidate, 'provider' | 'offering'>[],
  onDefect: (error: unknown, providerId: ProviderId) => void,
): Given => {
  if (command.client?.plain !== undefined) return command;
  const { request } = command;
  const parts: MediaPart[] = [];
  eachMedia(request, (part) => {
    if (isFlexible(part)) parts.push(atAddress(part));
  });
  if (parts.length === 0) return command;
  const asked: CompletionRequest = { messages: [{ role: 'user', parts }], tools: [] };
  const notTaken = new Set<MediaPart['type']>();
  for (const { provider, offering } of candidates) {
    try {
      const unable = provider.unsupported(offering.providerModelId, asked);
      for (const { type } of parts) if (unable.some(({ name }) => name === `${type}Url`)) notTaken.add(type);
    } catch (error) {
      // Whether it may be asked at all is decided later.
      onDefect(error, provider.id);
    }
  }
  const settled = mapMedia(
    request,
    (part): MediaPart<GivenSource> => (isFlexible(part) && !notTaken.has(part.type) ? atAddress(part) : part),
  );
  return { ...command, request: settled };
};
