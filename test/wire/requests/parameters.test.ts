import { describe, expect, test } from 'vitest';
import type {
  CompletionRequest,
  MediaPart,
  RequestParameter,
} from '../../../src/domain/completion-request.ts';
import { createAnthropicCodec } from '../../../src/wire/anthropic/codec.ts';
import type { UpstreamCodec } from '../../../src/wire/codec.ts';
import { createGeminiCodec } from '../../../src/wire/gemini/codec.ts';
import { createOpenAiCodec } from '../../../src/wire/openai/codec.ts';
import { createOpenAiResponsesCodec } from '../../../src/wire/openai-responses/codec.ts';
import { requestOf, WEATHER } from '../requests.ts';

/** What is asked for, and what the request is without it. */
type Asked = { readonly with: CompletionRequest; readonly without: CompletionRequest };

const plain = requestOf();
const tooled = requestOf({ tools: [WEATHER] });
const field = (fields: Partial<CompletionRequest>, base = plain): Asked => ({
  with: { ...base, ...fields },
  without: base,
});
const media = (part: MediaPart): Asked =>
  field({ messages: [{ role: 'user', parts: [{ type: 'text', text: 'Hi' }, part] }] });
const url = (name: string) => ({ kind: 'url', url: `https://example.com/${name}` }) as const;
const data = (mediaType: string) => ({ kind: 'data', mediaType, base64: 'eA==' }) as const;
const schema = { type: 'object', properties: {}, additionalProperties: false };

/** Every parameter, with values that differ from what is done without it. */
const EVERY: { readonly [Name in RequestParameter]: readonly Asked[] } = {
  tools: [field({ tools: [WEATHER] }), field({ tools: [{ ...WEATHER, strict: true }] }, tooled)],
  toolChoice: (['none', 'required'] as const)
    .map((kind) => field({ toolChoice: { kind } }, tooled))
    .concat(field({ toolChoice: { kind: 'tool', name: 'weather' } }, tooled)),
  parallelToolCalls: [field({ parallelToolCalls: false }, tooled)],
  output: [
    field({ output: { kind: 'jsonObject' } }),
    field({ output: { kind: 'jsonSchema', name: 'x', schema } }),
    field({ output: { kind: 'jsonSchema', name: 'x', schema } }, tooled),
  ],
  maxOutputTokens: [field({ maxOutputTokens: 77 })],
  temperature: [field({ temperature: 0.3 })],
  topP: [field({ topP: 0.4 })],
  topK: [field({ topK: 9 })],
  frequencyPenalty: [field({ frequencyPenalty: 0.5 })],
  presencePenalty: [field({ presencePenalty: 0.5 })],
  seed: [field({ seed: 7 })],
  stop: [field({ stop: ['END'] })],
  reasoningEffort: (['minimal', 'low', 'medium', 'high', 'max'] as const).map((reasoningEffort) =>
    field({ reasoningEffort }),
  ),
  reasoningMaxTokens: [field({ reasoningMaxTokens: 2_000 })],
  logprobs: [field({ logprobs: { top: 0 } }), field({ logprobs: { top: 5 } })],
  serviceTier: (['BATCH', 'FLEX', 'PRIORITY', 'FAST'] as const).map((serviceTier) => field({ serviceTier })),
  metadata: [field({ metadata: { team: 'search' } }), field({ metadata: { Team: 'Two words' } })],
  user: [field({ user: 'u-1' })],
  imageUrl: [media({ type: 'image', source: url('a.png') }), media({ type: 'image', source: url('a') })],
  imageData: [
    media({ type: 'image', source: data('image/png') }),
    media({ type: 'image', source: data('image/x-odd') }),
  ],
  audioUrl: [media({ type: 'audio', source: url('a.mp3') })],
  audioData: [
    media({ type: 'audio', source: data('audio/wav') }),
    media({ type: 'audio', source: data('audio/x-odd') }),
  ],
  fileUrl: [media({ type: 'file', source: url('a.pdf') })],
  fileData: [
    media({ type: 'file', source: data('application/pdf'), name: 'a.pdf' }),
    media({ type: 'file', source: data('application/x-odd'), name: 'a.odd' }),
  ],
  cache: [
    field({
      messages: [{ role: 'user', parts: [{ type: 'text', text: 'Hi', cache: '5m' }] }],
    }),
  ],
};

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

const CASES = Object.entries(EVERY) as readonly (readonly [RequestParameter, readonly Asked[]])[];

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
    CASES.map(([parameter, asked]) => [model, parameter, asked] as const),
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
