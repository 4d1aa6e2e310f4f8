import type { TokenLogprob } from '../../../../domain/content-event.ts';
import type { ChoiceChunks, ChunkFrame } from '../choices-stream.ts';
import { writeFinishReason } from '../finish-reason.ts';
import { echoOf, type LegacyOptions } from './options.ts';
import { writeTextLogprobs } from './text-logprobs.ts';

/** Writes one choice of a text completion, which has text alone: a refusal is one too, reasoning has no place. */
export const createTextChunks = (options: LegacyOptions, { head, tail, index }: ChunkFrame): ChoiceChunks => {
  const echo = echoOf(options, index);
  let before = '';
  let written = 0;
  const after = `,"index":${index},"logprobs":null,"finish_reason":null}]${tail}`;

  const opening = (): string => {
    if (before !== '') return '';
    before = `${head()},"choices":[{"text":`;
    written = echo.length;
    return echo === '' ? '' : `${before}${JSON.stringify(echo)}${after}`;
  };

  const text = (piece: string, logprobs?: readonly TokenLogprob[]): string => {
    if (piece === '' && logprobs === undefined) return '';
    const first = opening();
    const offset = written;
    written += piece.length;
    if (logprobs === undefined) return `${first}${before}${JSON.stringify(piece)}${after}`;
    const lists = JSON.stringify(writeTextLogprobs(logprobs, offset));
    return `${first}${before}${JSON.stringify(piece)},"index":${index},"logprobs":${lists},"finish_reason":null}]${tail}`;
  };

  return {
    push(event) {
      switch (event.type) {
        case 'textDelta':
          return text(event.text, event.logprobs);
        case 'refusalDelta':
          return text(event.text);
        case 'reasoningDelta':
        case 'toolCallStarted':
        case 'toolCallDelta':
        case 'toolCallEnded':
        case 'source':
          return '';
      }
    },
    finish(record, last) {
      const first = opening();
      const reason = writeFinishReason(record, true, false);
      return `${first}${head(record.offeringId)},"choices":[{"text":"","index":${index},"logprobs":null,"finish_reason":"${reason}"}]${last}${tail}`;
    },
  };
};
