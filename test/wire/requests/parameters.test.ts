import { describe, expect, test } from 'vitest';
import type { CompletionRequest, RequestParameter } from '../../../src/domain/completion-request.ts';
import { createAnthropicCodec } from '../../../src/wire/anthropic/codec.ts';
import type { UpstreamCodec } from '../../../src/wire/codec.ts';
import { createGeminiCodec } from '../../../src/wire/gemini/codec.ts';
import { createOpenAiCodec } from '../../../src/wire/openai/codec.ts';
import { createOpenAiResponsesCodec } from '../../../src/wire/openai-responses/codec.ts';
import { EVERY_PARAMETER } from './every-parameter.ts';

/** What a provider does by itself, so that there is nothing to send. */
const BY_ITSELF: { readonly [codec: string]: readonly RequestParameter[] } = {
  // Prompts are cached without being told to.
  Gemini: ['cache'],
  'Gemini on Vertex': ['cache'],
  'OpenAI Responses': ['cache'],
};

const CODECS: readonly (readonly [string, UpstreamCodec, readonly string[]])[] = [
  [
    'Anthropic',
    createAnthropicCodec(),
    [
      'claude-3-haiku-20240307',
      'claude-3-7-sonnet',
      'claude-sonnet-4-5',
      'claude-opus-4-8',
      'claude-opus-5-5',
    ],
  ],
  ['Anthropic on Vertex', createAnthropicCodec('vertex'), ['claude-sonnet-4@20250514', 'claude-opus-5']],
  [
    'Gemini',
    createGeminiCodec(),
    ['gemini-2.0-flash', 'gemini-2.5-flash', 'gemini-2.5-pro', 'gemini-3-pro-preview', 'gemma-3-27b-it'],
  ],
  ['Gemini on Vertex', createGeminiCodec('vertex'), ['gemini-2.0-flash', 'gemini-3-flash-preview']],
  ['OpenAI chat completions', createOpenAiCodec({}), ['gpt-4o', 'gpt-5']],
  ['OpenAI Responses', createOpenAiResponsesCodec(), ['gpt-4o', 'gpt-5']],
];

const sentBy = (codec: UpstreamCodec, model: string, request: CompletionRequest): string => {
  const { body, headers, path } = codec.encode(model, request, false).call;
  return JSON.stringify([path, headers, body]);
};

const isWarnedOf = (
  codec: UpstreamCodec,
  model: string,
  request: CompletionRequest,
  parameter: RequestParameter,
): boolean =>
  codec
    .encode(model, request, false)
    .warnings.some((event) => event.type === 'warning' && event.warning.parameter === parameter);

describe.each(CODECS)('%s', (name, codec, models) => {
  const isUnneeded = (parameter: RequestParameter): boolean => BY_ITSELF[name]?.includes(parameter) === true;
  const cases = models.flatMap((model) =>
    EVERY_PARAMETER.map(([parameter, asked]) => [model, parameter, asked] as const),
  );

  test.each(cases)('%s: %s is sent, or told not to be', (model, parameter, asked) => {
    for (const one of asked) {
      const isListed = codec.unsupported(model, one.with).some((found) => found.name === parameter);
      const isSent = sentBy(codec, model, one.with) !== sentBy(codec, model, one.without);
      const isTold = isListed || isWarnedOf(codec, model, one.with, parameter);
      const what = JSON.stringify(one.with);
      if (isUnneeded(parameter))
        expect({ what, isSent, isTold }).toEqual({ what, isSent: false, isTold: false });
      else if (isListed) expect({ what, isSent }).toEqual({ what, isSent: false });
      else expect({ what, isSentOrTold: isSent || isTold }).toEqual({ what, isSentOrTold: true });
    }
  });
});
