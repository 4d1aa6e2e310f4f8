import { asModelSlug, asProviderId } from '../../../domain/ids.ts';
import type { KnownProvider } from '../known-provider.ts';
import { dashscope } from './dashscope.ts';

/** The same API in China: accounts, keys and prices are separate. */
export const dashscopeCn: KnownProvider = {
  id: asProviderId('dashscope-cn'),
  name: 'Alibaba DashScope (China)',
  kind: dashscope.kind,
  baseUrl: 'https://dashscope.aliyuncs.com/compatible-mode/v1',
  keyVariables: ['DASHSCOPE_CN_API_KEY'],
  docsUrl: 'https://help.aliyun.com/zh/model-studio',
  region: 'CN',
  offerings: [
    { providerModelId: 'qwen3-max', modelSlug: asModelSlug('alibaba/qwen3-max') },
    { providerModelId: 'qwen-plus', modelSlug: asModelSlug('alibaba/qwen-plus') },
    { providerModelId: 'qwen3-coder-plus', modelSlug: asModelSlug('alibaba/qwen3-coder-plus') },
    { providerModelId: 'text-embedding-v4', modelSlug: asModelSlug('alibaba/text-embedding-v4') },
  ],
  api: dashscope.api,
};
