import type { TranscriptPiece } from '../../../domain/operation.ts';
import { builder } from '../builder.ts';
import { MediaInput } from '../inputs/media-input.ts';
import { operationOptions } from '../inputs/operation-options.ts';
import { readMedia } from '../inputs/read-media.ts';
import { present } from '../present.ts';
import { OperationRef } from '../refs.ts';
import { orCompletionErrors } from '../types/completion-event.ts';
import { OF_OPERATION, type Performed, perform } from './perform.ts';

const TranscriptionTaskEnum = builder.enumType('TranscriptionTask', {
  description: 'Which text of audio is wanted.',
  values: {
    TRANSCRIBE: { description: 'In the language that is spoken.' },
    TRANSLATE: { description: 'In English.' },
  },
});

const TranscriptTimestampsEnum = builder.enumType('TranscriptTimestamps', {
  description: 'How finely a transcript is placed in time.',
  values: {
    NONE: { description: 'Not at all.' },
    SEGMENT: { description: 'By sentences or so.' },
    WORD: { description: 'By words.' },
  },
});

const TranscribeInput = builder.inputType('TranscribeInput', {
  description: 'Which audio to write down. What is not given is left to the provider.',
  fields: (t) => ({
    ...operationOptions(t),
    audio: t.field({ type: MediaInput, required: true, description: 'The audio.' }),
    task: t.field({
      type: TranscriptionTaskEnum,
      required: true,
      defaultValue: 'TRANSCRIBE',
      description: 'Which text is wanted.',
    }),
    language: t.string({ description: 'ISO 639-1 code of what is spoken; found out if not given.' }),
    prompt: t.string({ description: 'Names and words that may occur.' }),
    temperature: t.float({
      description: '0 to 2: how freely to choose words; many providers take at most 1.',
    }),
    timestamps: t.field({
      type: TranscriptTimestampsEnum,
      description: 'How finely the text is placed in time; not at all if not given.',
    }),
  }),
});

const TranscriptPieceRef = builder.objectRef<TranscriptPiece>('TranscriptPiece').implement({
  description: 'A piece of what was said, with its place in time, as the provider says.',
  fields: (t) => ({
    text: t.exposeString('text', { description: 'What was said.' }),
    start: t.exposeFloat('start', { description: 'Seconds from the beginning of the audio.' }),
    end: t.exposeFloat('end', { description: 'Seconds from the beginning of the audio.' }),
  }),
});

const TranscriptionRef = builder.objectRef<Performed<'TRANSCRIPTION'>>('Transcription').implement({
  description: 'The text of audio.',
  fields: (t) => ({
    text: t.string({ description: 'All of it.', resolve: ({ result }) => result.text }),
    language: t.string({
      nullable: true,
      description: 'The language found, as the provider names it; null if it does not say.',
      resolve: ({ result }) => result.language,
    }),
    durationSeconds: t.float({
      nullable: true,
      description: 'Length of the audio in seconds, as the provider says; null if it does not.',
      resolve: ({ result }) => result.durationSeconds,
    }),
    segments: t.field({
      type: [TranscriptPieceRef],
      description: 'The text by sentences or so; empty if not asked for.',
      resolve: ({ result }) => [...result.segments],
    }),
    words: t.field({
      type: [TranscriptPieceRef],
      description: 'The text by words; empty if not asked for.',
      resolve: ({ result }) => [...result.words],
    }),
    operation: t.field({ type: OperationRef, description: OF_OPERATION, resolve: (performed) => performed }),
  }),
});

builder.mutationField('transcribe', (t) =>
  t.field({
    type: TranscriptionRef,
    description:
      'Writes down what is said, or translates it into English. Closing the connection cancels it.',
    args: { input: t.arg({ type: TranscribeInput, required: true, description: 'What to write down.' }) },
    errors: orCompletionErrors('TranscribeResult', 'The text, or why it failed.'),
    resolve: (_root, { input }, context) =>
      perform(context, 'TRANSCRIPTION', input, () => {
        const { audio, task, language, prompt, temperature, timestamps } = input;
        return {
          audio: readMedia('audio', audio),
          task,
          ...present({ language, prompt, temperature, timestamps }),
        };
      }),
  }),
);
