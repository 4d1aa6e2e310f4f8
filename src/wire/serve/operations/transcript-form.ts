import { z } from 'zod';
import type { MediaInput } from '../../../domain/operation.ts';
import type { InvalidBody } from '../client-dialect.ts';
import { invalid } from '../invalid-body.ts';
import type { OperationBody } from '../served-operation.ts';
import { MODEL, USER } from './common-fields.ts';
import { readBody } from './read-body.ts';
import { readForm } from './read-form.ts';
import { isInvalid, mediaOf } from './read-media.ts';
import { TRANSCRIPT_FORMATS } from './transcript-reply.ts';

/** What forms with a recording have in common. The recording itself is the file of the name `file`. */
export const RECORDING_FIELDS = {
  model: MODEL,
  prompt: z.string().max(10_000).nullish().describe('Names and words that may occur.'),
  temperature: z.number().min(0).max(2).nullish().describe('How freely to choose words.'),
  response_format: z
    .enum(TRANSCRIPT_FORMATS, {
      error: ({ input }) =>
        input === 'diarized_json'
          ? 'is diarized_json; speakers are not identified here. Use verbose_json, which has segments.'
          : undefined,
    })
    .nullish()
    .describe('Form of the answer. Default `json`.'),
  user: USER,
};

/** For the reference manual alone: what a form's file is cannot be told by a schema of texts. */
export const withFile = <Shape extends z.core.$ZodLooseShape>(schema: z.ZodObject<Shape, z.core.$loose>) =>
  schema.extend({
    file: z.string().meta({ format: 'binary' }).describe('The recording: audio, or a film with sound.'),
  });

const GRAMMAR = {
  numbers: ['temperature'],
  booleans: ['stream'],
  lists: ['timestamp_granularities', 'include'],
};

/** A form with one recording, held against its schema. */
export const readRecording = <Shape extends z.core.$ZodLooseShape>(
  schema: z.ZodObject<Shape, z.core.$loose>,
  sent: OperationBody,
):
  | {
      readonly kind: 'OK';
      readonly audio: MediaInput;
      readonly value: z.output<z.ZodObject<Shape, z.core.$loose>>;
      readonly unread: readonly string[];
    }
  | InvalidBody => {
  if (sent.kind === 'JSON')
    return invalid('', 'is JSON; takes a form (multipart/form-data) with the recording as `file`.');
  const form = readForm(sent.fields, GRAMMAR);
  if (form.kind === 'INVALID') return form;
  if (Object.hasOwn(form.body, 'file')) return invalid('file', 'is text; takes a file.');
  const files = form.files.get('file') ?? [];
  const [file] = files;
  if (file === undefined) return invalid('file', 'is missing: which recording shall be written down?');
  if (files.length > 1) return invalid('file', `comes ${files.length} times; once is taken.`);
  const audio = mediaOf(file);
  if (isInvalid(audio)) return audio;
  const read = readBody(schema, form.body);
  if (read.kind === 'INVALID') return read;
  const strangers = [...form.files.keys()].filter((name) => name !== 'file');
  return { ...read, audio, unread: [...read.unread, ...strangers.map((name) => name.slice(0, 100))] };
};
