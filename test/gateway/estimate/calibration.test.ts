import { expect, it } from 'vitest';
import type { CompletionRequest } from '../../../src/domain/completion-request.ts';
import { asModelSlug } from '../../../src/domain/ids.ts';
import { createCalibration } from '../../../src/gateway/estimate/calibration.ts';
import { startingRatio } from '../../../src/gateway/estimate/starting-ratio.ts';
import { estimateTokens } from '../../../src/gateway/token-estimate.ts';
import { createFakeClock } from '../../support/fake-clock.ts';

const TEXT = 'The quick brown fox jumps over the lazy dog. '.repeat(8);
const asking = (text: string): CompletionRequest => ({
  messages: [{ role: 'user', parts: [{ type: 'text', text }] }],
  tools: [],
});
const estimated = await estimateTokens(asking(TEXT), new AbortController().signal);

/** Prompts are counted one after the other: what was observed before is taken in, or never will be. */
const takenIn = async (): Promise<void> => {
  await estimateTokens(asking(TEXT), new AbortController().signal);
  await new Promise((resolve) => setImmediate(resolve));
};

/** Observes each ratio a second after the one before; gives the factor once all are taken in. */
const learnt = async (slug: string, ratios: readonly number[]) => {
  const clock = createFakeClock();
  const calibration = createCalibration(clock);
  calibration.begin();
  for (const ratio of ratios) {
    const reported = ratio * estimated;
    clock.advance(1_000);
    calibration.observe(asModelSlug(slug), asking(TEXT), reported);
    await takenIn();
  }
  return calibration.of(asModelSlug(slug), TEXT);
};

it('begins as measured with the tokenizers of labs', () => {
  const CHINESE = '人工智能正在改变世界的每一个角落';
  expect(startingRatio(asModelSlug('anthropic/claude-sonnet-4-5'), TEXT)).toBe(1.15);
  expect(startingRatio(asModelSlug('anthropic/claude-sonnet-4-5'), CHINESE)).toBe(1.9);
  expect(startingRatio(asModelSlug('google/gemini-2.5-pro'), TEXT)).toBe(1.13);
  expect(startingRatio(asModelSlug('google/gemini-2.5-pro'), CHINESE)).toBe(0.96);
  expect(startingRatio(asModelSlug('openai/gpt-4o'), CHINESE)).toBe(1);
});

it('learns, later observations weighing a tenth at least, and is surer where they agree', async () => {
  expect(await learnt('lab/one', [2])).toMatchObject({ factor: 1.5, samples: 1 });
  const many = await learnt(
    'lab/many',
    Array.from({ length: 40 }, () => 2),
  );
  expect(many.samples).toBe(40);
  expect(many.factor).toBeGreaterThan(1.95);
  expect(many.factor).toBeLessThanOrEqual(2);
  expect(many.deviation).toBeLessThan(0.1);
  expect(many.deviation).toBeGreaterThanOrEqual(0.02);
});

it('does not believe what no tokenizer makes', async () => {
  expect(await learnt('lab/odd', [4.1, 0.2, 1_000])).toMatchObject({ factor: 1, samples: 0 });
});

it('looks at one completion a second, at text alone, and at none before it is asked', async () => {
  const clock = createFakeClock();
  const calibration = createCalibration(clock);
  const slug = asModelSlug('lab/rare');
  const settle = async (): Promise<number> => {
    await takenIn();
    return calibration.of(slug, TEXT).samples;
  };
  calibration.observe(slug, asking(TEXT), 2 * estimated);
  expect(await settle()).toBe(0);
  calibration.begin();
  calibration.observe(slug, asking(TEXT), 2 * estimated);
  expect(await settle()).toBe(1);
  clock.advance(999);
  calibration.observe(slug, asking(TEXT), 2 * estimated);
  expect(await settle()).toBe(1);
  clock.advance(1);
  const tool = { name: 't', parameters: {} };
  calibration.observe(slug, { ...asking(TEXT), tools: [tool] }, 2 * estimated);
  calibration.observe(slug, asking('x'.repeat(20_001)), 2 * estimated);
  expect(await settle()).toBe(1);
  calibration.observe(slug, asking(TEXT), 2 * estimated);
  expect(await settle()).toBe(2);
});
