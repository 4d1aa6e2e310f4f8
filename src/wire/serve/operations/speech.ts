import { z } from 'zod';
import type { AudioFormat } from '../../../domain/operation.ts';
import { base64Of } from '../../operations/media.ts';
import { eventText } from '../frame-text.ts';
import type { ServedOperation } from '../served-operation.ts';
import { taken } from '../taken.ts';
import { factsMember, speechUsage } from './answer-usage.ts';
import { LANGUAGE, MODEL, USER } from './common-fields.ts';
import { readJsonBody } from './read-body.ts';
import { soundType } from './read-media.ts';

const VOICE = z.string().min(1).max(200);

export const SPEECH_SCHEMA = z.looseObject({
  model: MODEL,
  input: z.string().min(1).max(100_000).describe('What to say.'),
  voice: z
    .union([VOICE, z.looseObject({ id: VOICE })], {
      error: 'takes the name of a voice, or its id as {"id": "…"}.',
    })
    .nullish()
    .describe("The provider's own name of a voice, or `{id}`. Default: the provider's."),
  response_format: z
    .enum(['mp3', 'opus', 'aac', 'flac', 'wav', 'pcm'])
    .nullish()
    .describe('Format of the audio. Default `mp3`.'),
  speed: z.number().min(0.25).max(4).nullish().describe('Pace; 1 is the usual one.'),
  instructions: z.string().max(10_000).nullish().describe('Instructions on how to speak.'),
  language: LANGUAGE.describe('ISO 639-1 code, e.g. `en`.'),
  stream_format: z
    .enum(['audio', 'sse'])
    .nullish()
    .describe('`sse`: server-sent events with the audio in base64. Default `audio`: the bytes.'),
  user: USER,
});

const FORMATS = {
  mp3: 'MP3',
  opus: 'OPUS',
  aac: 'AAC',
  flac: 'FLAC',
  wav: 'WAV',
  pcm: 'PCM',
} as const satisfies { readonly [name: string]: AudioFormat };

export type SpeechOptions = { readonly asEvents: boolean };

/** `POST /v1/audio/speech` */
export const speech: ServedOperation<'SPEECH', SpeechOptions> = {
  operation: 'SPEECH',
  takes: ['JSON'],
  requestSchema: SPEECH_SCHEMA,
  read(sent) {
    const read = readJsonBody(SPEECH_SCHEMA, sent);
    if (read.kind === 'INVALID') return read;
    const { model, input, voice, response_format, speed, instructions, language, stream_format, user } =
      read.value;
    return {
      kind: 'OK',
      model,
      input: {
        text: input,
        // Clients that name no format store what comes as MP3.
        format: FORMATS[response_format ?? 'mp3'],
        ...taken({
          voice: typeof voice === 'object' ? voice?.id : voice,
          speed,
          instructions: instructions === '' ? undefined : instructions,
          language,
        }),
      },
      ...taken({ user }),
      unread: read.unread,
      options: { asEvents: stream_format === 'sse' },
    };
  },
  write({ result: { audio }, record }, { asEvents }) {
    if (!asEvents) return { kind: 'BYTES', mediaType: soundType(audio.mediaType), bytes: audio.bytes };
    const text =
      eventText({ type: 'speech.audio.delta', audio: base64Of(audio.bytes) }) +
      eventText({ type: 'speech.audio.done', ...speechUsage(record), ...factsMember(record) });
    return { kind: 'EVENTS', text };
  },
};
