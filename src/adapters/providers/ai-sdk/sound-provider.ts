import type { SpeechModelV4, TranscriptionModelV4 } from '@ai-sdk/provider';
import type { ProviderSettings } from '../../../domain/provider-settings.ts';
import type { Provider } from '../../../ports/provider.ts';
import type { ProviderDependencies } from '../known-provider.ts';
import { createAiSdkProvider } from './create-provider.ts';
import type { ExchangeRules } from './exchange.ts';
import { aiSdkSpeech, type SpeechSpec } from './speech.ts';
import { aiSdkTranscription, type TranscriptionSpec } from './transcription.ts';

/** What is particular to a package that speaks and writes down what is said. */
export type SoundPackage = {
  /** The one address that the package knows. */
  readonly packageUrl: string;
  readonly failureOf: ExchangeRules['failureOf'];
  connect(options: { readonly apiKey: string; readonly fetch: typeof globalThis.fetch }): {
    speech(providerModelId: string): SpeechModelV4;
    transcription(providerModelId: string): TranscriptionModelV4;
  };
  readonly speech: Omit<SpeechSpec, 'model' | 'rules'>;
  readonly transcription: Omit<TranscriptionSpec, 'model' | 'rules'> & Required<Pick<ExchangeRules, 'admit'>>;
};

/** A provider of speech and transcripts through a package. It has no language models. */
export const createSoundProvider = (
  { apiKey, baseUrl, id }: ProviderSettings,
  dependencies: ProviderDependencies,
  { packageUrl, failureOf, connect, speech, transcription }: SoundPackage,
): Provider => {
  const secrets = apiKey === undefined ? [] : [apiKey];
  const performance = { ...dependencies, id, secrets };
  const rules: ExchangeRules = { failureOf, address: (given) => given.replace(packageUrl, baseUrl) };
  const through = (fetch: typeof globalThis.fetch) => connect({ apiKey: apiKey?.reveal() ?? '', fetch });
  const { admit, ...transcribing } = transcription;
  return createAiSdkProvider({
    ...performance,
    baseUrl,
    operations: {
      SPEECH: aiSdkSpeech(performance, {
        ...speech,
        model: (fetch, model) => through(fetch).speech(model),
        rules,
      }),
      TRANSCRIPTION: aiSdkTranscription(performance, {
        ...transcribing,
        model: (fetch, model) => through(fetch).transcription(model),
        rules: { ...rules, admit },
      }),
    },
  });
};
