import { expect, test } from 'vitest';
import { createAnthropicCodec } from '../../src/wire/anthropic/codec.ts';
import { createGeminiCodec } from '../../src/wire/gemini/codec.ts';
import { encoded, requestOf } from './requests.ts';

const looking = (detail: 'low' | 'auto') =>
  requestOf({
    messages: [
      {
        role: 'user',
        parts: [
          { type: 'image', source: { kind: 'data', mediaType: 'image/png', base64: 'iVBORw==' }, detail },
        ],
      },
    ],
  });

test.each([
  ['Anthropic', createAnthropicCodec(), 'claude-sonnet-4-5'],
  ['Gemini', createGeminiCodec(), 'gemini-2.5-flash'],
])('%s takes no hint of how closely to look at an image, and that is told', (_name, codec, model) => {
  expect(encoded(codec, model, looking('low')).warnings).toEqual([
    expect.stringContaining('how closely to look'),
  ]);
  expect(encoded(codec, model, looking('auto')).warnings).toEqual([]);
});
