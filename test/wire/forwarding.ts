import type { ClientRequest } from '../../src/domain/client-request.ts';
import type { CompletionRequest } from '../../src/domain/completion-request.ts';
import { asProviderId } from '../../src/domain/ids.ts';
import type { Forwarding } from '../../src/wire/codec.ts';
import { readChatRequest } from '../../src/wire/serve/chat/read-request.ts';
import { readMessagesRequest } from '../../src/wire/serve/messages/read-request.ts';
import { readResponsesRequest } from '../../src/wire/serve/responses/read-request.ts';

const NOTHING: CompletionRequest = { messages: [], tools: [] };

const readers = {
  openai: readChatRequest,
  anthropic: readMessagesRequest,
  'openai-responses': readResponsesRequest,
  gemini: () => undefined,
};

/** Our reading of a client's body, where it can be read. */
const requestIn = ({ dialect, body }: ClientRequest): CompletionRequest => {
  const read = dialect === undefined ? undefined : readers[dialect](body);
  if (read?.kind !== 'OK') return NOTHING;
  const messages = read.request.messages.map((message) =>
    message.role === 'user'
      ? {
          ...message,
          parts: message.parts.map((part) =>
            part.type === 'text' || part.source.kind !== 'remote'
              ? part
              : { ...part, source: { kind: 'url' as const, url: part.source.url } },
          ),
        }
      : message,
  );
  return { ...read.request, messages } as CompletionRequest;
};

/** A client's own request as it is handed to the codec of a provider called `first`. */
export const forwardingOf = (client: ClientRequest, stream: boolean): Forwarding => ({
  client,
  request: requestIn(client),
  providerId: asProviderId('first'),
  stream,
});
