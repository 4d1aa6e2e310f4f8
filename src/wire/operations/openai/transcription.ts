import type { JsonObject } from '../../../domain/json.ts';
import type {
  TranscriptionRequest,
  TranscriptionResult,
  TranscriptPiece,
} from '../../../domain/operation.ts';
import { type Usage, usageOf } from '../../../domain/usage.ts';
import { countAt, objectAt, objectsAt, textAt } from '../../json-reading.ts';
import type { FormField, OperationCodec } from '../../operation-codec.ts';
import { decodeJson, done, factsIn, malformed, textOf } from '../answers.ts';
import { field, formCall } from '../calls.ts';
import { defineOperation } from '../define-operation.ts';
import { fileNameOf } from '../media.ts';
import {
  type TranscriptionQuirks,
  type TranscriptionTraits,
  transcriptionProblems,
  transcriptionTraits,
} from './transcription-models.ts';

const formOf = (traits: TranscriptionTraits, { timestamps }: TranscriptionRequest): string => {
  switch (traits) {
    case 'PLAIN':
      return 'json';
    case 'SPEAKERS':
      return timestamps === 'SEGMENT' ? 'diarized_json' : 'json';
    case 'VERBOSE':
      return 'verbose_json';
  }
};

const answerFields = (
  model: string,
  request: TranscriptionRequest,
  quirks: TranscriptionQuirks,
): readonly FormField[] => {
  const traits = transcriptionTraits(model);
  const granularity =
    traits === 'VERBOSE' && request.timestamps !== undefined && request.timestamps !== 'NONE'
      ? field('timestamp_granularities[]', request.timestamps.toLowerCase())
      : [];
  // A translation has no granularities: its segments are there anyway.
  const granularities = request.task === 'TRANSLATE' ? [] : granularity;
  if (quirks.answers === 'NONE') return granularities;
  return [
    ...field('response_format', formOf(traits, request)),
    ...granularities,
    // What is longer than 30 seconds is rejected without it.
    ...(traits === 'SPEAKERS' ? field('chunking_strategy', 'auto') : []),
  ];
};

const secondsAt = (object: JsonObject | undefined, key: string): number | undefined => {
  const value = object?.[key];
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  return typeof number === 'number' && Number.isFinite(number) && number >= 0 ? number : undefined;
};

const piecesAt = (answer: JsonObject, list: string, text: string): readonly TranscriptPiece[] =>
  objectsAt(answer, list).flatMap((item) => {
    const start = secondsAt(item, 'start');
    const end = secondsAt(item, 'end');
    const said = textAt(item, text) ?? textAt(item, 'text');
    return start === undefined || end === undefined || said === undefined ? [] : [{ text: said, start, end }];
  });

/**
 * Tokens or seconds, whichever the provider bills: OpenAI says which. Mistral counts both and bills seconds. Servers
 * that report nothing bill the duration.
 */
const usageIn = (answer: JsonObject): Usage | undefined => {
  const usage = objectAt(answer, 'usage');
  const seconds = secondsAt(usage, 'seconds') ?? secondsAt(usage, 'prompt_audio_seconds');
  if (seconds !== undefined) return usageOf({ seconds });
  const input = countAt(usage, 'input_tokens') ?? countAt(usage, 'prompt_tokens');
  const output = countAt(usage, 'output_tokens') ?? countAt(usage, 'completion_tokens');
  if (input !== undefined && output !== undefined) {
    const audio = countAt(objectAt(usage, 'input_token_details'), 'audio_tokens') ?? 0;
    const audioInput = Math.min(audio, input);
    return usageOf({ input: input - audioInput, audioInput, output });
  }
  const duration = usage === undefined ? secondsAt(answer, 'duration') : undefined;
  return duration === undefined ? undefined : usageOf({ seconds: duration });
};

const resultIn = (
  answer: JsonObject,
  { timestamps }: TranscriptionRequest,
): TranscriptionResult | undefined => {
  const { text } = answer;
  if (typeof text !== 'string') return undefined;
  const language = textAt(answer, 'language');
  const durationSeconds = secondsAt(answer, 'duration') ?? secondsAt(objectAt(answer, 'usage'), 'seconds');
  return {
    text,
    segments: timestamps === 'SEGMENT' ? piecesAt(answer, 'segments', 'text') : [],
    // Mistral gives words as segments.
    words:
      timestamps === 'WORD'
        ? piecesAt(answer, Array.isArray(answer.words) ? 'words' : 'segments', 'word')
        : [],
    ...(language !== undefined && { language }),
    ...(durationSeconds !== undefined && { durationSeconds }),
  };
};

/** OpenAI's transcriptions and translations, as it and compatible servers have them. */
export const openAiTranscription = (quirks: TranscriptionQuirks = {}): OperationCodec<'TRANSCRIPTION'> =>
  defineOperation({
    problems: (model, request) => transcriptionProblems(model, request, quirks),
    encode: (model, request) => {
      const { audio, task, language, prompt, temperature } = request;
      return formCall(task === 'TRANSLATE' ? '/audio/translations' : '/audio/transcriptions', [
        {
          name: 'file',
          fileName: fileNameOf(audio, 'audio'),
          mediaType: audio.mediaType,
          bytes: audio.bytes,
        },
        ...field('model', model),
        ...field('language', language),
        ...field('prompt', prompt),
        ...field('temperature', temperature),
        ...answerFields(model, request, quirks),
      ]);
    },
    decode({ headers, body }, request) {
      // Groq and whisper.cpp can answer with nothing but the text.
      if (headers['content-type']?.startsWith('text/plain')) {
        const text = textOf(body);
        return text.trim() === ''
          ? malformed(body)
          : done<'TRANSCRIPTION'>({ text, segments: [], words: [] }, {});
      }
      return decodeJson(body, (answer) => {
        const result = resultIn(answer, request);
        return result && done<'TRANSCRIPTION'>(result, { ...factsIn(answer), usage: usageIn(answer) });
      });
    },
  });
