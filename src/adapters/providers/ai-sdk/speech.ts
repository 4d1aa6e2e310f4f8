import type { SharedV4ProviderOptions, SpeechModelV4 } from '@ai-sdk/provider';
import type { Failure } from '../../../domain/failure.ts';
import type { AudioFormat, SpeechRequest } from '../../../domain/operation.ts';
import { type Usage, usageOf } from '../../../domain/usage.ts';
import type { OperationAdapter } from '../../../ports/provider.ts';
import { audioTypeOf } from '../../../wire/operations/media.ts';
import type { AnswerHeaders } from '../response-headers.ts';
import type { ExchangeRules } from './exchange.ts';
import { aiSdkOperation, OperationFailure, type Performance } from './perform.ts';
import { readWarning } from './sdk-warnings.ts';

export type SpeechSpec = {
  model(fetch: typeof globalThis.fetch, providerModelId: string): SpeechModelV4;
  unsupported: OperationAdapter<'SPEECH'>['unsupported'];
  rules: ExchangeRules;
  /** The package's word for a format. */
  format(format: AudioFormat): string;
  /** Why nothing can be sent; undefined where it can. */
  refuse?(providerModelId: string, request: SpeechRequest): Failure | undefined;
  options?: SharedV4ProviderOptions;
  read(headers: AnswerHeaders): {
    readonly characters?: number | undefined;
    readonly responseId?: string | undefined;
    readonly model?: string | undefined;
  };
};

/** Sound comes as it is, or as Base64. */
const bytesOf = (audio: string | Uint8Array): Uint8Array =>
  typeof audio === 'string' ? Buffer.from(audio, 'base64') : audio;

const mediaTypeOf = (headers: AnswerHeaders, format: AudioFormat | undefined): string => {
  const stated = headers['content-type']?.split(';')[0]?.trim() ?? '';
  return stated.startsWith('audio/') ? stated : audioTypeOf(format ?? 'MP3');
};

/** Characters that are billed: what the provider counted, else those that were sent. */
const usageFor = (request: SpeechRequest, counted: number | undefined): Usage =>
  usageOf({ characters: counted ?? [...request.text].length });

/** Speech through a package. */
export const aiSdkSpeech = (performance: Performance, spec: SpeechSpec): OperationAdapter<'SPEECH'> =>
  aiSdkOperation<'SPEECH'>(performance, {
    unsupported: spec.unsupported,
    answers: 'BYTES',
    rules: () => spec.rules,
    async run(fetch, providerModelId, request, answered) {
      const refused = spec.refuse?.(providerModelId, request);
      if (refused !== undefined) throw new OperationFailure(refused);
      const { audio, warnings } = await spec.model(fetch, providerModelId).doGenerate({
        text: request.text,
        ...(request.voice !== undefined && { voice: request.voice }),
        ...(request.format !== undefined && { outputFormat: spec.format(request.format) }),
        ...(request.speed !== undefined && { speed: request.speed }),
        ...(request.instructions !== undefined && { instructions: request.instructions }),
        ...(request.language !== undefined && { language: request.language }),
        ...(spec.options !== undefined && { providerOptions: { ...spec.options } }),
      });
      const headers = answered.headers();
      const { characters, responseId, model } = spec.read(headers);
      return {
        result: { audio: { mediaType: mediaTypeOf(headers, request.format), bytes: bytesOf(audio) } },
        usage: usageFor(request, characters),
        warnings: warnings.map(readWarning),
        providerResponseId: responseId,
        providerModel: model,
      };
    },
  });
