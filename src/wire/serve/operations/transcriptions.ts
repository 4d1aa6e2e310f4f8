import { z } from 'zod';
import type { ServedOperation } from '../served-operation.ts';
import { taken } from '../taken.ts';
import { LANGUAGE } from './common-fields.ts';
import { RECORDING_FIELDS, readRecording, withFile } from './transcript-form.ts';
import { type TranscriptFormat, type TranscriptOptions, transcriptReply } from './transcript-reply.ts';

export const TRANSCRIPTIONS_SCHEMA = z.looseObject({
  ...RECORDING_FIELDS,
  language: LANGUAGE.describe('ISO 639-1 code of what is spoken; found out if not given.'),
  timestamp_granularities: z
    .array(z.enum(['word', 'segment']))
    .max(10)
    .nullish()
    .describe('How finely `verbose_json` places the text in time. Default `segment`.'),
  stream: z.boolean().nullish().describe('The text as server-sent events; it comes in one piece.'),
});

type Granularities = readonly ('word' | 'segment')[];

const timestampsOf = (
  format: TranscriptFormat,
  granularities: Granularities,
): 'NONE' | 'SEGMENT' | 'WORD' => {
  switch (format) {
    case 'json':
    case 'text':
      return 'NONE';
    case 'srt':
    case 'vtt':
      return 'SEGMENT';
    case 'verbose_json':
      return granularities.includes('word') ? 'WORD' : 'SEGMENT';
  }
};

/** `POST /v1/audio/transcriptions` */
export const transcriptions: ServedOperation<'TRANSCRIPTION', TranscriptOptions> = {
  operation: 'TRANSCRIPTION',
  takes: ['FORM'],
  requestSchema: withFile(TRANSCRIPTIONS_SCHEMA),
  read(sent) {
    const read = readRecording(TRANSCRIPTIONS_SCHEMA, sent);
    if (read.kind === 'INVALID') return read;
    const { model, prompt, temperature, response_format, user, language, stream } = read.value;
    const granularities = read.value.timestamp_granularities ?? [];
    const format = response_format ?? 'json';
    const timestamps = stream === true ? 'NONE' : timestampsOf(format, granularities);
    // Words and segments at once is more than can be asked for, and events or plain text have no place for either.
    const isHonoured = granularities.every((each) => each.toUpperCase() === timestamps);
    return {
      kind: 'OK',
      model,
      input: {
        audio: read.audio,
        task: 'TRANSCRIBE',
        timestamps,
        ...taken({ language, prompt, temperature }),
      },
      ...taken({ user }),
      unread: isHonoured ? read.unread : [...read.unread, 'timestamp_granularities'],
      options: { task: 'TRANSCRIBE', format, stream: stream ?? false },
    };
  },
  write: transcriptReply,
};
