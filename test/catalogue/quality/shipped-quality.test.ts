import { beforeAll, describe, expect, it } from 'vitest';
import type { Catalogue } from '../../../src/catalogue/catalogue.ts';
import { loadQuality } from '../../../src/catalogue/quality/shipped-quality.ts';
import { asModelSlug } from '../../../src/domain/ids.ts';
import { type QualityScore, scoreAt } from '../../../src/domain/quality.ts';
import type { DatedReading } from '../../../src/ports/catalogue-source.ts';
import { shippedCatalogue } from '../../support/shipped.ts';

/** Much used: the newest of each lab that pi-ai lists, what they replaced, and models that everybody knows. */
const MUCH_USED = `
  anthropic/claude-opus-5-5 anthropic/claude-opus-5 anthropic/claude-opus-4-8 anthropic/claude-opus-4-5
  anthropic/claude-sonnet-5-5 anthropic/claude-sonnet-5 anthropic/claude-sonnet-4-6 anthropic/claude-sonnet-4-5
  anthropic/claude-haiku-5-5 anthropic/claude-haiku-4-5 anthropic/claude-fable-5-1
  openai/gpt-6.1-sol openai/gpt-6-sol openai/gpt-6-luna openai/gpt-6-astra openai/gpt-5.6-sol openai/gpt-5.6-luna
  openai/gpt-5.6-terra openai/gpt-5.5 openai/gpt-5.4 openai/gpt-5.4-mini openai/gpt-5.4-nano openai/gpt-5.2 openai/gpt-5
  openai/gpt-5-mini openai/gpt-5-nano openai/gpt-4.1 openai/gpt-4.1-mini openai/gpt-4o openai/gpt-4o-mini openai/o3
  openai/o4-mini openai/gpt-oss-120b
  google/gemini-3.8-flash google/gemini-3.7-flash google/gemini-3.5-flash google/gemini-3.5-flash-lite
  google/gemini-3.1-pro-preview google/gemini-3-flash-preview google/gemini-2.5-pro google/gemini-2.5-flash
  google/gemini-2.5-flash-lite google/gemma-4-31b-it
  xai/grok-4.6 xai/grok-4.5 xai/grok-4-1-fast
  deepseek/deepseek-v4-pro deepseek/deepseek-v4-flash deepseek/deepseek-v3.2 deepseek/deepseek-r1
  moonshotai/kimi-k3 moonshotai/kimi-k2.6 zhipuai/glm-5.3 zhipuai/glm-5.2 minimax/minimax-m3
  alibaba/qwen3.8-max alibaba/qwen3.7-max alibaba/qwen3-235b-a22b meta/llama-4-maverick meta/llama-3.3-70b-instruct
`
  .trim()
  .split(/\s+/);

/** Names that sources give models, and which model they mean; undefined: none of ours, or none for sure. */
const PAIRS: readonly (readonly [source: string, name: string, slug: string | undefined])[] = [
  ['epoch', 'claude-opus-5_max', 'anthropic/claude-opus-5'],
  ['epoch', 'claude-opus-5-5_max', 'anthropic/claude-opus-5-5'],
  ['epoch', 'claude-opus-4-5-20251101_32K', 'anthropic/claude-opus-4-5'],
  ['epoch', 'claude-opus-4-20250514', 'anthropic/claude-opus-4-0'],
  ['epoch', 'claude-sonnet-4-20250514_16K', 'anthropic/claude-sonnet-4-0'],
  ['epoch', 'claude-sonnet-5-5_max', 'anthropic/claude-sonnet-5-5'],
  ['epoch', 'gpt-5-2025-08-07_high', 'openai/gpt-5'],
  ['epoch', 'gpt-5.1-2025-11-13_high', 'openai/gpt-5.1'],
  ['epoch', 'gpt-6-astra_max', 'openai/gpt-6-astra'],
  ['epoch', 'gpt-5.5-pre-release_xhigh', undefined],
  ['epoch', 'o3-2025-04-16_high', 'openai/o3'],
  ['epoch', 'gemini-2.0-flash-001', 'google/gemini-2.0-flash'],
  ['epoch', 'gemini-2.5-pro', 'google/gemini-2.5-pro'],
  ['epoch', 'gemini-2.5-pro-preview-06-05', 'google/gemini-2.5-pro-preview-06-05'],
  ['epoch', 'DeepSeek-V3-0324', 'deepseek/deepseek-v3-0324'],
  ['epoch', 'DeepSeek-V3', 'deepseek/deepseek-v3'],
  ['epoch', 'DeepSeek-R1-0528', 'deepseek/deepseek-r1-0528'],
  ['epoch', 'deepseek-chat', undefined],
  ['epoch', 'deepseek-reasoner', undefined],
  ['epoch', 'qwen-max-2025-01-25', undefined],
  ['epoch', 'qwen-plus-2025-04-28', undefined],
  ['epoch', 'qwen3-max-2025-09-23', 'alibaba/qwen3-max'],
  ['epoch', 'Qwen3-235B-A22B-Instruct-2507', 'alibaba/qwen3-235b-a22b-instruct-2507'],
  ['epoch', 'fireworks/kimi-k2p5', 'moonshotai/kimi-k2.5'],
  ['epoch', 'moonshotai/Kimi-K2-Thinking', 'moonshotai/kimi-k2-thinking'],
  ['epoch', 'mistral-medium-2505', 'mistral/mistral-medium-3'],
  ['bullshit-benchmark', 'anthropic/claude-sonnet-4@reasoning=high', 'anthropic/claude-sonnet-4-0'],
  ['bullshit-benchmark', 'qwen/qwen3.8-max@reasoning=max', 'alibaba/qwen3.8-max'],
  ['bullshit-benchmark', 'openai/gpt-6-sol@reasoning=max', 'openai/gpt-6-sol'],
  ['bullshit-benchmark', 'openai/gpt-6-sol-pro@reasoning=max', 'openai/gpt-6-sol-pro'],
  ['bullshit-benchmark', 'deepseek/deepseek-chat@reasoning=default', undefined],
  ['bullshit-benchmark', 'tencent/hy3-preview:free@reasoning=none', 'tencent/hy3-preview'],
  ['bullshit-benchmark', 'x-ai/grok-4.6@reasoning=max', 'xai/grok-4.6'],
  ['vectara', 'openai/gpt-5-high-2025-08-07', 'openai/gpt-5'],
  ['vectara', 'mistralai/ministral-3-8b-2512', 'mistral/ministral-8b-2512'],
  ['vectara', 'mistralai/ministral-8b-2410', 'mistral/ministral-8b-2410'],
  ['vectara', 'MiniMaxAI/minimax-m2p5', 'minimax/minimax-m2.5'],
  ['vectara', 'amazon/nova-pro-v1:0', 'amazon/nova-pro-v1'],
  ['bfcl', 'Claude-Haiku-4-5-20251001 (FC)', 'anthropic/claude-haiku-4-5'],
  ['bfcl', 'GPT-4.1-mini-2025-04-14 (Prompt)', 'openai/gpt-4.1-mini'],
  ['bfcl', 'DeepSeek-V3.2-Exp (FC)', 'deepseek/deepseek-v3.2-exp'],
  ['tau2-bench', 'GLM-5', 'zhipuai/glm-5'],
  ['tau2-bench', 'Gemini 3.0 Pro', 'google/gemini-3-pro-preview'],
  ['tau2-bench', 'Grok 4.2', 'xai/grok-4.20'],
  ['tau2-bench', 'Qwen3-Max-Thinking-Preview', undefined],
  ['llm-stats', 'google/gemini-2.0-flash-thinking', undefined],
  ['llm-stats', 'microsoft/phi-4-reasoning', undefined],
  ['llm-stats', 'microsoft/phi-4', 'microsoft/phi-4'],
  ['aider', 'DeepSeek V3 (0324)', 'deepseek/deepseek-v3-0324'],
  ['aider', 'gpt-5 (high)', 'openai/gpt-5'],
  ['aider', 'chatgpt-4o-latest (2025-03-29)', undefined],
  ['aider', 'claude-3-5-sonnet-20241022', 'anthropic/claude-3-5-sonnet'],
  ['models-dev', 'mistral/mistral-medium-latest', undefined],
  ['simple-evals', 'o3-mini-high', 'openai/o3-mini'],
  ['simple-evals', 'gpt-4o-2024-05-13', 'openai/gpt-4o-2024-05-13'],
  ['simple-evals', 'gpt-4o-2024-11-20', 'openai/gpt-4o-2024-11-20'],
];

let catalogue: Catalogue;
let shipped: readonly DatedReading[];
beforeAll(async () => {
  shipped = await loadQuality();
  catalogue = await shippedCatalogue();
});

const scoresOf = (name: string): readonly QualityScore[] => {
  const found = catalogue.resolve(name);
  const slug = found.kind === 'MODEL' || found.kind === 'OFFERING' ? found.model.slug : asModelSlug(name);
  return catalogue.qualityOf(slug);
};
const pointsOf = (name: string, benchmark = 'index'): number | undefined =>
  scoreAt(scoresOf(name), benchmark)?.score;

describe('what is shipped', () => {
  it.each(PAIRS)('%s means by "%s" the model %s', (source, name, slug) => {
    const rows = shipped
      .filter(({ sourceId }) => sourceId === source)
      .flatMap(({ reading }) => reading.scores)
      .filter(({ quality }) => quality[0]?.testedModel === name);
    expect([...new Set(rows.map(({ identity }) => identity.slug))]).toEqual(slug === undefined ? [] : [slug]);
  });

  it('is plausible: days, pages, categories, percentages', () => {
    for (const { sourceId, edition, reading } of shipped) {
      expect(edition?.licence).toMatch(/^(?:MIT|Apache-2\.0|CC-BY-4\.0|CC0-1\.0)$/);
      for (const { quality } of reading.scores)
        for (const { score, maximum, date = '', sourceUrl, benchmark } of quality) {
          expect([sourceId, benchmark, sourceUrl]).toEqual([
            sourceId,
            benchmark,
            expect.stringMatching(/^https:/),
          ]);
          expect(date).toMatch(/^(?:|20\d\d-\d\d(?:-\d\d)?)$/);
          expect(score).toBeGreaterThanOrEqual(0);
          if (maximum !== undefined) expect(score).toBeLessThanOrEqual(maximum);
        }
    }
  });

  it('has nothing of sources whose terms forbid it', () => {
    const pages = shipped.flatMap(({ reading }) =>
      reading.scores.flatMap(({ quality }) => quality.map(({ sourceUrl = '' }) => sourceUrl)),
    );
    expect(
      pages.filter((page) => /artificialanalysis|openrouter\.ai|scale\.com|swebench\.com|arena/.test(page)),
    ).toEqual([]);
  });

  it('scores 58 of the 60 most used models, and 55 by two sources or more', () => {
    const sources = MUCH_USED.map((name) => {
      const stated = scoresOf(name).filter(({ provenance }) => provenance.source !== 'modelgraph');
      return new Set(stated.map(({ provenance }) => provenance.source)).size;
    });
    expect(MUCH_USED).toHaveLength(60);
    expect(sources.filter((count) => count > 0).length).toBeGreaterThanOrEqual(58);
    expect(sources.filter((count) => count > 1).length).toBeGreaterThanOrEqual(55);
    expect(MUCH_USED.filter((name) => pointsOf(name) !== undefined).length).toBeGreaterThanOrEqual(53);
  });
});

describe('the index', () => {
  it.each([
    ['openai/gpt-5', 'openai/gpt-5-mini'],
    ['openai/gpt-5-mini', 'openai/gpt-5-nano'],
    ['openai/gpt-5.4', 'openai/gpt-5.4-mini'],
    ['openai/gpt-5.6-sol', 'openai/gpt-5.6-terra'],
    ['openai/gpt-5.6-terra', 'openai/gpt-5.6-luna'],
    ['openai/gpt-4.1', 'openai/gpt-4.1-mini'],
    ['openai/gpt-4.1-mini', 'openai/gpt-4.1-nano'],
    ['openai/gpt-4o', 'openai/gpt-4o-mini'],
    ['openai/gpt-5', 'openai/gpt-4o'],
    ['openai/gpt-5.5', 'openai/gpt-5'],
    ['openai/o3', 'openai/gpt-4o'],
    ['anthropic/claude-opus-4-5', 'anthropic/claude-sonnet-4-5'],
    ['anthropic/claude-sonnet-4-5', 'anthropic/claude-haiku-4-5'],
    ['anthropic/claude-opus-5', 'anthropic/claude-opus-4-5'],
    ['anthropic/claude-opus-5', 'anthropic/claude-sonnet-5'],
    ['anthropic/claude-3-7-sonnet', 'anthropic/claude-3-5-haiku'],
    ['google/gemini-2.5-pro', 'google/gemini-2.5-flash'],
    ['google/gemini-2.5-flash', 'google/gemini-2.5-flash-lite'],
    ['google/gemini-3.1-pro-preview', 'google/gemini-2.5-pro'],
    ['google/gemini-3.5-flash', 'google/gemini-3.5-flash-lite'],
    ['google/gemini-2.5-pro', 'google/gemma-3-27b-it'],
    ['xai/grok-4.5', 'xai/grok-4-0709'],
    ['deepseek/deepseek-r1-0528', 'deepseek/deepseek-r1'],
    ['deepseek/deepseek-v4-pro', 'deepseek/deepseek-v3'],
    ['zhipuai/glm-5.2', 'zhipuai/glm-4.7'],
    ['moonshotai/kimi-k3', 'moonshotai/kimi-k2'],
    ['meta/llama-4-maverick', 'meta/llama-4-scout'],
    ['openai/gpt-5.5', 'meta/llama-3.3-70b-instruct'],
  ])('puts %s above %s', (better, worse) => {
    expect(pointsOf(better)).toBeGreaterThan(pointsOf(worse) ?? Number.POSITIVE_INFINITY);
  });

  it('says how far it can be trusted', () => {
    const { evidence } = scoreAt(scoresOf('openai/gpt-5'), 'index') ?? {};
    expect(evidence?.sources).toBeGreaterThan(2);
    expect(evidence?.error).toBeLessThan(2);
    expect(evidence?.newest).toMatch(/^2026-/);
  });

  it('is unknown for what two independent sources do not score', () => {
    expect(pointsOf('openai/text-embedding-3-large')).toBeUndefined();
    expect(pointsOf('openai/text-embedding-3-large', 'mteb-eng')).toBeGreaterThan(60);
  });
});
