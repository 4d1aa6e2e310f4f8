import type { RequestParameter } from '../../../domain/completion-request.ts';
import { asProviderId } from '../../../domain/ids.ts';
import { createOpenAiCodec } from '../../../wire/openai/codec.ts';
import type { OpenAiQuirks } from '../../../wire/openai/quirks.ts';
import type { KnownProvider } from '../known-provider.ts';

/** While it thinks, which all but one do unasked, sampling is taken without effect. */
const withoutEffect = (model: string): readonly RequestParameter[] => {
  if (model === 'deepseek-chat') return [];
  const sampling = ['temperature', 'frequencyPenalty', 'presencePenalty'] as const;
  return model === 'deepseek-reasoner' ? [...sampling, 'topP'] : sampling;
};

const quirksOf = (model: string): OpenAiQuirks => ({
  // Its own mapping of efforts; that thinking is on is the default. https://api-docs.deepseek.com/guides/thinking_mode (2026-11-30)
  thinkingSwitch: 'thinking',
  reasoningEfforts: { minimal: 'low', low: 'low', medium: 'high', high: 'high', max: 'max' },
  // Turns with tool calls are refused without the reasoning that led to them.
  reasoningHistory: 'reasoning_content',
  structuredOutput: 'json_object',
  supportsAudio: false,
  unsupported: [
    ...(['imageUrl', 'imageData', 'parallelToolCalls', 'seed', 'user'] as const),
    ...(model === 'deepseek-reasoner' ? (['logprobs'] as const) : []),
  ],
  withoutEffect: withoutEffect(model),
  promptCaching: 'automatic',
});

export const deepseek: KnownProvider = {
  id: asProviderId('deepseek'),
  name: 'DeepSeek',
  kind: 'LAB',
  baseUrl: 'https://api.deepseek.com',
  keyVariables: ['DEEPSEEK_API_KEY'],
  docsUrl: 'https://api-docs.deepseek.com',
  api: {
    kind: 'DIALECT',
    dialect: 'openai',
    codec: (providerModelId) => createOpenAiCodec(quirksOf(providerModelId)),
    operations: {},
  },
};
