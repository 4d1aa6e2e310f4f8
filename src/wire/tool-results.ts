import type { MediaPart, Message, UserPart } from '../domain/completion-request.ts';

/**
 * Images, files and sound that a tool gave. A message of a tool is text in most providers' words: what it gave besides
 * follows the results in a message of the user, each piece labelled by its call. Encoders with a place for it in the
 * result itself take it from there.
 */

/** What stands for a result that has no text, before the message that shows what it is. */
export const SEE_NEXT = 'See the next message.';

export const resultLabel = (toolCallId: string): string => `Output of the tool call ${toolCallId}:`;

/** The text of a tool's message; `hasMedia`: more follows it. */
export const resultText = (texts: readonly string[], hasMedia: boolean): string => {
  const text = texts.join('\n');
  return text === '' && hasMedia ? SEE_NEXT : text;
};

/** Gathers what tools gave besides text while their messages are read: between these nothing else may stand. */
export class ResultMedia<Source> {
  #parts: UserPart<Source>[] = [];

  add(toolCallId: string, media: readonly MediaPart<Source>[]): void {
    if (media.length === 0) return;
    this.#parts.push({ type: 'text', text: resultLabel(toolCallId), toolCallId });
    for (const part of media) this.#parts.push({ ...part, toolCallId });
  }

  get isEmpty(): boolean {
    return this.#parts.length === 0;
  }

  /** The parts of the message that shows it, to be put after the last of the results; none where there is nothing. */
  take(): readonly UserPart<Source>[] {
    const parts = this.#parts;
    this.#parts = [];
    return parts;
  }
}

export const isMedia = <Source>(part: UserPart<Source>): part is MediaPart<Source> => part.type !== 'text';

/** Without labels of what is not there. */
export const withoutIdleLabels = <Source>(parts: readonly UserPart<Source>[]): readonly UserPart<Source>[] =>
  parts.filter(
    (part) =>
      part.type !== 'text' ||
      part.toolCallId === undefined ||
      parts.some((other) => isMedia(other) && other.toolCallId === part.toolCallId),
  );

type ToolMessage = Extract<Message, { role: 'tool' }>;
/** A message of a tool with what it gave besides text. */
export type ResultWithMedia = ToolMessage & { readonly media: readonly MediaPart[] };
export type PlacedMessage = Exclude<Message, { role: 'tool' }> | ResultWithMedia;

const asResult = (message: ToolMessage): ResultWithMedia => ({ ...message, media: [] });

const withMedia = (result: ResultWithMedia, part: MediaPart): ResultWithMedia => ({
  ...result,
  text: result.text === SEE_NEXT ? '' : result.text,
  media: [...result.media, part],
});

/** The conversation with media in the results that they belong to, as far as the provider takes them there. */
export const withMediaInResults = (
  messages: readonly Message[],
  isTaken: (part: MediaPart) => boolean,
): readonly PlacedMessage[] => {
  const placed: PlacedMessage[] = [];
  /** Where the result of a call stands that was made last. */
  const results = new Map<string, number>();
  for (const message of messages) {
    if (message.role === 'tool') {
      results.set(message.toolCallId, placed.length);
      placed.push(asResult(message));
      continue;
    }
    if (message.role !== 'user' || !message.parts.some(({ toolCallId }) => toolCallId !== undefined)) {
      placed.push(message);
      continue;
    }
    const left = message.parts.filter((part) => {
      const at = part.toolCallId === undefined ? undefined : results.get(part.toolCallId);
      const result = at === undefined ? undefined : placed[at];
      if (at === undefined || result?.role !== 'tool' || !isMedia(part) || !isTaken(part)) return true;
      placed[at] = withMedia(result, part);
      return false;
    });
    const parts = withoutIdleLabels(left);
    if (parts.length > 0) placed.push({ role: 'user', parts });
  }
  return placed;
};
