import type { Message, ReasoningBlock } from '../../domain/completion-request.ts';
import type { ProviderEvent } from '../../domain/provider-event.ts';
import { adjusted } from '../warnings.ts';

/**
 * What the dialect cannot say of a conversation, each told of once: that a tool failed, and reasoning of earlier
 * turns that is not passed back. `isPassedBack` is false for such blocks.
 */
export const conversationWarnings = (
  messages: readonly Message[],
  isPassedBack: (block: ReasoningBlock, isFollowed: boolean) => boolean,
): readonly ProviderEvent[] => {
  let lost = 0;
  let hasFailedTool = false;
  for (const message of messages) {
    if (message.role === 'tool') hasFailedTool ||= message.isError;
    if (message.role !== 'assistant') continue;
    const isFollowed = message.text !== '' || message.toolCalls.length > 0;
    for (const block of message.reasoning) if (!isPassedBack(block, isFollowed)) lost += 1;
  }
  return [
    ...(lost === 0
      ? []
      : [
          adjusted(
            'messages',
            `Reasoning of earlier turns was left out (${lost} of its blocks): the provider does not take it back.`,
          ),
        ]),
    ...(hasFailedTool
      ? [
          adjusted(
            'messages',
            'That a tool failed cannot be marked here: its text was sent without the mark.',
          ),
        ]
      : []),
  ];
};
