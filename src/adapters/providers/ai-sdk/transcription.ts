import type { SharedV4ProviderOptions, TranscriptionModelV4 } from '@ai-sdk/provider';
import type { JsonObject } from '../../../domain/json.ts';
import type {
  TranscriptionRequest,
  TranscriptionResult,
  TranscriptPiece,
} from '../../../domain/operation.ts';
import { type Usage, usageOf } from '../../../domain/usage.ts';
import type { OperationAdapter } from '../../../ports/provider.ts';
import { unreadableFailure } from '../../../wire/upstream-failure.ts';
import type { AnswerHeaders } from '../response-headers.ts';
import type { ExchangeRules } from './exchange.ts';
import { aiSdkOperation, OperationFailure, type Performance } from './perform.ts';
import { readWarning } from './sdk-warnings.ts';

export type TranscriptionReading = {
  readonly result: TranscriptionResult;
  readonly responseId?: string | undefined;
  readonly model?: string | undefined;
  /** What is billed; absent where the provider does not say. */
  readonly seconds?: number | undefined;
};

export type TranscriptionSpec = {
  model(fetch: typeof globalThis.fetch, providerModelId: string): TranscriptionModelV4;
  unsupported: OperationAdapter<'TRANSCRIPTION'>['unsupported'];
  rules: ExchangeRules;
  options(request: TranscriptionRequest): SharedV4ProviderOptions;
  /** The package drops most of an answer: it is read as the provider sent it. Undefined where it is no transcript. */
  read(
    answer: JsonObject,
    headers: AnswerHeaders,
    request: TranscriptionRequest,
  ): TranscriptionReading | undefined;
};

/** A number of seconds; undefined for what is none. */
export const secondsAt = (object: JsonObject | undefined, key: string): number | undefined => {
  const value = object?.[key];
  return typeof value === 'number' && Number.isFinite(value) && value >= 0 ? value : undefined;
};

/** What was said at a place in time, in a list; an empty one where either is not told. */
export const pieceAt = (piece: JsonObject, text: string | undefined): readonly TranscriptPiece[] => {
  const [start, end] = [secondsAt(piece, 'start'), secondsAt(piece, 'end')];
  return text === undefined || start === undefined || end === undefined ? [] : [{ text, start, end }];
};

/** Transcripts through a package. */
export const aiSdkTranscription = (
  performance: Performance,
  spec: TranscriptionSpec,
): OperationAdapter<'TRANSCRIPTION'> =>
  aiSdkOperation<'TRANSCRIPTION'>(performance, {
    unsupported: spec.unsupported,
    answers: 'JSON',
    rules: () => spec.rules,
    // A task that cannot be done is left out as any other parameter: the words are written down as they were said.
    withoutUnsupported(request, names) {
      const { language, prompt, temperature, timestamps, audio, task } = request;
      return {
        audio,
        task: names.has('task') ? 'TRANSCRIBE' : task,
        ...(language !== undefined && !names.has('language') && { language }),
        ...(prompt !== undefined && !names.has('prompt') && { prompt }),
        ...(temperature !== undefined && !names.has('temperature') && { temperature }),
        ...(timestamps !== undefined && !names.has('timestamps') && { timestamps }),
      };
    },
    async run(fetch, providerModelId, request, answered) {
      const { warnings } = await spec.model(fetch, providerModelId).doGenerate({
        audio: request.audio.bytes,
        mediaType: request.audio.mediaType,
        providerOptions: spec.options(request),
      });
      const answer = answered.json();
      const reading = spec.read(answer, answered.headers(), request);
      if (reading === undefined) throw new OperationFailure(unreadableFailure(JSON.stringify(answer)));
      const { result, seconds, responseId, model } = reading;
      const usage: Usage | undefined = seconds === undefined ? undefined : usageOf({ seconds });
      return {
        result,
        usage,
        warnings: warnings.map(readWarning),
        providerResponseId: responseId,
        providerModel: model,
      };
    },
  });
