import type { FailureCode } from '../../../domain/failure.ts';
import { asProviderId } from '../../../domain/ids.ts';
import { isJsonObject } from '../../../domain/json.ts';
import type { ProviderEvent } from '../../../domain/provider-event.ts';
import type { UpstreamCodec } from '../../../wire/codec.ts';
import { createOpenAiCodec } from '../../../wire/openai/codec.ts';
import { failed } from '../../../wire/upstream-failure.ts';
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

const codeOf = (statusCode: number): FailureCode => {
  switch (statusCode) {
    case 1002:
    case 1041:
      return 'RATE_LIMITED';
    case 1004:
    case 2049:
      return 'AUTHENTICATION';
    case 1008:
    case 2056:
      return 'QUOTA_EXHAUSTED';
    case 1026:
    case 1027:
      return 'CONTENT_FILTERED';
    case 1039:
      return 'CONTEXT_LENGTH_EXCEEDED';
    case 2013:
      return 'INVALID_REQUEST';
    default:
      return 'SERVER_ERROR';
  }
};

/** Its errors come with status 200, in a field beside the answer; 0 there means that all is well. */
const failureIn = (text: string): ProviderEvent | undefined => {
  if (!text.includes('"base_resp"')) return undefined;
  try {
    const body: unknown = JSON.parse(text);
    const state = isJsonObject(body) ? body.base_resp : undefined;
    if (!isJsonObject(state) || typeof state.status_code !== 'number' || state.status_code === 0) {
      return undefined;
    }
    return failed({
      code: codeOf(state.status_code),
      providerCode: String(state.status_code),
      providerMessage: typeof state.status_msg === 'string' ? state.status_msg : undefined,
      status: 200,
    });
  } catch {
    return undefined;
  }
};

const MINIMAX_CODEC: UpstreamCodec = {
  ...CODEC,
  encode(model, request, stream) {
    const encoded = CODEC.encode(model, request, stream);
    // Without it thinking comes inside the text, between tags.
    const body = `${encoded.call.body.slice(0, -1)},"reasoning_split":true}`;
    return { ...encoded, call: { ...encoded.call, body } };
  },
  decodeAnswer(body) {
    const failure = failureIn(body);
    return failure === undefined ? CODEC.decodeAnswer(body) : [failure];
  },
  streamDecoder() {
    const decoder = CODEC.streamDecoder();
    let isOver = false;
    return {
      push(frame) {
        if (isOver) return [];
        const failure = failureIn(frame.data);
        if (failure === undefined) return decoder.push(frame);
        isOver = true;
        return [failure];
      },
      end: () => (isOver ? [] : decoder.end()),
    };
  },
};

export const minimax: KnownProvider = {
  id: asProviderId('minimax'),
  name: 'MiniMax',
  kind: 'LAB',
  baseUrl: 'https://api.minimax.io/v1',
  keyVariables: ['MINIMAX_API_KEY'],
  seedId: 'minimax',
  docsUrl: 'https://platform.minimax.io/docs',
  api: {
    kind: 'DIALECT',
    dialect: 'openai',
    codec: () => MINIMAX_CODEC,
    operations: {},
    modelsPath: 'none',
  },
};
