import { asModelSlug, asProviderId } from '../../../domain/ids.ts';
import { createOpenAiCodec } from '../../../wire/openai/codec.ts';
import { createOpenAiResponsesCodec } from '../../../wire/openai-responses/codec.ts';
import { isReasoningModel } from '../../../wire/openai-responses/model-traits.ts';
import { openAiEmbeddings } from '../../../wire/operations/openai/embeddings.ts';
import { openAiImages } from '../../../wire/operations/openai/images.ts';
import { openAiModeration } from '../../../wire/operations/openai/moderation.ts';
import { openAiSpeech } from '../../../wire/operations/openai/speech.ts';
import { openAiTokenCount } from '../../../wire/operations/openai/token-count.ts';
import { openAiTranscription } from '../../../wire/operations/openai/transcription.ts';
import type { KnownProvider } from '../known-provider.ts';

const CHAT = createOpenAiCodec({
  supportsCustomTools: true,
  takesMediaInResults: false,
  supportsTopK: false,
  toolCallIds: 'max-40',
  maxTokensField: 'max_completion_tokens',
  promptCaching: 'automatic',
  files: 'data',
  supportsDeveloperRole: true,
  serviceTiers: { STANDARD: 'default', FLEX: 'flex', PRIORITY: 'priority' },
});
/** Reasoning is only passed back from turn to turn by this API, and some models are served by no other. */
const RESPONSES = createOpenAiResponsesCodec();
const RESPONSES_ONLY = /codex|computer-use|deep-research|-pro(?:-|$)/;
const CHAT_ONLY = /audio|search-(?:preview|api)/;

export const openai: KnownProvider = {
  id: asProviderId('openai'),
  name: 'OpenAI',
  kind: 'LAB',
  baseUrl: 'https://api.openai.com/v1',
  keyVariables: ['OPENAI_API_KEY'],
  // Open weights, for others to serve.
  serves: (name) => !name.startsWith('gpt-oss'),
  docsUrl: 'https://platform.openai.com/docs',
  offerings: [
    { providerModelId: 'tts-1', modelSlug: asModelSlug('openai/tts-1') },
    { providerModelId: 'tts-1-hd', modelSlug: asModelSlug('openai/tts-1-hd') },
    {
      providerModelId: 'omni-moderation-latest',
      modelSlug: asModelSlug('openai/omni-moderation'),
      billing: 'FREE',
    },
  ],
  api: {
    kind: 'DIALECT',
    dialect: 'openai',
    codec: (providerModelId) => (isReasoningModel(providerModelId) ? RESPONSES : CHAT),
    codecs: { openai: CHAT, 'openai-responses': RESPONSES },
    alsoSpeaks: (name, dialect) => !(dialect === 'openai' ? RESPONSES_ONLY : CHAT_ONLY).test(name),
    operations: {
      EMBEDDING: openAiEmbeddings(),
      IMAGE_GENERATION: openAiImages(),
      SPEECH: openAiSpeech(),
      TRANSCRIPTION: openAiTranscription(),
      MODERATION: openAiModeration(),
      TOKEN_COUNT: openAiTokenCount(),
    },
  },
};
