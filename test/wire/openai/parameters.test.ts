import { describe, expect, test } from 'vitest';
import type {
  CompletionRequest,
  MediaPart,
  RequestParameter,
} from '../../../src/domain/completion-request.ts';
import { createOpenAiCodec } from '../../../src/wire/openai/codec.ts';
import { OPENAI_SERVICE_TIERS } from '../../../src/wire/openai/service-tier.ts';
import { createOpenAiResponsesCodec } from '../../../src/wire/openai-responses/codec.ts';
import { encoded, requestOf, unsupportedNames, WEATHER } from '../requests.ts';

const withPart = (part: MediaPart): Partial<CompletionRequest> => ({
  messages: [{ role: 'user', parts: [{ type: 'text', text: 'Hi' }, part] }],
});
const URL_SOURCE = { kind: 'url', url: 'https://example.com/x' } as const;
const data = (mediaType: string) => ({ kind: 'data', mediaType, base64: 'eA==' }) as const;

/** What sets each parameter, and it alone, beside one message and one tool. */
const SETTINGS: { readonly [Name in RequestParameter]: Partial<CompletionRequest> } = {
  tools: { tools: [WEATHER, { ...WEATHER, name: 'other' }] },
  toolChoice: { toolChoice: { kind: 'required' } },
  parallelToolCalls: { parallelToolCalls: false },
  output: { output: { kind: 'jsonSchema', name: 'x', schema: { type: 'object' } } },
  maxOutputTokens: { maxOutputTokens: 50 },
  temperature: { temperature: 0 },
  topP: { topP: 0 },
  topK: { topK: 1 },
  frequencyPenalty: { frequencyPenalty: 0 },
  presencePenalty: { presencePenalty: 0 },
  seed: { seed: 0 },
  stop: { stop: ['x'] },
  reasoningEffort: { reasoningEffort: 'none' },
  reasoningMaxTokens: { reasoningMaxTokens: 100 },
  logprobs: { logprobs: { top: 0 } },
  serviceTier: { serviceTier: 'STANDARD' },
  metadata: { metadata: { a: 'b' } },
  user: { user: 'u' },
  imageUrl: withPart({ type: 'image', source: URL_SOURCE }),
  imageData: withPart({ type: 'image', source: data('image/png') }),
  audioUrl: withPart({ type: 'audio', source: URL_SOURCE }),
  audioData: withPart({ type: 'audio', source: data('audio/mpeg') }),
  fileUrl: withPart({ type: 'file', source: URL_SOURCE }),
  fileData: withPart({ type: 'file', source: data('application/pdf') }),
  cache: { messages: [{ role: 'user', parts: [{ type: 'text', text: 'Hi', cache: '1h' }] }] },
};
const PARAMETERS = Object.keys(SETTINGS) as readonly RequestParameter[];

const CODECS = [
  ['chat completions at their plainest', createOpenAiCodec({}), 'm'],
  [
    'chat completions that take much',
    createOpenAiCodec({
      maxTokensField: 'max_completion_tokens',
      reasoningRequest: 'reasoning',
      supportsMetadata: true,
      supportsTopK: true,
      structuredOutput: 'json_object',
      promptCaching: 'markers',
      serviceTiers: OPENAI_SERVICE_TIERS,
      logprobsRequest: 'number',
      files: 'data-and-url',
    }),
    'm',
  ],
  [
    'chat completions that take little',
    createOpenAiCodec({
      reasoningRequest: 'none',
      structuredOutput: 'prompt',
      supportsAudio: false,
      unsupported: PARAMETERS.filter((name) => name !== 'output'),
    }),
    'm',
  ],
  ['Responses', createOpenAiResponsesCodec({ promptCaching: 'none' }), 'gpt-4o'],
  ['Responses that take little', createOpenAiResponsesCodec({ unsupported: PARAMETERS }), 'gpt-5'],
] as const;

describe.each(CODECS)('%s', (_name, codec, model) => {
  const plain = requestOf({ tools: [WEATHER] });
  const withoutTools = requestOf();

  test.each(PARAMETERS)('%s is sent or listed', (name) => {
    const before = encoded(codec, model, plain).body;
    const request = { ...plain, ...SETTINGS[name] };
    const after = encoded(codec, model, request).body;
    const listed = unsupportedNames(codec, model, request).filter((one) => one !== 'tools');
    if (unsupportedNames(codec, model, request).includes(name)) {
      // Left out as if it had not been asked for.
      expect(after).toEqual(before);
      if (name === 'tools') expect(after).toEqual(encoded(codec, model, withoutTools).body);
      else expect(listed).toEqual([name]);
    } else {
      expect(listed).toEqual([]);
      expect(after).not.toEqual(before);
    }
  });
});

test('marks are honoured without doing anything where the server caches by itself', () => {
  for (const codec of [createOpenAiCodec({ promptCaching: 'automatic' }), createOpenAiResponsesCodec()]) {
    const request = requestOf(SETTINGS.cache);
    expect(unsupportedNames(codec, 'm', request)).toEqual([]);
    expect(encoded(codec, 'm', request)).toEqual(encoded(codec, 'm', requestOf()));
  }
});
