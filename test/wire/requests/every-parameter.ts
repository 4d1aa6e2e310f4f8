import type {
  CompletionRequest,
  MediaPart,
  RequestParameter,
} from '../../../src/domain/completion-request.ts';
import { requestOf, WEATHER } from '../requests.ts';

/** What is asked for, and what the request is without it. */
export type Asked = { readonly with: CompletionRequest; readonly without: CompletionRequest };

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

export const EVERY_PARAMETER = Object.entries(EVERY) as readonly (readonly [
  RequestParameter,
  readonly Asked[],
])[];
