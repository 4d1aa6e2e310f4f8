import type { Message } from '../domain/completion-request.ts';
import type { ProviderEvent } from '../domain/provider-event.ts';
import { adjusted } from './warnings.ts';

/** Said by the user where a model is to go on with words of its own but refuses a conversation that ends with them. */
export const GO_ON = 'Go on exactly where your last message ends, without repeating any of it.';

export const GO_ON_WARNING: ProviderEvent = adjusted(
  'messages',
  'This model refuses a conversation that ends with its own words: it was asked in a user message to go on from them.',
);

/** Whether the model is to go on with words of its own. */
export const isPrefilled = (messages: readonly Message[]): boolean => {
  const last = messages.at(-1);
  return last?.role === 'assistant' && last.toolCalls.length === 0 && last.text.trim() !== '';
};

/** The conversation with a user message at its end, for models that refuse words of their own there. */
export const withoutPrefill = (
  messages: readonly Message[],
  isRefused: boolean,
): { readonly messages: readonly Message[]; readonly warnings: readonly ProviderEvent[] } =>
  isRefused && isPrefilled(messages)
    ? {
        messages: [...messages, { role: 'user', parts: [{ type: 'text', text: GO_ON }] }],
        warnings: [GO_ON_WARNING],
      }
    : { messages, warnings: [] };
