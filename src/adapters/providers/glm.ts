import type { UpstreamCodec } from '../../wire/codec.ts';
import { createOpenAiCodec } from '../../wire/openai/codec.ts';
import type { OpenAiQuirks, ReasoningEfforts } from '../../wire/openai/quirks.ts';

/** Versions as numbers that sort: 5.2 is 502. Undefined for names without one. */
const versionOf = (model: string): number | undefined => {
  const match = /glm-(\d+)(?:\.(\d+))?/.exec(model.toLowerCase());
  return match ? Number(match[1]) * 100 + Number(match[2] ?? 0) : undefined;
};

/** Efforts beside the switch, for models that take them. https://docs.z.ai/guides/capabilities/thinking-mode (2026-11-30) */
const effortsOf = (model: string): ReasoningEfforts | undefined => {
  const version = versionOf(model) ?? 0;
  if (version >= 503) return { low: 'low', high: 'high', max: 'max' };
  return version >= 502 ? { high: 'high', max: 'max' } : undefined;
};

const quirksOf = (model: string): OpenAiQuirks => {
  const efforts = effortsOf(model);
  return {
    thinkingSwitch: 'thinking',
    ...(efforts === undefined ? { reasoningRequest: 'none' } : { reasoningEfforts: efforts }),
    // The model goes on from what it thought before its tool calls.
    reasoningHistory: 'reasoning_content',
    structuredOutput: 'json_object',
    unsupported: ['seed', 'frequencyPenalty', 'presencePenalty', 'parallelToolCalls', 'logprobs', 'user'],
    promptCaching: 'automatic',
    supportsAudio: false,
  };
};

/** GLM as its maker serves it, abroad and in China. */
export const glmCodec = (model: string): UpstreamCodec => createOpenAiCodec(quirksOf(model));
