import type { TranscriptionRequest } from '../../../domain/operation.ts';
import type { Problems } from '../define-operation.ts';

/** In what servers' transcriptions differ from OpenAI's. */
export type TranscriptionQuirks = {
  /**
   * How the form of the answer is asked for. Default `OPENAI`: by `response_format`. `NONE`: the server has one form,
   * which holds all that there is.
   */
  readonly answers?: 'OPENAI' | 'NONE';
  /** Whether there is `/audio/translations`. Default: for models called whisper. */
  readonly translates?: (providerModelId: string) => boolean;
  /** What the server does not take, beyond what is known of models by name. */
  readonly unsupported?: readonly ('language' | 'prompt' | 'temperature' | 'timestamps')[];
};

/** PLAIN: text alone. SPEAKERS: segments with who says them. VERBOSE: segments, words, language and duration. */
export type TranscriptionTraits = 'PLAIN' | 'SPEAKERS' | 'VERBOSE';

export const transcriptionTraits = (model: string): TranscriptionTraits => {
  if (!/gpt-.*transcribe/.test(model)) return 'VERBOSE';
  return model.includes('diarize') ? 'SPEAKERS' : 'PLAIN';
};

const timestampsProblem = (
  traits: TranscriptionTraits,
  timestamps: TranscriptionRequest['timestamps'],
): string | undefined => {
  if (traits === 'PLAIN') return 'this model does not place its text in time';
  return traits === 'SPEAKERS' && timestamps === 'WORD'
    ? 'this model places segments in time, not words'
    : undefined;
};

/** What of a request the server or the model cannot honour. */
export const transcriptionProblems = (
  model: string,
  { task, timestamps, language }: TranscriptionRequest,
  quirks: TranscriptionQuirks,
): Problems<'TRANSCRIPTION'> => {
  const traits = transcriptionTraits(model);
  const isTranslation = task === 'TRANSLATE';
  const translates = quirks.translates ?? ((name: string) => name.includes('whisper'));
  const canTranslate = translates(model);
  const isTranslated = isTranslation && canTranslate;
  return {
    task: isTranslation && !canTranslate ? 'this model does not translate' : undefined,
    language: isTranslated && language !== undefined ? 'a translation finds it out by itself' : undefined,
    prompt: traits === 'SPEAKERS' ? 'this model takes none' : undefined,
    timestamps:
      timestampsProblem(traits, timestamps) ??
      (isTranslated && timestamps === 'WORD' ? 'a translation has segments, not words' : undefined),
    ...Object.fromEntries((quirks.unsupported ?? []).map((name) => [name, 'the provider does not take it'])),
  };
};
