import type { TranscriptionRequest } from '../../../domain/operation.ts';
import type { GeminiPlatform } from '../../gemini/platform.ts';
import { given } from '../../json-writing.ts';
import type { OperationCodec } from '../../operation-codec.ts';
import { done } from '../answers.ts';
import { adjustedParameter, jsonCall } from '../calls.ts';
import { defineOperation } from '../define-operation.ts';
import { base64Of } from '../media.ts';
import { geminiModelPath } from './model-path.ts';
import { decodeGenerated } from './response.ts';

const instructionFor = ({ task, language, prompt }: TranscriptionRequest): string =>
  [
    task === 'TRANSLATE'
      ? 'Translate what is said in this audio into English.'
      : 'Transcribe this audio word for word, in the language that is spoken.',
    ...(language === undefined ? [] : [`The language that is spoken is ${language}.`]),
    ...(prompt === undefined ? [] : [`These names and words may occur: ${prompt}`]),
    'Answer with the text alone.',
  ].join('\n');

/** Gemini has no call for this: a model that hears is asked to write down what is said, which a warning says. */
export const geminiTranscription = (
  platform: GeminiPlatform = 'gemini-api',
): OperationCodec<'TRANSCRIPTION'> =>
  defineOperation({
    problems: () => ({ timestamps: 'Gemini writes down what is said, not when' }),
    encode(model, request) {
      const { audio, temperature } = request;
      return jsonCall(
        geminiModelPath(platform, model, 'generateContent'),
        {
          contents: [
            {
              role: 'user',
              parts: [
                { inlineData: { mimeType: audio.mediaType, data: base64Of(audio.bytes) } },
                { text: instructionFor(request) },
              ],
            },
          ],
          generationConfig: given('temperature', temperature),
        },
        [adjustedParameter('task', 'Gemini has no transcription: the model was prompted to transcribe.')],
      );
    },
    decode: ({ body }) =>
      decodeGenerated(body, ({ text, usage, providerModel, providerResponseId }) =>
        text.trim() === ''
          ? undefined
          : done<'TRANSCRIPTION'>(
              { text, segments: [], words: [] },
              { usage, providerModel, providerResponseId },
            ),
      ),
  });
