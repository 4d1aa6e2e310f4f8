import { asProviderId } from '../../../domain/ids.ts';
import type { UpstreamCodec } from '../../../wire/codec.ts';
import { createOpenAiCodec } from '../../../wire/openai/codec.ts';
import type { KnownProvider } from '../known-provider.ts';

const CODEC = createOpenAiCodec({
  maxTokensField: 'max_completion_tokens',
  reasoningRequest: 'none',
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

const MINIMAX_CODEC: UpstreamCodec = {
  ...CODEC,
  encode(model, request, stream) {
    const encoded = CODEC.encode(model, request, stream);
    // Without it thinking comes inside the text, between tags.
    const body = `${encoded.call.body.slice(0, -1)},"reasoning_split":true}`;
    return { ...encoded, call: { ...encoded.call, body } };
  },
  forward: (model, client, stream) =>
    CODEC.forward?.(model, { ...client, body: { reasoning_split: true, ...client.body } }, stream),
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
    codec: () => MINIMAX_CODEC,
    operations: {},
    modelsPath: 'none',
  },
};
