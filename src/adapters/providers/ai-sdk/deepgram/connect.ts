import { createDeepgram } from '@ai-sdk/deepgram';
import { type Failure, type FailureCode, failureOf } from '../../../../domain/failure.ts';
import { isJsonObject, type JsonObject, parseJson } from '../../../../domain/json.ts';
import type { SpeechRequest, TranscriptionRequest } from '../../../../domain/operation.ts';
import type { ProviderSettings } from '../../../../domain/provider-settings.ts';
import type { Provider } from '../../../../ports/provider.ts';
import { countAt, objectAt, objectsAt, textAt } from '../../../../wire/json-reading.ts';
import {
  codeOfStatus,
  type Headers,
  plainMessage,
  retryAfterMsOf,
  upstreamFailure,
} from '../../../../wire/upstream-failure.ts';
import type { ProviderDependencies } from '../../known-provider.ts';
import { createSoundProvider } from '../sound-provider.ts';
import { pieceAt, secondsAt, type TranscriptionReading } from '../transcription.ts';

const classify = (status: number, word: string, message: string): FailureCode => {
  if (/PAYMENT|INSUFFICIENT_CREDITS|PROJECT_BALANCE/.test(word)) return 'QUOTA_EXHAUSTED';
  if (word === 'INVALID_AUTH') return 'AUTHENTICATION';
  if (/INSUFFICIENT_PERMISSIONS|FORBIDDEN/.test(word)) {
    return /model/i.test(message) ? 'MODEL_NOT_FOUND' : 'PERMISSION';
  }
  if (/model/i.test(message) && /no such|not found|does not exist|invalid 'model'/i.test(message))
    return 'MODEL_NOT_FOUND';
  return codeOfStatus(status);
};

/** `{err_code, err_msg, request_id}`, or `{category, message}` from newer parts of the API. */
const deepgramFailure = (status: number, headers: Headers, body: string): Failure => {
  const json = parseJson(body);
  const answer = isJsonObject(json) ? json : undefined;
  const providerCode = textAt(answer, 'err_code') ?? textAt(answer, 'category');
  const providerMessage =
    textAt(answer, 'err_msg') ??
    textAt(answer, 'message') ??
    (answer === undefined ? plainMessage(body) : undefined);
  return upstreamFailure({
    code: classify(status, providerCode ?? '', providerMessage ?? ''),
    status,
    providerCode,
    providerMessage,
    providerRequestId: textAt(answer, 'request_id') ?? headers['dg-request-id'],
    retryAfterMs: retryAfterMsOf(headers),
  });
};

/** Models that are a voice already; of the others, voice and language make the model's full name. */
const isFamily = (model: string): boolean => model === 'aura' || model === 'aura-2';

const refuseSpeech = (model: string, { voice }: SpeechRequest): Failure | undefined =>
  isFamily(model) && (voice ?? '').trim() === ''
    ? failureOf('INVALID_REQUEST', `${model} needs a voice, e.g. thalia.`)
    : undefined;

const readTranscript = (
  answer: JsonObject,
  headers: Headers,
  { timestamps, language: asked }: TranscriptionRequest,
): TranscriptionReading | undefined => {
  const metadata = objectAt(answer, 'metadata');
  const results = objectAt(answer, 'results');
  const [channel] = objectsAt(results, 'channels');
  const [best] = objectsAt(channel, 'alternatives');
  // Of silence it is empty.
  const text = best?.transcript;
  if (typeof text !== 'string') return undefined;
  const seconds = secondsAt(metadata, 'duration');
  const language = textAt(channel, 'detected_language') ?? asked;
  const [model] = Object.values(objectAt(metadata, 'model_info') ?? {}).filter(isJsonObject);
  return {
    result: {
      text,
      segments:
        timestamps === 'SEGMENT'
          ? objectsAt(results, 'utterances').flatMap((each) => pieceAt(each, textAt(each, 'transcript')))
          : [],
      words:
        timestamps === 'WORD'
          ? objectsAt(best, 'words').flatMap((word) =>
              pieceAt(word, textAt(word, 'punctuated_word') ?? textAt(word, 'word')),
            )
          : [],
      ...(language !== undefined && { language }),
      ...(seconds !== undefined && { durationSeconds: seconds }),
    },
    seconds,
    responseId: textAt(metadata, 'request_id') ?? headers['dg-request-id'],
    model: textAt(model, 'name'),
  };
};

const unsupportedSpeech = (model: string, { voice, language, instructions }: SpeechRequest) => [
  ...(instructions === undefined ? [] : [{ name: 'instructions', problem: 'Deepgram takes none' }]),
  ...(voice === undefined || voice === model || isFamily(model)
    ? []
    : [{ name: 'voice', problem: 'the model is one voice: choose another model, or aura-2' }]),
  ...(language === undefined || isFamily(model)
    ? []
    : [{ name: 'language', problem: 'the model speaks one language: choose another model, or aura-2' }]),
];

export const connectDeepgram = async (
  settings: ProviderSettings,
  dependencies: ProviderDependencies,
): Promise<Provider> =>
  createSoundProvider(settings, dependencies, {
    packageUrl: 'https://api.deepgram.com',
    failureOf: deepgramFailure,
    connect: createDeepgram,
    speech: {
      refuse: refuseSpeech,
      unsupported: unsupportedSpeech,
      format: (format) => format.toLowerCase(),
      read: (headers) => ({
        characters: countAt(headers, 'dg-char-count'),
        responseId: headers['dg-request-id'],
        model: headers['dg-model-name'],
      }),
    },
    transcription: {
      // What the package's schema takes: all that is worth reading is read from the answer itself.
      admit: () => ({ metadata: null, results: null }),
      unsupported: (_model, { task, prompt, temperature }) => [
        ...(task === 'TRANSLATE' ? [{ name: 'task', problem: 'Deepgram does not translate' }] : []),
        ...(prompt === undefined ? [] : [{ name: 'prompt', problem: 'Deepgram takes none' }]),
        ...(temperature === undefined ? [] : [{ name: 'temperature', problem: 'Deepgram takes none' }]),
      ],
      options: ({ language, timestamps }) => ({
        deepgram: {
          punctuate: true,
          // Without either, it takes everything for English.
          ...(language === undefined ? { detectLanguage: true } : { language }),
          ...(timestamps === 'SEGMENT' && { utterances: true }),
        },
      }),
      read: readTranscript,
    },
  });
