import { createContentFold } from '../../src/domain/completion-content.ts';
import type { Message } from '../../src/domain/completion-request.ts';
import type { ProviderEvent } from '../../src/domain/provider-event.ts';

/** What the answer was, as the caller passes it back on the next turn. */
export const turnOf = (events: readonly ProviderEvent[]): Message => {
  const fold = createContentFold();
  for (const event of events) {
    switch (event.type) {
      case 'textDelta':
      case 'reasoningDelta':
      case 'toolCallEnded':
        fold.add(event);
        break;
      default:
        break;
    }
  }
  const { text, reasoning, toolCalls } = fold.content();
  return { role: 'assistant', text, reasoning, toolCalls };
};
