import { type AnswerEvent, AnswerMeasure, hasContent } from './call-facts.ts';

/** Keeps the beginning of an answer from the client, so that another candidate can still give a whole one. */
export type HoldBack = {
  /** What may be passed on with this event. Usage may at once, as it is no content, but not before the frame it was in. */
  add(event: AnswerEvent): readonly AnswerEvent[];
  /** The rest, once the answer is whole. */
  flush(): readonly AnswerEvent[];
  /** Whether everything is passed on: content has been seen. */
  isOpen(): boolean;
};

/** Whoever has sent so many characters of an answer is answering, though nobody here can read it. */
const MOST_UNREAD = 256 * 1024;

/** Opens with the first content once `tokens` are held. */
export const createHoldBack = (tokens: number): HoldBack => {
  const measure = new AnswerMeasure();
  let unread = 0;
  let held: AnswerEvent[] = [];
  let content = false;
  let open = false;
  const flush = (): readonly AnswerEvent[] => {
    const all = held;
    held = [];
    open ||= content;
    return all;
  };
  return {
    flush,
    isOpen: () => open,
    add(event) {
      if (open || (event.type === 'usageUpdated' && unread === 0)) return [event];
      content ||= hasContent(event);
      measure.add(event);
      held.push(event);
      const frame = event.type === 'textDelta' ? event.frame : event.type === 'verbatim' ? event : undefined;
      if (frame !== undefined) {
        unread += frame.data.length;
        if (unread > MOST_UNREAD) {
          content = true;
          return flush();
        }
      }
      return content && measure.tokens() >= tokens ? flush() : [];
    },
  };
};
