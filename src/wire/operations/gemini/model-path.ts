import type { GeminiPlatform } from '../../gemini/platform.ts';

const nameOf = (model: string): string => model.replace(/^(publishers\/google\/)?models\//, '');

/** `models/x` and `x` name the same model. */
export const geminiModelPath = (platform: GeminiPlatform, model: string, method: string): string => {
  const models = platform === 'vertex' ? '/publishers/google/models' : '/v1beta/models';
  const name = nameOf(model).split('/').map(encodeURIComponent).join('/');
  return `${models}/${name}:${method}`;
};

/** The name as it is written inside a request. */
export const geminiModelName = (model: string): string => `models/${nameOf(model)}`;
