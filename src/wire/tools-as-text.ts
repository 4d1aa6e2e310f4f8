import type { Message } from '../domain/completion-request.ts';
import type { ProviderEvent } from '../domain/provider-event.ts';
import { adjusted } from './warnings.ts';

const AS_TEXT: ProviderEvent = adjusted(
  'messages',
  'Calls of tools and their results are taken only where tools may be called: those of the conversation were told as text.',
);

/**
 * The conversation with calls of tools and their results as text, for providers that take them only where tools may be called;
 * as when a conversation is to be summed up.
 */
export const withToolsAsText = (
  messages: readonly Message[],
): { readonly messages: readonly Message[]; readonly warnings: readonly ProviderEvent[] } => {
  const names = new Map<string, string>();
  let isChanged = false;
  const told = messages.map((message): Message => {
    switch (message.role) {
      case 'assistant': {
        if (message.toolCalls.length === 0) return message;
        isChanged = true;
        const calls = message.toolCalls.map(({ id, name, arguments: given }) => {
          names.set(id, name);
          return `[Called ${name} with ${given}]`;
        });
        // Reasoning is signed with the calls that followed it.
        return {
          ...message,
          text: [message.text, ...calls].filter((text) => text !== '').join('\n'),
          reasoning: [],
          toolCalls: [],
        };
      }
      case 'tool': {
        isChanged = true;
        const name = message.name ?? names.get(message.toolCallId) ?? 'a tool';
        const label = message.isError ? `Error of ${name}` : `Output of ${name}`;
        return {
          role: 'user',
          parts: [
            {
              type: 'text',
              text: `[${label}]\n${message.text}`,
              ...(message.cache !== undefined && { cache: message.cache }),
            },
          ],
        };
      }
      default:
        return message;
    }
  });
  return isChanged ? { messages: told, warnings: [AS_TEXT] } : { messages, warnings: [] };
};
