import type { Message, ReasoningBlock } from '../domain/completion-request.ts';

/** A turn of the assistant of which nothing is left to be sent: some servers refuse an empty one. */
export const saysNothing = (
  message: Message,
  isPassedBack: (block: ReasoningBlock) => boolean = () => true,
): boolean =>
  message.role === 'assistant' &&
  message.text === '' &&
  message.toolCalls.length === 0 &&
  !message.reasoning.some(isPassedBack);
