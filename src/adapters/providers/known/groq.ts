import { asModelSlug, asProviderId } from '../../../domain/ids.ts';
import { createOpenAiCodec } from '../../../wire/openai/codec.ts';
import type { OpenAiQuirks, ReasoningEfforts } from '../../../wire/openai/quirks.ts';
import { openAiSpeech } from '../../../wire/operations/openai/speech.ts';
import { openAiTranscription } from '../../../wire/operations/openai/transcription.ts';
import type { KnownProvider } from '../known-provider.ts';

/** https://console.groq.com/docs/reasoning (2026-11-30) */
const effortsOf = (model: string): ReasoningEfforts => {
  if (/qwen/.test(model))
    return {
      none: 'none',
      minimal: 'default',
      low: 'default',
      medium: 'default',
      high: 'default',
      max: 'default',
    };
  const levels = { low: 'low', medium: 'medium', high: 'high' };
  return /gpt-oss/.test(model) ? levels : { none: 'none', ...levels };
};

const quirksOf = (model: string): OpenAiQuirks => ({
  supportsAudio: false,
  serviceTiers: { STANDARD: 'on_demand', FLEX: 'flex', PRIORITY: 'performance' },
  reasoningEfforts: effortsOf(model),
  // Fields of messages that it does not know are refused, and so is more than one choice.
  takesUnknownMessageFields: false,
  supportsChoices: false,
  unsupported: ['logprobs'],
  // Its reference says that no model heeds them.
  withoutEffect: ['frequencyPenalty', 'presencePenalty'],
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
    codec: (providerModelId) => createOpenAiCodec(quirksOf(providerModelId)),
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
