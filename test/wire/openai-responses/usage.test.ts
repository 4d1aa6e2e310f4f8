import { expect, test } from 'vitest';
import { createOpenAiResponsesCodec } from '../../../src/wire/openai-responses/codec.ts';
import { decodeStream, fold, sse } from '../fold.ts';

const usageWith = (input_tokens_details: object | null) => {
  const usage = {
    input_tokens: 20,
    input_tokens_details,
    output_tokens: 10,
    output_tokens_details: { reasoning_tokens: 4 },
    total_tokens: 30,
  };
  const response = { id: 'r-1', model: 'm-1', status: 'completed', output: [], usage };
  return fold(decodeStream(createOpenAiResponsesCodec(), sse({ type: 'response.completed', response })))
    .usage;
};

test('usage of the cache goes by the names that Anthropic has for it too', () => {
  const read = usageWith({ cache_read_input_tokens: 5, cache_creation_input_tokens: 3 });
  expect(read).toMatchObject({ input: 12, cacheRead: 5, cacheWrite5m: 3 });
  expect(usageWith({ cached_tokens: null, cache_read_input_tokens: 5 })).toMatchObject({ cacheRead: 5 });
});

test("what is counted by both names counts once, and as the dialect's own", () => {
  const read = usageWith({ cached_tokens: 6, cache_read_input_tokens: 5 });
  expect(read).toMatchObject({ input: 14, cacheRead: 6, cacheWrite5m: 0 });
});

test('usage is whole without details', () => {
  expect(usageWith(null)).toMatchObject({ input: 20, cacheRead: 0, output: 6, reasoning: 4 });
});
