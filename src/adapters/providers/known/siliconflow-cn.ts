import { asModelSlug, asProviderId } from '../../../domain/ids.ts';
import type { KnownProvider } from '../known-provider.ts';
import { siliconflow } from './siliconflow.ts';

/** The same API in China: accounts, keys and prices are separate. */
export const siliconflowCn: KnownProvider = {
  id: asProviderId('siliconflow-cn'),
  name: 'SiliconFlow (China)',
  kind: siliconflow.kind,
  baseUrl: 'https://api.siliconflow.cn/v1',
  keyVariables: ['SILICONFLOW_CN_API_KEY'],
  docsUrl: 'https://docs.siliconflow.cn',
  region: 'CN',
  offerings: [
    { providerModelId: 'deepseek-ai/DeepSeek-V3.2', modelSlug: asModelSlug('deepseek/deepseek-v3.2') },
    { providerModelId: 'Qwen/Qwen3-32B', modelSlug: asModelSlug('alibaba/qwen3-32b') },
    { providerModelId: 'BAAI/bge-m3', modelSlug: asModelSlug('baai/bge-m3') },
    { providerModelId: 'BAAI/bge-reranker-v2-m3', modelSlug: asModelSlug('baai/bge-reranker-v2-m3') },
    { providerModelId: 'FunAudioLLM/CosyVoice2-0.5B', modelSlug: asModelSlug('funaudiollm/cosyvoice2-0.5b') },
    { providerModelId: 'FunAudioLLM/SenseVoiceSmall', modelSlug: asModelSlug('funaudiollm/sensevoicesmall') },
    { providerModelId: 'Kwai-Kolors/Kolors', modelSlug: asModelSlug('kwai-kolors/kolors') },
  ],
  api: siliconflow.api,
};
