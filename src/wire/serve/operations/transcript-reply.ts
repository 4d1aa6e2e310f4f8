import type { TranscriptionRequest, TranscriptionResult } from '../../../domain/operation.ts';
import type { OperationRecord } from '../../../domain/operation-record.ts';
import { given } from '../../json-writing.ts';
import { eventText } from '../frame-text.ts';
import type { OperationReply } from '../served-operation.ts';
import { factsMember, transcriptionUsage } from './answer-usage.ts';
import { srtOf, vttOf } from './subtitles.ts';

export const TRANSCRIPT_FORMATS = ['json', 'text', 'srt', 'verbose_json', 'vtt'] as const;
export type TranscriptFormat = (typeof TRANSCRIPT_FORMATS)[number];

/** What the writer of transcripts needs to know of the request. */
export type TranscriptOptions = {
  readonly task: TranscriptionRequest['task'];
  readonly format: TranscriptFormat;
  readonly stream: boolean;
};

const plain = (mediaType: string, text: string): OperationReply => ({
  kind: 'BYTES',
  mediaType: `${mediaType}; charset=utf-8`,
  bytes: Buffer.from(text),
});

/** A transcript as its client wants it. */
export const transcriptReply = (
  { result, record }: { readonly result: TranscriptionResult; readonly record: OperationRecord },
  { task, format, stream }: TranscriptOptions,
): OperationReply => {
  const { text, language, durationSeconds, segments, words } = result;
  const facts = { ...transcriptionUsage(record), ...factsMember(record) };
  if (stream)
    return {
      kind: 'EVENTS',
      text:
        eventText({ type: 'transcript.text.delta', delta: text }) +
        eventText({ type: 'transcript.text.done', text, ...facts }),
    };
  switch (format) {
    case 'text':
      return plain('text/plain', `${text}\n`);
    case 'srt':
      return plain('text/plain', srtOf(result));
    case 'vtt':
      return plain('text/vtt', vttOf(result));
    case 'json':
      return { kind: 'JSON', body: { text, ...facts } };
    case 'verbose_json':
      return {
        kind: 'JSON',
        body: {
          task: task === 'TRANSLATE' ? 'translate' : 'transcribe',
          ...given('language', language),
          ...given('duration', durationSeconds),
          text,
          ...(segments.length > 0 && {
            segments: segments.map((segment, id) => ({
              id,
              start: segment.start,
              end: segment.end,
              text: segment.text,
            })),
          }),
          ...(words.length > 0 && {
            words: words.map((word) => ({ word: word.text, start: word.start, end: word.end })),
          }),
          ...facts,
        },
      };
  }
};
