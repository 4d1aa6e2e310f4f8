import { AUDIO_FORMATS, type AudioFormat } from '../../../domain/operation.ts';
import { type Usage, usageOf } from '../../../domain/usage.ts';
import { given } from '../../json-writing.ts';
import type { OperationCodec } from '../../operation-codec.ts';
import { decodeJson, done, malformed } from '../answers.ts';
import { adjustedParameter, jsonCall } from '../calls.ts';
import { defineOperation } from '../define-operation.ts';
import { audioTypeOf } from '../media.ts';

/** In what servers differ. */
export type SpeechQuirks = {
  /** Default `/audio/speech`. */
  readonly path?: string;
  /** What the server can give. Default: every format. */
  readonly formats?: readonly AudioFormat[];
  /** Taken where the caller names none, and said in a warning. Default: `alloy` for OpenAI's own models, else none. */
  readonly defaultVoice?: string;
  /** Whether `instructions` are taken. Default: by all models but tts-1. */
  readonly supportsInstructions?: boolean;
  readonly supportsSpeed?: boolean;
};

const isOpenAis = (model: string): boolean => /^(?:gpt-|tts-1)/.test(model);
/** These bill tokens and do not say how many. */
const billsTokens = (model: string): boolean => model.startsWith('gpt-');

const charactersOf = (text: string): number => Array.from(text).length;

/** The characters that were spoken are what is billed, as these servers report no usage. */
const usageFor = (model: string, text: string): Usage | undefined =>
  billsTokens(model) ? undefined : usageOf({ characters: charactersOf(text) });

/** What the answer says it is, unless that is nothing in particular. */
const mediaTypeOf = (stated: string | undefined, format: AudioFormat | undefined): string => {
  if (stated !== undefined && /^(audio|video)\//i.test(stated)) return stated;
  return audioTypeOf(format ?? 'MP3');
};

/** OpenAI's speech, as it and compatible servers have it. */
export const openAiSpeech = (quirks: SpeechQuirks = {}): OperationCodec<'SPEECH'> => {
  const formats = quirks.formats ?? AUDIO_FORMATS;
  const voiceFor = (model: string): string | undefined =>
    quirks.defaultVoice ?? (isOpenAis(model) ? 'alloy' : undefined);
  return defineOperation({
    problems: (model, { format }) => ({
      format:
        format === undefined || formats.includes(format)
          ? undefined
          : `the provider gives only ${formats.join(', ')}`,
      instructions:
        !(quirks.supportsInstructions ?? true) || model.startsWith('tts-1')
          ? 'this model takes none'
          : undefined,
      speed: (quirks.supportsSpeed ?? true) ? undefined : 'the provider does not take it',
      language: 'the provider finds it out from the text',
    }),
    encode(model, { text, voice, format, speed, instructions }) {
      const fallback = voice === undefined ? voiceFor(model) : undefined;
      return jsonCall(
        quirks.path ?? '/audio/speech',
        {
          model,
          input: text,
          ...given('voice', voice ?? fallback),
          // What is asked of a server with one format need not be said, but it may have another default.
          ...given(
            'response_format',
            (format ?? (formats.length === 1 ? formats[0] : undefined))?.toLowerCase(),
          ),
          ...given('speed', speed),
          ...given('instructions', instructions),
        },
        fallback === undefined
          ? []
          : [adjustedParameter('voice', `The provider wants a voice: ${fallback} was taken.`)],
      );
    },
    decode({ headers, body }, { text, format }, model) {
      const stated = headers['content-type'];
      if (stated !== undefined && /json|text\//i.test(stated)) return decodeJson(body, () => undefined);
      if (body.byteLength === 0) return malformed(body);
      const fallback = format ?? (formats.length === 1 ? formats[0] : undefined);
      return done<'SPEECH'>(
        { audio: { mediaType: mediaTypeOf(stated, fallback), bytes: body } },
        { usage: usageFor(model, text) },
      );
    },
  });
};
