import { asProviderId } from '../../../domain/ids.ts';
import type { UpstreamCodec } from '../../../wire/codec.ts';
import { createOpenAiCodec } from '../../../wire/openai/codec.ts';
import { forwardOpenAi } from '../../../wire/openai/forward.ts';
import type { OpenAiQuirks } from '../../../wire/openai/quirks.ts';
import type { KnownProvider } from '../known-provider.ts';

/** M2 thinks in any case, and so does M3.1. https://platform.minimax.io/docs/api-reference/text-openai-api (2026-11-30) */
const reasoningOf = (model: string): OpenAiQuirks => ({
  reasoningRequest: 'none',
  thinkingSwitch: 'thinking-adaptive',
  ...(/m2|m3\.1/i.test(model) && { thinkingSwitchFor: 'on' }),
});

const quirksOf = (model: string): OpenAiQuirks => ({
  maxTokensField: 'max_completion_tokens',
  ...reasoningOf(model),
  // Interleaved thinking gets worse where earlier reasoning is left out.
  reasoningHistory: 'reasoning_details',
  structuredOutput: 'prompt',
  promptCaching: 'automatic',
  supportsAudio: false,
  unsupported: [
    'toolChoice',
    'parallelToolCalls',
    'seed',
    'frequencyPenalty',
    'presencePenalty',
    'stop',
    'logprobs',
    'user',
  ],
});

/** Without `reasoning_split`, thinking comes inside the text, between tags. */
const minimaxCodec = (providerModelId: string): UpstreamCodec => {
  const quirks = quirksOf(providerModelId);
  const codec = createOpenAiCodec(quirks);
  return {
    ...codec,
    encode(model, request, stream) {
      const encoded = codec.encode(model, request, stream);
      const body = `${encoded.call.body.slice(0, -1)},"reasoning_split":true}`;
      return { ...encoded, call: { ...encoded.call, body } };
    },
    forward(model, forwarding) {
      const { client } = forwarding;
      const body = { reasoning_split: true, ...client.body };
      return forwardOpenAi(model, { ...forwarding, client: { ...client, body } }, quirks);
    },
  };
};

export const minimax: KnownProvider = {
  id: asProviderId('minimax'),
  name: 'MiniMax',
  kind: 'LAB',
  baseUrl: 'https://api.minimax.io/v1',
  keyVariables: ['MINIMAX_API_KEY'],
  docsUrl: 'https://platform.minimax.io/docs',
  api: {
    kind: 'DIALECT',
    dialect: 'openai',
    codec: minimaxCodec,
    operations: {},
    modelsPath: 'none',
  },
};
