import { asModelSlug, asProviderId } from '../../../domain/ids.ts';
import { createOpenAiCodec } from '../../../wire/openai/codec.ts';
import { openAiEmbeddings } from '../../../wire/operations/openai/embeddings.ts';
import { openAiImages } from '../../../wire/operations/openai/images.ts';
import { openAiSpeech } from '../../../wire/operations/openai/speech.ts';
import { openAiTranscription } from '../../../wire/operations/openai/transcription.ts';
import { commonRerank } from '../../../wire/operations/rerank.ts';
import type { KnownProvider } from '../known-provider.ts';

const CODEC = createOpenAiCodec({
  supportsAudio: false,
  reasoningRequest: 'none',
  thinkingSwitch: 'enable_thinking',
  thinkingBudget: 'thinking_budget',
  supportsTopK: true,
  structuredOutput: 'json_object',
  unsupported: ['presencePenalty', 'parallelToolCalls', 'seed', 'logprobs', 'user'],
});

export const siliconflow: KnownProvider = {
  id: asProviderId('siliconflow'),
  name: 'SiliconFlow',
  kind: 'HOST',
  baseUrl: 'https://api.siliconflow.com/v1',
  keyVariables: ['SILICONFLOW_API_KEY'],
  docsUrl: 'https://docs.siliconflow.com',
  offerings: [
    { providerModelId: 'deepseek-ai/DeepSeek-V3.2', modelSlug: asModelSlug('deepseek/deepseek-v3.2') },
    { providerModelId: 'Qwen/Qwen3-32B', modelSlug: asModelSlug('alibaba/qwen3-32b') },
    { providerModelId: 'BAAI/bge-m3', modelSlug: asModelSlug('baai/bge-m3') },
    { providerModelId: 'BAAI/bge-reranker-v2-m3', modelSlug: asModelSlug('baai/bge-reranker-v2-m3') },
    { providerModelId: 'FunAudioLLM/CosyVoice2-0.5B', modelSlug: asModelSlug('funaudiollm/cosyvoice2-0.5b') },
    { providerModelId: 'FunAudioLLM/SenseVoiceSmall', modelSlug: asModelSlug('funaudiollm/sensevoicesmall') },
    {
      providerModelId: 'black-forest-labs/FLUX.1-schnell',
      modelSlug: asModelSlug('black-forest-labs/flux.1-schnell'),
    },
  ],
  api: {
    kind: 'DIALECT',
    dialect: 'openai',
    codec: () => CODEC,
    operations: {
      EMBEDDING: openAiEmbeddings(),
      IMAGE_GENERATION: openAiImages({
        responseFormat: 'none',
        sizeField: 'image_size',
        countField: 'batch_size',
        supportsSeed: true,
        edits: { field: 'image' },
        unsupported: ['quality', 'style', 'background', 'format'],
      }),
      SPEECH: openAiSpeech({
        formats: ['MP3', 'WAV', 'OPUS', 'PCM'],
        defaultVoice: 'FunAudioLLM/CosyVoice2-0.5B:alex',
        supportsInstructions: false,
      }),
      TRANSCRIPTION: openAiTranscription({
        answers: 'NONE',
        unsupported: ['language', 'prompt', 'temperature', 'timestamps'],
      }),
      RERANK: commonRerank(),
    },
  },
};
