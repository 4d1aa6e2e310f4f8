import type { ClientRequest } from '../../domain/client-request.ts';
import type {
  CompletionRequest,
  MediaPart,
  MediaSource,
  RemoteSource,
  UserPart,
} from '../../domain/completion-request.ts';
import type { ProviderId } from '../../domain/ids.ts';
import type { RouteCandidate } from '../routing/candidate.ts';

type GivenSource = MediaSource | RemoteSource;
type GivenRequest = CompletionRequest<GivenSource>;

/** The part with its address as it is sent; undefined where it is to be fetched in any case, or is here. */
const addressed = (part: UserPart<GivenSource>): MediaPart | undefined =>
  part.type !== 'text' && part.source.kind === 'remote' && part.source.ifNeeded === true
    ? { ...part, source: { kind: 'url', url: part.source.url } }
    : undefined;

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
  for (const message of request.messages) {
    if (message.role !== 'user') continue;
    for (const given of message.parts) {
      const part = addressed(given);
      if (part !== undefined) parts.push(part);
    }
  }
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
  const settled = (part: UserPart<GivenSource>): UserPart<GivenSource> => {
    const address = addressed(part);
    return address === undefined || notTaken.has(address.type) ? part : address;
  };
  const messages = request.messages.map((message) =>
    message.role === 'user' ? { ...message, parts: message.parts.map(settled) } : message,
  );
  return { ...command, request: { ...request, messages } };
};
