import { createElevenLabs } from '@ai-sdk/elevenlabs';
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
  // Comes with status 401, as a wrong key does.
  if (/quota_exceeded|insufficient_credits|payment/.test(word)) return 'QUOTA_EXHAUSTED';
  if (/too_many_concurrent_requests|rate_limit/.test(word)) return 'RATE_LIMITED';
  if (/system_busy/.test(word)) return 'OVERLOADED';
  if (/invalid_api_key|missing_api_key|needs_authorization/.test(word)) return 'AUTHENTICATION';
  if (/missing_permissions|subscription|only_for_creator|detected_unusual_activity/.test(word))
    return 'PERMISSION';
  if (/model_(not_found|id_does_not_exist|can_not)|unsupported_model/.test(word)) return 'MODEL_NOT_FOUND';
  if (/max_character_limit|text_too_long/.test(word)) return 'CONTEXT_LENGTH_EXCEEDED';
  if (/content_against_policy|moderation/.test(word)) return 'CONTENT_FILTERED';
  if (/voice_not_found/.test(word)) return 'INVALID_REQUEST';
  if (status === 404 && !/model/i.test(message)) return 'INVALID_REQUEST';
  return codeOfStatus(status);
};

/** `{detail: {status, message}}`, or `{detail: [{msg}]}` where the request itself is malformed. */
const elevenLabsFailure = (status: number, headers: Headers, body: string): Failure => {
  const json = parseJson(body);
  const answer = isJsonObject(json) ? json : undefined;
  const detail = objectAt(answer, 'detail') ?? objectAt(answer, 'error') ?? objectsAt(answer, 'detail')[0];
  const providerCode = textAt(detail, 'status') ?? textAt(detail, 'code');
  const providerMessage =
    textAt(detail, 'message') ??
    textAt(detail, 'msg') ??
    textAt(answer, 'detail') ??
    (answer === undefined ? plainMessage(body) : undefined);
  return upstreamFailure({
    code: classify(status, providerCode ?? '', providerMessage ?? ''),
    status,
    providerCode,
    providerMessage,
    providerRequestId: headers['request-id'],
    retryAfterMs: retryAfterMsOf(headers),
  });
};

/** The package puts it into the path as it is: a name with a slash would lead elsewhere, with the key. */
const VOICE_ID = /^[A-Za-z0-9_-]{1,100}$/;

const refuseSpeech = (_model: string, { voice }: SpeechRequest): Failure | undefined =>
  voice === undefined || VOICE_ID.test(voice)
    ? undefined
    : failureOf('INVALID_REQUEST', 'A voice of ElevenLabs is given by its id: letters and digits only.');

const readTranscript = (
  answer: JsonObject,
  headers: Headers,
  { timestamps }: TranscriptionRequest,
): TranscriptionReading | undefined => {
  // Of silence it is empty.
  const { text } = answer;
  if (typeof text !== 'string') return undefined;
  const pieces = objectsAt(answer, 'words');
  const seconds = secondsAt(answer, 'audio_duration_secs');
  const duration = seconds ?? secondsAt(pieces.at(-1), 'end');
  const language = textAt(answer, 'language_code');
  return {
    result: {
      text,
      segments: [],
      words:
        timestamps === 'WORD'
          ? pieces
              .filter(({ type }) => type === 'word')
              .flatMap((word) => pieceAt(word, textAt(word, 'text')))
          : [],
      ...(language !== undefined && { language }),
      ...(duration !== undefined && { durationSeconds: duration }),
    },
    seconds,
    responseId: textAt(answer, 'transcription_id') ?? headers['request-id'],
  };
};

export const connectElevenLabs = async (
  settings: ProviderSettings,
  dependencies: ProviderDependencies,
): Promise<Provider> =>
  createSoundProvider(settings, dependencies, {
    packageUrl: 'https://api.elevenlabs.io',
    failureOf: elevenLabsFailure,
    connect: createElevenLabs,
    speech: {
      refuse: refuseSpeech,
      unsupported: (_model, { instructions, format }) => [
        ...(instructions === undefined ? [] : [{ name: 'instructions', problem: 'ElevenLabs takes none' }]),
        ...(format === 'WAV' || format === 'AAC' || format === 'FLAC'
          ? [{ name: 'format', problem: 'ElevenLabs makes MP3, OPUS and PCM' }]
          : []),
      ],
      format: (format) => (format === 'OPUS' ? 'opus_48000_128' : format.toLowerCase()),
      read: (headers) => ({
        characters: countAt(headers, 'x-character-count') ?? countAt(headers, 'character-cost'),
        responseId: headers['request-id'],
      }),
    },
    transcription: {
      admit: (answer) => ({
        language_code: textAt(answer, 'language_code') ?? '',
        language_probability: 0,
        text: textAt(answer, 'text') ?? '',
      }),
      unsupported: (_model, { task, prompt, temperature, timestamps }) => [
        ...(task === 'TRANSLATE' ? [{ name: 'task', problem: 'ElevenLabs does not translate' }] : []),
        ...(prompt === undefined ? [] : [{ name: 'prompt', problem: 'ElevenLabs takes none' }]),
        ...(temperature === undefined
          ? []
          : [{ name: 'temperature', problem: 'the package has no place for it' }]),
        ...(timestamps === 'SEGMENT'
          ? [{ name: 'timestamps', problem: 'ElevenLabs places words, not segments' }]
          : []),
      ],
      options: ({ language, timestamps }) => ({
        elevenlabs: {
          ...(language !== undefined && { languageCode: language }),
          timestampsGranularity: timestamps === 'WORD' ? 'word' : 'none',
        },
      }),
      read: readTranscript,
    },
  });
