import { asProviderId } from '../../../domain/ids.ts';
import type { KnownProvider } from '../known-provider.ts';
import { moonshot } from './moonshot.ts';

/** The same API in China: accounts, keys and prices are separate. */
export const moonshotCn: KnownProvider = {
  id: asProviderId('moonshot-cn'),
  name: 'Moonshot AI (China)',
  kind: moonshot.kind,
  baseUrl: 'https://api.moonshot.cn/v1',
  keyVariables: ['MOONSHOT_CN_API_KEY'],
  docsUrl: 'https://platform.moonshot.cn/docs',
  region: 'CN',
  offerings: [
    { providerModelId: 'kimi-k2.5' },
    { providerModelId: 'kimi-k2.6' },
    { providerModelId: 'kimi-k3' },
    { providerModelId: 'moonshot-v1-8k' },
  ],
  api: moonshot.api,
};
