import type { JsonObject } from '../../../domain/json.ts';
import type { EventLog } from './event-log.ts';
import { reasoningItem } from './output-items.ts';

/** One block of reasoning as it comes. */
export type ReasoningStream = {
  add(text: string): void;
  item(): JsonObject;
  end(encryptedContent?: string): JsonObject;
};

/** Opens the item. */
export const createReasoningStream = (id: string, outputIndex: number, log: EventLog): ReasoningStream => {
  let text = '';
  const place = { item_id: id, output_index: outputIndex, summary_index: 0 };
  const written = JSON.stringify(place).slice(1, -1);

  log.add('response.output_item.added', {
    output_index: outputIndex,
    item: reasoningItem(id, '', undefined),
  });

  return {
    add(delta) {
      if (delta === '') return;
      if (text === '')
        log.add('response.reasoning_summary_part.added', {
          ...place,
          part: { type: 'summary_text', text: '' },
        });
      text += delta;
      log.addWritten('response.reasoning_summary_text.delta', `${written},"delta":${JSON.stringify(delta)}`);
    },
    item: () => reasoningItem(id, text, undefined),
    end(encryptedContent) {
      if (text !== '') {
        log.add('response.reasoning_summary_text.done', { ...place, text });
        log.add('response.reasoning_summary_part.done', { ...place, part: { type: 'summary_text', text } });
      }
      const item = reasoningItem(id, text, encryptedContent);
      log.add('response.output_item.done', { output_index: outputIndex, item });
      return item;
    },
  };
};
