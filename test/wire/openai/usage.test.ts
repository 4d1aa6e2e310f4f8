import { describe, expect, test } from 'vitest';
import { inputTokensOf, outputTokensOf, usageOf } from '../../../src/domain/usage.ts';
import { readOpenAiUsage } from '../../../src/wire/openai/usage.ts';

describe('usage', () => {
  test.each([
    [
      'OpenAI: cached, audio and reasoning tokens are parts',
      {
        prompt_tokens: 100,
        completion_tokens: 50,
        total_tokens: 150,
        prompt_tokens_details: { cached_tokens: 60, audio_tokens: 10 },
        completion_tokens_details: { reasoning_tokens: 30, audio_tokens: 5 },
      },
      { input: 30, cacheRead: 60, audioInput: 10, output: 15, reasoning: 30, audioOutput: 5 },
    ],
    [
      'DeepSeek: its own name for cached tokens',
      { prompt_tokens: 100, completion_tokens: 5, total_tokens: 105, prompt_cache_hit_tokens: 64 },
      { input: 36, cacheRead: 64, output: 5 },
    ],
    [
      'xAI: reasoning is outside',
      {
        prompt_tokens: 12,
        completion_tokens: 1,
        total_tokens: 241,
        completion_tokens_details: { reasoning_tokens: 228 },
      },
      { input: 12, output: 1, reasoning: 228 },
    ],
    [
      "Gemini's endpoint: reasoning only shows in the total",
      { prompt_tokens: 35, completion_tokens: 12, total_tokens: 109 },
      { input: 35, output: 12, reasoning: 62 },
    ],
    [
      'OpenRouter: tokens written to the cache',
      { prompt_tokens: 100, completion_tokens: 1, prompt_tokens_details: { cache_write_tokens: 80 } },
      { input: 20, cacheWrite5m: 80, output: 1 },
    ],
    [
      'parts that overlap or exceed the whole are not counted twice',
      {
        prompt_tokens: 10,
        completion_tokens: 4,
        total_tokens: 14,
        prompt_tokens_details: { cached_tokens: 8, audio_tokens: 8 },
        completion_tokens_details: { reasoning_tokens: 9 },
      },
      { input: 0, cacheRead: 8, audioInput: 2, output: 0, reasoning: 4 },
    ],
    [
      'strings and nulls',
      { prompt_tokens: '7', completion_tokens: 0, prompt_tokens_details: null },
      { input: 7 },
    ],
  ])('%s', (_name, usage, expected) => {
    expect(readOpenAiUsage(usage)).toEqual(usageOf(expected));
  });

  test('is absent where nothing is counted', () => {
    expect(readOpenAiUsage(undefined)).toBeUndefined();
    expect(readOpenAiUsage({})).toBeUndefined();
    expect(readOpenAiUsage({ prompt_tokens: 'many' })).toBeUndefined();
  });

  test.each([undefined, null, -1, 1.5, 1e300, 2 ** 53, 'many', '', [], {}])(
    'is absent, not 0, where a count that is always given is %j',
    (broken) => {
      expect(
        readOpenAiUsage({ prompt_tokens: 7, ...(broken !== undefined && { completion_tokens: broken }) }),
      ).toBeUndefined();
      expect(
        readOpenAiUsage({ completion_tokens: 7, ...(broken !== undefined && { prompt_tokens: broken }) }),
      ).toBeUndefined();
    },
  );

  test('never counts a token twice: the kinds add up to the total, whatever the parts say', () => {
    // A fixed sequence of numbers that look random.
    let state = 1;
    const draw = (limit: number): number => {
      state = (state * 48_271) % 2_147_483_647;
      return state % limit;
    };
    for (let round = 0; round < 2_000; round++) {
      const [prompt, completion, reasoning] = [draw(1_000), draw(1_000), draw(1_200)];
      const isOutside = draw(2) === 1;
      const usage = readOpenAiUsage({
        prompt_tokens: prompt,
        completion_tokens: completion,
        total_tokens: prompt + completion + (isOutside ? reasoning : 0),
        prompt_tokens_details: {
          cached_tokens: draw(1_200),
          audio_tokens: draw(300),
          image_tokens: draw(300),
        },
        completion_tokens_details: { reasoning_tokens: reasoning, audio_tokens: draw(300) },
      });
      if (usage === undefined) throw new Error('there is usage');
      expect(inputTokensOf(usage)).toBe(prompt);
      expect(outputTokensOf(usage)).toBe(completion + (isOutside ? reasoning : 0));
      expect(Math.min(...Object.values(usage))).toBeGreaterThanOrEqual(0);
    }
  });
});
