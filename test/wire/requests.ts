import type { CompletionRequest, Tool } from '../../src/domain/completion-request.ts';
import type { UpstreamCodec } from '../../src/wire/codec.ts';

/** A request with one user message, and what else is given. */
export const requestOf = (fields: Partial<CompletionRequest> = {}): CompletionRequest => ({
  messages: [{ role: 'user', parts: [{ type: 'text', text: 'Hi' }] }],
  tools: [],
  ...fields,
});

export const WEATHER: Tool = {
  name: 'weather',
  description: 'Tells the weather',
  parameters: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] },
};

/** A conversation of every role and part. */
export const CONVERSATION: CompletionRequest['messages'] = [
  { role: 'system', text: 'Be brief.' },
  {
    role: 'user',
    parts: [
      { type: 'text', text: 'What is this?' },
      { type: 'image', source: { kind: 'data', mediaType: 'image/png', base64: 'iVBORw==' } },
    ],
  },
  {
    role: 'assistant',
    text: 'Let me look.',
    reasoning: [{ text: 'A picture.', signature: 'sig-1' }],
    toolCalls: [
      { id: 'call_a', name: 'weather', arguments: '{"city":"Oslo"}', signature: 'sig-2' },
      { id: 'call_b', name: 'weather', arguments: '' },
    ],
  },
  { role: 'tool', toolCallId: 'call_a', text: 'Rain', isError: false },
  { role: 'tool', toolCallId: 'call_b', text: 'No city', isError: true },
  { role: 'user', parts: [{ type: 'text', text: 'Thanks' }] },
];

/** The body that is sent, parsed, and the messages of the warnings. */
export const encoded = (
  codec: UpstreamCodec,
  model: string,
  request: CompletionRequest,
  stream = false,
): { readonly body: unknown; readonly path: string; readonly warnings: readonly string[] } => {
  const { call, warnings } = codec.encode(model, request, stream);
  return {
    body: JSON.parse(call.body),
    path: call.path,
    warnings: warnings.flatMap((event) => (event.type === 'warning' ? [event.warning.message] : [])),
  };
};

export const unsupportedNames = (
  codec: UpstreamCodec,
  model: string,
  request: CompletionRequest,
): readonly string[] => codec.unsupported(model, request).map((parameter) => parameter.name);
