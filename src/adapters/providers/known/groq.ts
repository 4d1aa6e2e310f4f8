import { asModelSlug, asProviderId } from '../../../domain/ids.ts';
import { createOpenAiCodec } from '../../../wire/openai/codec.ts';
import { openAiSpeech } from '../../../wire/operations/openai/speech.ts';
import { openAiTranscription } from '../../../wire/operations/openai/transcription.ts';
import type { KnownProvider } from '../known-provider.ts';

const CODEC = createOpenAiCodec({
  supportsAudio: false,
  serviceTiers: { STANDARD: 'on_demand', FLEX: 'flex', PRIORITY: 'performance' },
  reasoningEfforts: { none: 'none', low: 'low', medium: 'medium', high: 'high' },
  // The first is refused; of the penalties its reference says that no model heeds them.
  unsupported: ['logprobs', 'frequencyPenalty', 'presencePenalty'],
  promptCaching: 'automatic',
});

export const groq: KnownProvider = {
  id: asProviderId('groq'),
  name: 'Groq',
  kind: 'HOST',
  baseUrl: 'https://api.groq.com/openai/v1',
  keyVariables: ['GROQ_API_KEY'],
  docsUrl: 'https://console.groq.com/docs',
  offerings: [
    { providerModelId: 'whisper-large-v3', modelSlug: asModelSlug('openai/whisper-large-v3') },
    { providerModelId: 'whisper-large-v3-turbo', modelSlug: asModelSlug('openai/whisper-large-v3-turbo') },
    {
      providerModelId: 'canopylabs/orpheus-v1-english',
      modelSlug: asModelSlug('canopylabs/orpheus-v1-english'),
    },
  ],
  api: {
    kind: 'DIALECT',
    dialect: 'openai',
    codec: () => CODEC,
    operations: {
      SPEECH: openAiSpeech({
        formats: ['WAV'],
        defaultVoice: 'hannah',
        supportsInstructions: false,
        supportsSpeed: false,
      }),
      TRANSCRIPTION: openAiTranscription(),
    },
  },
};
