import type { Message } from '../../domain/completion-request.ts';
import type { ProviderEvent } from '../../domain/provider-event.ts';
import { adjusted } from '../warnings.ts';
import type { ModelTraits } from './model-traits.ts';
import { isThinkingOn, type Thinking } from './thinking.ts';

/** Where the turn begins that goes on now that tools have answered; undefined where none does. */
const beginOfOpenTurn = (messages: readonly Message[]): number | undefined =>
  messages.findLast(({ role }) => role !== 'system')?.role === 'tool'
    ? messages.findLastIndex(({ role }) => role === 'user') + 1
    : undefined;

/**
 * Whether the model has reasoned in the turn that goes on, as far as it can be shown. Models that think with a
 * budget go on as they began: with reasoning if there was some, else without.
 */
export const openTurnReasoning = (messages: readonly Message[]): 'NO_TURN' | 'SIGNED' | 'UNSIGNED' => {
  const begin = beginOfOpenTurn(messages);
  if (begin === undefined) return 'NO_TURN';
  const isSigned = messages
    .slice(begin)
    .some(
      (message) =>
        message.role === 'assistant' && message.reasoning.some(({ signature }) => signature !== undefined),
    );
  return isSigned ? 'SIGNED' : 'UNSIGNED';
};

const withoutOpenReasoning = (messages: readonly Message[]): readonly Message[] => {
  const begin = beginOfOpenTurn(messages) ?? messages.length;
  return messages.map((message, index) =>
    index >= begin && message.role === 'assistant' ? { ...message, reasoning: [] } : message,
  );
};

/** The conversation without the reasoning of the turn that goes on, where the model cannot go on from it. */
export const fitOpenTurn = (
  messages: readonly Message[],
  traits: ModelTraits,
  thinking: Thinking,
): { readonly messages: readonly Message[]; readonly warnings: readonly ProviderEvent[] } => {
  const isTurnedOff =
    traits.thinking === 'BUDGET' && !isThinkingOn(thinking) && openTurnReasoning(messages) === 'SIGNED';
  if (!isTurnedOff) return { messages, warnings: [] };
  return {
    messages: withoutOpenReasoning(messages),
    warnings: [
      adjusted('messages', 'Reasoning of the turn under way was left out, as reasoning is not on now.'),
    ],
  };
};
