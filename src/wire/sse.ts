import { createParser } from 'eventsource-parser';
import { parseJson } from '../domain/json.ts';
import type { SseFrame } from './codec.ts';

/** Most characters of one frame. */
export const FRAME_LIMIT = 16 * 1024 * 1024;

export type SseParser = {
  /** The frames that this chunk completes. Chunks may end anywhere, inside a character too. */
  push(chunk: Uint8Array): readonly SseFrame[];
  /** The connection ended: the last frame, if its data is whole (JSON or `[DONE]`) and only the blank line is missing. */
  end(): readonly SseFrame[];
};

const NONE: readonly SseFrame[] = [];

const TOO_LARGE: SseFrame = {
  event: 'error',
  data: JSON.stringify({
    error: { message: `The stream held an event of more than ${FRAME_LIMIT} characters.`, code: 502 },
  }),
};

const isWhole = (data: string): boolean => data.trim() === '[DONE]' || parseJson(data) !== undefined;

/**
 * Splits the bytes of a stream into frames. Comments, ids and retry hints are left out. Never throws: a frame
 * beyond `FRAME_LIMIT` gives one `error` frame in its place, which fails in every dialect, and the rest is ignored.
 */
export const createSseParser = (): SseParser => {
  const text = new TextDecoder('utf-8', { ignoreBOM: true });
  let frames: SseFrame[] = [];
  let isBroken = false;
  const parser = createParser({
    maxBufferSize: FRAME_LIMIT,
    onEvent: ({ event, data }) => frames.push(event === undefined ? { data } : { event, data }),
    onError: (error) => {
      if (error.type !== 'max-buffer-size-exceeded') return;
      isBroken = true;
      frames.push(TOO_LARGE);
    },
  });
  const feed = (piece: string): readonly SseFrame[] => {
    if (isBroken || piece === '') return NONE;
    parser.feed(piece);
    if (frames.length === 0) return NONE;
    const completed = frames;
    frames = [];
    return completed;
  };
  return {
    push: (chunk) => feed(text.decode(chunk, { stream: true })),
    end: () => feed(`${text.decode()}\n\n`).filter((frame) => isWhole(frame.data)),
  };
};
