import { asProviderId } from '../../../domain/ids.ts';
import type { UpstreamCodec } from '../../../wire/codec.ts';
import { createOpenAiCodec } from '../../../wire/openai/codec.ts';
import type { OpenAiQuirks } from '../../../wire/openai/quirks.ts';
import type { KnownProvider } from '../known-provider.ts';

/** How models are told to think. https://platform.moonshot.ai/docs/guide/use-kimi-k2-thinking-model (2026-11-30) */
const reasoningOf = (model: string): OpenAiQuirks => {
  if (/kimi-k3/.test(model))
    return { reasoningEfforts: { minimal: 'low', low: 'low', medium: 'high', high: 'high', max: 'max' } };
  // It thinks in any case; older ones never do.
  if (/thinking/.test(model))
    return { reasoningRequest: 'none', thinkingSwitch: 'thinking', thinkingSwitchFor: 'on' };
  if (/kimi-k2(?![.\d])|moonshot-v1/.test(model)) return { reasoningRequest: 'none' };
  return { reasoningRequest: 'none', thinkingSwitch: 'thinking' };
};

const quirksOf = (model: string): OpenAiQuirks => ({
  ...reasoningOf(model),
  assistantPrefill: 'partial',
  // Thinking models want the reasoning of earlier tool calls back.
  reasoningHistory: 'reasoning_content',
  structuredOutput: 'json_object',
  supportsAudio: false,
  unsupported: ['imageUrl', 'seed', 'logprobs', 'user'],
  promptCaching: 'automatic',
});

const moonshotCodec = (model: string): UpstreamCodec => createOpenAiCodec(quirksOf(model));

export const moonshot: KnownProvider = {
  id: asProviderId('moonshot'),
  name: 'Moonshot AI',
  kind: 'LAB',
  baseUrl: 'https://api.moonshot.ai/v1',
  keyVariables: ['MOONSHOT_API_KEY'],
  docsUrl: 'https://platform.moonshot.ai/docs',
  api: {
    kind: 'DIALECT',
    dialect: 'openai',
    codec: moonshotCodec,
    operations: {},
  },
};
