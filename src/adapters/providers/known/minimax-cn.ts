import { asModelSlug, asProviderId } from '../../../domain/ids.ts';
import type { KnownProvider } from '../known-provider.ts';
import { minimax } from './minimax.ts';

/** The same API in China: accounts, keys and prices are separate. */
export const minimaxCn: KnownProvider = {
  id: asProviderId('minimax-cn'),
  name: 'MiniMax (China)',
  kind: minimax.kind,
  baseUrl: 'https://api.minimaxi.com/v1',
  keyVariables: ['MINIMAX_CN_API_KEY'],
  docsUrl: 'https://platform.minimaxi.com/document',
  region: 'CN',
  offerings: [
    { providerModelId: 'MiniMax-M2' },
    { providerModelId: 'MiniMax-M2.7' },
    { providerModelId: 'MiniMax-M3', modelSlug: asModelSlug('minimax/minimax-m3') },
  ],
  api: minimax.api,
};
