import type { Media, SpeechRequest } from '../../../domain/operation.ts';
import type { Usage } from '../../../domain/usage.ts';
import type { GeminiPlatform } from '../../gemini/platform.ts';
import { given } from '../../json-writing.ts';
import type { OperationCodec } from '../../operation-codec.ts';
import { done } from '../answers.ts';
import { adjustedParameter, jsonCall } from '../calls.ts';
import { defineOperation } from '../define-operation.ts';
import { wavOf } from '../wav.ts';
import { geminiModelPath } from './model-path.ts';
import { decodeGenerated } from './response.ts';

const USUAL_RATE = 24_000;

const rateOf = (mediaType: string): number => Number(/rate=(\d{4,6})/i.exec(mediaType)?.[1] ?? USUAL_RATE);

/** Gemini sends bare samples; a WAV file is these with a header. */
const inFormat = (audio: Media, format: SpeechRequest['format']): Media =>
  format === 'WAV' && /L16|pcm/i.test(audio.mediaType)
    ? { mediaType: 'audio/wav', bytes: wavOf(audio.bytes, rateOf(audio.mediaType)) }
    : audio;

/** All that comes out is audio, also where the modality is not said. */
const asAudio = (usage: Usage | undefined): Usage | undefined =>
  usage && { ...usage, output: 0, audioOutput: usage.audioOutput + usage.output };

/** Speech by Gemini models that speak. */
export const geminiSpeech = (platform: GeminiPlatform = 'gemini-api'): OperationCodec<'SPEECH'> =>
  defineOperation({
    problems: (_model, { format }) => ({
      speed: 'Gemini takes the pace from the instructions',
      format:
        format === undefined || format === 'WAV' || format === 'PCM'
          ? undefined
          : 'Gemini gives bare samples: PCM, or WAV',
    }),
    encode: (model, { text, voice, instructions, language }) => {
      const speechConfig = {
        ...(voice === undefined ? {} : { voiceConfig: { prebuiltVoiceConfig: { voiceName: voice } } }),
        ...given('languageCode', language),
      };
      return jsonCall(
        geminiModelPath(platform, model, 'generateContent'),
        {
          contents: [
            {
              role: 'user',
              parts: [{ text: instructions === undefined ? text : `${instructions}: ${text}` }],
            },
          ],
          generationConfig: {
            responseModalities: ['AUDIO'],
            ...(Object.keys(speechConfig).length > 0 ? { speechConfig } : {}),
          },
        },
        instructions === undefined
          ? []
          : [adjustedParameter('instructions', 'They were put before the text, as Gemini expects them.')],
      );
    },
    decode: ({ body }, { format }) =>
      decodeGenerated(body, ({ media, usage, providerModel, providerResponseId }) => {
        const audio = media.find(({ mediaType }) => mediaType.startsWith('audio/'));
        return (
          audio &&
          done<'SPEECH'>(
            { audio: inFormat(audio, format) },
            { usage: asAudio(usage), providerModel, providerResponseId },
          )
        );
      }),
  });
