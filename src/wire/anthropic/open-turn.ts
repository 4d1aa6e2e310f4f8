import type { Message } from '../../domain/completion-request.ts';

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

/** The conversation without the reasoning of the turn that goes on. */
export const withoutOpenReasoning = (messages: readonly Message[]): readonly Message[] => {
  const begin = beginOfOpenTurn(messages) ?? messages.length;
  return messages.map((message, index) =>
    index >= begin && message.role === 'assistant' ? { ...message, reasoning: [] } : message,
  );
};
