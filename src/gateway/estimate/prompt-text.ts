import type {
  CompletionRequest,
  MediaSource,
  Message,
  RemoteSource,
} from '../../domain/completion-request.ts';

type GivenRequest = CompletionRequest<MediaSource | RemoteSource>;

const textsOf = (message: Message<MediaSource | RemoteSource>): readonly string[] => {
  switch (message.role) {
    case 'system':
    case 'tool':
      return [message.text];
    case 'user':
      return message.parts.flatMap((part) => (part.type === 'text' ? [part.text] : []));
    case 'assistant':
      return [message.text, ...message.toolCalls.map((call) => call.arguments)];
  }
};

/** What is written in a conversation. */
export const promptText = ({ messages }: GivenRequest): string => messages.flatMap(textsOf).join('\n');

/** The beginning of it: of long conversations no text is made anew. */
export const promptStart = ({ messages }: GivenRequest, characters: number): string => {
  let start = '';
  for (const message of messages)
    for (const text of textsOf(message)) {
      if (start.length >= characters) return start;
      start += text.slice(0, characters);
    }
  return start;
};

/** Whether its tokens are those of its text: no media, no tools, no schema, whose count each provider makes its own way. */
export const isTextAlone = ({ messages, tools, output }: GivenRequest): boolean =>
  tools.length === 0 &&
  output?.kind !== 'jsonSchema' &&
  messages.every(
    (message) =>
      (message.role !== 'user' || message.parts.every((part) => part.type === 'text')) &&
      (message.role !== 'assistant' || (message.reasoning.length === 0 && message.toolCalls.length === 0)) &&
      message.role !== 'tool',
  );
