import { describe, expect, it } from 'vitest';
import { namesImageModel } from '../../../../src/wire/serve/operations/image-model-name.ts';

describe('the name of a model', () => {
  it.each([
    'gpt-image-1',
    'openai/gpt-image-1-mini',
    'chatgpt-image-latest',
    'openai/dall-e-3',
    'google/imagen-4.0-generate-001',
    'google/gemini-2.5-flash-image',
    'gemini-3-pro-image-preview',
    'openrouter/black-forest-labs/flux.1-schnell',
    'together/stabilityai/stable-diffusion-xl-base-1.0',
    'bytedance/seedream-4.0',
    'qwen/qwen-image-edit',
    'grok-2-image-1212',
  ])('tells that it makes images: %s', (name) => {
    expect(namesImageModel(name)).toBe(true);
  });

  it.each([
    'gpt-4o',
    'openai/gpt-4o-mini',
    'anthropic/claude-sonnet-4-5',
    'google/gemini-2.5-flash',
    'influx-7b',
    'imagenet-vit',
    'salesforce/blip-image-captioning-large',
    'amazon/titan-image-embedding-g1',
    'flux/gpt-4o',
    '',
  ])('tells nothing of the kind: %s', (name) => {
    expect(namesImageModel(name)).toBe(false);
  });
});
