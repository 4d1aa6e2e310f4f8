import type { AudioFormat } from '../../../domain/operation.ts';
import type { OperationRecord } from '../../../domain/operation-record.ts';
import { builder } from '../builder.ts';
import { operationOptions } from '../inputs/operation-options.ts';
import { present } from '../present.ts';
import { OperationRef } from '../refs.ts';
import { orCompletionErrors } from '../types/completion-event.ts';
import { deliver, MediaDeliveryEnum, MediaRef, type MediaView } from '../types/media.ts';
import { OF_OPERATION, perform } from './perform.ts';

const AudioFormatEnum = builder.enumType('AudioFormat', {
  description: 'Format of audio.',
  values: {
    MP3: { description: 'MPEG layer 3.' },
    WAV: { description: 'Samples with a header.' },
    OPUS: { description: 'Opus in Ogg.' },
    AAC: { description: 'Advanced Audio Coding.' },
    FLAC: { description: 'Packed without loss.' },
    PCM: { description: 'Raw samples, without a header.' },
  } satisfies { [Format in AudioFormat]: { description: string } },
});

const SynthesizeSpeechInput = builder.inputType('SynthesizeSpeechInput', {
  description: 'What to say, and how. What is not given is left to the provider.',
  fields: (t) => ({
    ...operationOptions(t),
    text: t.string({ required: true, description: 'What to say, at most 100,000 characters.' }),
    voice: t.string({ description: "The provider's own name or id of a voice." }),
    format: t.field({ type: AudioFormatEnum, description: 'Format of the audio.' }),
    speed: t.float({ description: 'Pace, 0.25 to 4; 1 is the usual one.' }),
    instructions: t.string({ description: 'Instructions on how to speak.' }),
    language: t.string({ description: 'ISO 639-1 code, e.g. `en`.' }),
    delivery: t.field({
      type: MediaDeliveryEnum,
      required: true,
      defaultValue: 'DATA',
      description: 'How the audio is handed over.',
    }),
  }),
});

const SpeechRef = builder
  .objectRef<{ readonly audio: MediaView; readonly record: OperationRecord }>('Speech')
  .implement({
    description: 'Audio of a text.',
    fields: (t) => ({
      audio: t.expose('audio', { type: MediaRef, description: 'The audio.' }),
      operation: t.field({
        type: OperationRef,
        description: OF_OPERATION,
        resolve: (performed) => performed,
      }),
    }),
  });

builder.mutationField('synthesizeSpeech', (t) =>
  t.field({
    type: SpeechRef,
    description: 'Says a text. Closing the connection cancels it.',
    args: { input: t.arg({ type: SynthesizeSpeechInput, required: true, description: 'What to say.' }) },
    errors: orCompletionErrors('SynthesizeSpeechResult', 'Audio, or why it failed.'),
    resolve: async (_root, { input }, context) => {
      const { result, record } = await perform(context, 'SPEECH', input, () => {
        const { text, voice, format, speed, instructions, language } = input;
        return { text, ...present({ voice, format, speed, instructions, language }) };
      });
      return { audio: await deliver(context.shelf, input.delivery, result.audio), record };
    },
  }),
);
