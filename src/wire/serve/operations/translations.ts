import { z } from 'zod';
import type { ServedOperation } from '../served-operation.ts';
import { taken } from '../taken.ts';
import { RECORDING_FIELDS, readRecording, withFile } from './transcript-form.ts';
import { type TranscriptOptions, transcriptReply } from './transcript-reply.ts';

export const TRANSLATIONS_SCHEMA = z.looseObject(RECORDING_FIELDS);

/** `POST /v1/audio/translations`: into English. */
export const translations: ServedOperation<'TRANSCRIPTION', TranscriptOptions> = {
  operation: 'TRANSCRIPTION',
  takes: ['FORM'],
  requestSchema: withFile(TRANSLATIONS_SCHEMA),
  read(sent) {
    const read = readRecording(TRANSLATIONS_SCHEMA, sent);
    if (read.kind === 'INVALID') return read;
    const { model, prompt, temperature, response_format, user } = read.value;
    const format = response_format ?? 'json';
    return {
      kind: 'OK',
      model,
      input: {
        audio: read.audio,
        task: 'TRANSLATE',
        timestamps: format === 'json' || format === 'text' ? 'NONE' : 'SEGMENT',
        ...taken({ prompt, temperature }),
      },
      ...taken({ user }),
      unread: read.unread,
      options: { task: 'TRANSLATE', format, stream: false },
    };
  },
  write: transcriptReply,
};
