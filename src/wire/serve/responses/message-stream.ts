import type { Source, TokenLogprob } from '../../../domain/content-event.ts';
import type { JsonObject } from '../../../domain/json.ts';
import type { EventLog } from './event-log.ts';
import {
  annotationJson,
  type ItemStatus,
  logprobsJson,
  messageItem,
  refusalPart,
  textPart,
} from './output-items.ts';

/** The text of one message as it comes, in parts of text and refusal. */
export type MessageStream = {
  say(text: string, logprobs: readonly TokenLogprob[] | undefined): void;
  cite(source: Source): void;
  refuse(text: string): void;
  /** What was said so far. */
  item(status: ItemStatus): JsonObject;
  end(status: ItemStatus): JsonObject;
};

type Part = {
  readonly kind: 'TEXT' | 'REFUSAL';
  /** Members that all events of the part begin with, as an object and written. */
  readonly place: JsonObject;
  readonly written: string;
  text: string;
  readonly annotations: JsonObject[];
  readonly logprobs: JsonObject[];
};

const jsonOf = (part: Part): JsonObject =>
  part.kind === 'TEXT' ? textPart(part.text, part.annotations, part.logprobs) : refusalPart(part.text);

/** Opens the item. */
export const createMessageStream = (id: string, outputIndex: number, log: EventLog): MessageStream => {
  const ended: JsonObject[] = [];
  let open: Part | undefined;

  log.add('response.output_item.added', {
    output_index: outputIndex,
    item: messageItem(id, 'in_progress', []),
  });

  const endPart = (): void => {
    if (open === undefined) return;
    const { kind, place, text, logprobs } = open;
    const part = jsonOf(open);
    if (kind === 'TEXT') log.add('response.output_text.done', { ...place, text, logprobs });
    else log.add('response.refusal.done', { ...place, refusal: text });
    log.add('response.content_part.done', { ...place, part });
    ended.push(part);
    open = undefined;
  };

  const partOf = (kind: Part['kind']): Part => {
    if (open?.kind === kind) return open;
    endPart();
    const place = { item_id: id, output_index: outputIndex, content_index: ended.length };
    const written = JSON.stringify(place).slice(1, -1);
    open = { kind, place, written, text: '', annotations: [], logprobs: [] };
    log.add('response.content_part.added', { ...place, part: jsonOf(open) });
    return open;
  };

  return {
    say(text, logprobs) {
      const part = partOf('TEXT');
      part.text += text;
      const written = logprobs === undefined ? [] : logprobsJson(logprobs);
      if (written.length > 0) part.logprobs.push(...written);
      log.addWritten(
        'response.output_text.delta',
        `${part.written},"delta":${JSON.stringify(text)},"logprobs":${written.length === 0 ? '[]' : JSON.stringify(written)}`,
      );
    },
    cite(source) {
      const part = partOf('TEXT');
      const annotation = annotationJson(source, part.text.length);
      log.add('response.output_text.annotation.added', {
        ...part.place,
        annotation_index: part.annotations.length,
        annotation,
      });
      part.annotations.push(annotation);
    },
    refuse(text) {
      const part = partOf('REFUSAL');
      part.text += text;
      log.add('response.refusal.delta', { ...part.place, delta: text });
    },
    item: (status) => messageItem(id, status, open === undefined ? ended : [...ended, jsonOf(open)]),
    end(status) {
      endPart();
      const item = messageItem(id, status, ended);
      log.add('response.output_item.done', { output_index: outputIndex, item });
      return item;
    },
  };
};
