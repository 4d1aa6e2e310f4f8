import { asOfferingId } from '../../src/domain/ids.ts';
import type { OfferingModel } from './simulated-offering.ts';

/**
 * Prices are the list prices of the shipped catalogue for these ids. Speeds are assumed, in the order of magnitude that
 * is usual for the kind of model and host: large reasoning models start after seconds, open weights on special
 * hardware after some hundred milliseconds. Labs have room for thousands of calls at once, hosts for hundreds.
 */
const offering = (
  id: string,
  ttftMs: number,
  outputTps: number,
  rest: Partial<Omit<OfferingModel, 'id' | 'ttftMs' | 'outputTps'>> = {},
): OfferingModel => ({
  id: asOfferingId(id),
  ttftMs,
  outputTps,
  sigma: 0.35,
  prefillTps: 12_000,
  capacity: 300,
  errorRate: 0.003,
  truncationRate: 0.0002,
  ...rest,
});

/** What a team has keys for that mostly uses the flagship: its second host, rivals, and cheaper models. */
export const MIXED_FLEET: readonly OfferingModel[] = [
  offering('openai/gpt-5', 1_800, 75, { capacity: 3_000 }),
  offering('azure/gpt-5', 2_100, 70, { capacity: 2_000 }),
  offering('google/gemini-2.5-pro', 2_000, 90, { capacity: 3_000 }),
  offering('openai/o4-mini', 1_400, 110, { capacity: 3_000 }),
  offering('novita/deepseek/deepseek-v3.2-exp', 1_100, 40, { sigma: 0.45, capacity: 1_500 }),
  offering('openrouter/deepseek/deepseek-v3.2-exp', 1_300, 45, { sigma: 0.45, capacity: 1_000 }),
  offering('groq/moonshotai/kimi-k2-instruct', 350, 220),
  offering('groq/openai/gpt-oss-120b', 280, 400),
  offering('together/openai/gpt-oss-120b', 450, 150),
  offering('openai/gpt-4.1-mini', 600, 80, { capacity: 3_000 }),
];
/** The best of them by its score, and what everything goes to where nothing routes. */
export const FLAGSHIP = asOfferingId('openai/gpt-5');

/** One open model at six hosts: what FASTEST chooses from differs in speed alone. */
export const HOSTS_FLEET: readonly OfferingModel[] = [
  offering('groq/openai/gpt-oss-120b', 280, 400),
  offering('cerebras/gpt-oss-120b', 350, 900),
  offering('together/openai/gpt-oss-120b', 450, 150),
  offering('fireworks/accounts/fireworks/models/gpt-oss-120b', 400, 180),
  offering('baseten/openai/gpt-oss-120b', 420, 250),
  offering('vercel/openai/gpt-oss-120b', 550, 200),
];

/** Four hosts that are alike, of which scenarios break some; each has room for all traffic. */
export const FOUR_HOSTS: readonly OfferingModel[] = [
  offering('baseten/openai/gpt-oss-120b', 400, 200, { capacity: 1_500 }),
  offering('groq/openai/gpt-oss-120b', 400, 200, { capacity: 1_500 }),
  offering('together/openai/gpt-oss-120b', 450, 200, { capacity: 1_500 }),
  offering('cerebras/gpt-oss-120b', 450, 200, { capacity: 1_500 }),
];

/**
 * Share of tasks solved at Aider's polyglot benchmark, in percent (aider.chat/docs/leaderboards, as of 2025-10; the
 * runs named): the one public score that all of these models have.
 */
export const BENCHMARK = 'aider-polyglot';
export const SCORES: { readonly [slug: string]: number } = {
  /** Medium effort. */
  'openai/gpt-5': 86.7,
  /** Preview of 06-05, default thinking. */
  'google/gemini-2.5-pro': 79.1,
  /** High effort. */
  'openai/o4-mini': 72,
  /** Chat. */
  'deepseek/deepseek-v3.2-exp': 70.2,
  'moonshotai/kimi-k2-instruct': 59.1,
  /** High effort. */
  'openai/gpt-oss-120b': 41.8,
  'openai/gpt-4.1-mini': 32.4,
};
