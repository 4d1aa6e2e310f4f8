import { describe, expect, it } from 'vitest';
import { isJsonObject, type JsonObject, type JsonValue } from '../../src/domain/json.ts';
import type { ProviderEvent } from '../../src/domain/provider-event.ts';
import { createAnthropicStreamDecoder } from '../../src/wire/anthropic/stream-decoder.ts';
import type { SseFrame, StreamDecoder } from '../../src/wire/codec.ts';
import { createOpenAiStreamDecoder } from '../../src/wire/openai/stream-decoder.ts';
import { createResponsesStreamDecoder } from '../../src/wire/openai-responses/stream-decoder.ts';

// A piece of text is read in a short way. What else stands beside it must be seen all the same: here every member that
// is known in any dialect, with values of all kinds, is put at every place of a piece; and the same is said once more
// with something beside it that means nothing, but with which no short way is gone. Both must be read alike.

const USAGE = { prompt_tokens: 3, completion_tokens: 2, total_tokens: 5, input_tokens: 3, output_tokens: 2 };
const VALUES: readonly JsonValue[] = [
  null,
  '',
  'stop',
  'flex',
  'error',
  0,
  1,
  true,
  {},
  [],
  ['https://example.com/a'],
  [{ text: 'x', url: 'https://example.com/b', type: 'text' }],
  [{ url_citation: { url: 'https://example.com/c' } }],
  [{ token: 'a', logprob: -1, top_logprobs: [] }],
  [{ type: 'reasoning.text', text: 'hm', signature: 'proof' }],
  [{ index: 0, id: 'call_1', type: 'function', function: { name: 'look', arguments: '{}' } }],
  USAGE,
  { usage: USAGE },
  { message: 'no more', code: 503 },
  { status_code: 1004, status_msg: 'no' },
  { content: [{ token: 'a', logprob: -1, top_logprobs: [] }] },
  { google: { thought_signature: 'proof' } },
  { type: 'text_delta', text: 'other' },
  { type: 'thinking_delta', thinking: 'hm' },
];
const NAMES =
  'annotations base_resp choices citations code content content_index delta error event extra_content finish_reason id index item item_id logprobs message model object output_index reasoning reasoning_content reasoning_details refusal response role search_results sequence_number service_tier text thought_signature tool_calls type usage x_groq'.split(
    ' ',
  );

type Path = readonly (string | number)[];

const put = (at: JsonValue | undefined, [first, ...rest]: Path, value: JsonValue): JsonValue => {
  if (first === undefined) return value;
  if (Array.isArray(at)) return at.map((one, index) => (index === first ? put(one, rest, value) : one));
  const object: JsonObject = isJsonObject(at) ? at : {};
  return { ...object, [first]: put(object[first], rest, value) };
};

type Tested = {
  readonly decoder: () => StreamDecoder;
  /** Frames before a piece, one of each beginning that matters. */
  readonly beginnings: readonly (readonly SseFrame[])[];
  readonly piece: JsonObject;
  /** Where its members are. */
  readonly places: readonly Path[];
  /** The same, said so that no short way is gone. */
  readonly long: (piece: JsonObject) => JsonObject;
  readonly end: readonly SseFrame[];
};

const frame = (data: JsonValue, event?: string): SseFrame =>
  event === undefined ? { data: JSON.stringify(data) } : { event, data: JSON.stringify(data) };

const chunk = (delta: JsonObject, more: JsonObject = {}): JsonObject => ({
  id: 'c1',
  object: 'chat.completion.chunk',
  model: 'm',
  choices: [{ index: 0, delta, logprobs: null, finish_reason: null }],
  ...more,
});
const outputText = (delta: string, output_index: JsonValue = 0): JsonObject => ({
  type: 'response.output_text.delta',
  item_id: 'i',
  output_index,
  content_index: 0,
  delta,
  logprobs: [],
});

const DIALECTS: { readonly [name: string]: Tested } = {
  openai: {
    decoder: createOpenAiStreamDecoder,
    beginnings: [
      [],
      [frame(chunk({ role: 'assistant', content: '' }))],
      [frame(chunk({ content: 'a' }, { service_tier: 'flex' }))],
      [
        frame(chunk({ content: 'a' }, { service_tier: 'default' })),
        frame(chunk({}, { service_tier: 'flex' })),
      ],
      [frame(chunk({ reasoning_content: 'hm' }))],
      [frame(chunk({ content: 'a' }, { usage: USAGE }))],
    ],
    piece: chunk({ content: 'word' }),
    places: [[], ['choices', 0], ['choices', 0, 'delta']],
    // Only the first choice counts.
    long: (piece) =>
      Array.isArray(piece.choices)
        ? { ...piece, choices: [...piece.choices, { index: 1, delta: {}, finish_reason: 'stop' }] }
        : piece,
    // A call is told with the proof that came before it.
    end: [
      frame(chunk({ content: 'last' })),
      frame(
        chunk({
          tool_calls: [
            { index: 9, id: 'call_9', type: 'function', function: { name: 'go', arguments: '{}' } },
          ],
        }),
      ),
      frame(chunk({}, { usage: USAGE })),
      { data: '[DONE]' },
    ],
  },
  anthropic: {
    decoder: createAnthropicStreamDecoder,
    beginnings: [
      [],
      [
        frame({ type: 'message_start', message: { id: 'm', model: 'x', usage: USAGE } }),
        frame({ type: 'content_block_start', index: 0, content_block: { type: 'text', text: '' } }),
      ],
      [
        frame({ type: 'content_block_start', index: 0, content_block: { type: 'thinking', thinking: '' } }),
        frame({ type: 'message_stop' }),
      ],
    ],
    piece: { type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text: 'word' } },
    places: [[], ['delta']],
    // An error is an object.
    long: (piece) => (isJsonObject(piece.error) ? piece : { ...piece, error: 'none' }),
    end: [
      frame({ type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text: 'last' } }),
      frame({ type: 'message_delta', delta: { stop_reason: 'end_turn' }, usage: USAGE }),
      frame({ type: 'message_stop' }),
    ],
  },
  'openai-responses': {
    decoder: createResponsesStreamDecoder,
    beginnings: [
      [],
      [frame(outputText('a'))],
      [frame(outputText('a')), frame(outputText('b', 1))],
      [frame({ ...outputText('a'), output_index: '1' })],
      [frame({ type: 'response.refusal.delta', output_index: 0, content_index: 0, delta: 'no' })],
    ],
    piece: outputText('word'),
    places: [[]],
    // A number may be sent as a string.
    long: (piece) => ({
      ...piece,
      ...(typeof piece.output_index === 'number' && { output_index: String(piece.output_index) }),
    }),
    // An item that is done says what of it was not said.
    end: [
      frame(outputText('last')),
      ...[0, 1].map((output_index) =>
        frame({
          type: 'response.output_item.done',
          output_index,
          item: {
            type: 'message',
            content: [
              { type: 'output_text', text: 'first part' },
              { type: 'output_text', text: 'second part' },
            ],
          },
        }),
      ),
      frame({
        type: 'response.completed',
        response: {
          status: 'completed',
          output: [{ type: 'message', content: [{ type: 'output_text', text: 'all' }] }],
          usage: USAGE,
        },
      }),
    ],
  },
};

const read = (decoder: StreamDecoder, frames: readonly SseFrame[]): readonly ProviderEvent[] => [
  ...frames.flatMap((one) => decoder.push(one)),
  ...decoder.end(),
];

/** What failed quotes what it could not read. */
const toldBy = (events: readonly ProviderEvent[]): string =>
  JSON.stringify(events.map((event) => (event.type === 'failed' ? { type: event.type } : event)));

describe.each(Object.entries(DIALECTS))('a piece of text in the dialect %s', (_name, tested) => {
  const { decoder, beginnings, piece, places, long, end } = tested;
  const pieces = [
    piece,
    ...places.flatMap((place) =>
      NAMES.flatMap((name) => VALUES.map((value) => put(piece, [...place, name], value))),
    ),
  ].filter(isJsonObject);

  it.each([undefined, 'error'])('is read whole, whatever else it says, named %s', (event) => {
    const differing: JsonValue[] = [];
    for (const begun of beginnings) {
      for (const said of pieces) {
        const [short, whole] = [said, long(said)].map((one) =>
          toldBy(read(decoder(), [...begun, frame(one, event), frame(one, event), ...end])),
        );
        if (short !== whole) differing.push(said);
      }
    }
    expect(differing).toEqual([]);
  });

  it('is text, and nothing else', () => {
    const [, begun = []] = beginnings;
    const pieceEvents = read(decoder(), [...begun, frame(piece), ...end]);
    expect(pieceEvents.filter((event) => event.type === 'textDelta' && event.text === 'word')).toEqual([
      { type: 'textDelta', text: 'word' },
    ]);
  });
});

it('a piece of text of Anthropic that holds an error is one', () => {
  const events = read(createAnthropicStreamDecoder(), [
    frame({
      type: 'content_block_delta',
      delta: { type: 'text_delta', text: 'word' },
      error: { message: 'no' },
    }),
  ]);
  expect(events.map(({ type }) => type)).toEqual(['failed']);
});
