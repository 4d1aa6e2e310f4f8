import type { CompletionRequest } from '../../domain/completion-request.ts';
import type { ModelSlug } from '../../domain/ids.ts';
import type { Clock } from '../../ports/clock.ts';
import { estimateTokens } from '../token-estimate.ts';
import { isTextAlone, promptText } from './prompt-text.ts';
import { startingRatio } from './starting-ratio.ts';

/** How a model's own count of tokens compares with the estimate. */
export type Calibrated = {
  /** What an estimate is multiplied by. */
  readonly factor: number;
  /** How many completions of this server it was learnt from; 0: it is where one begins with the lab's models. */
  readonly samples: number;
  /** Share by which the true count is likely to be off from the estimate, either way. */
  readonly deviation: number;
};

/** Learns from completions how models count, in memory of this node alone. */
export type Calibration = {
  /** `text` tells the script, for models of which nothing is learnt yet. */
  of(slug: ModelSlug, text: string): Calibrated;
  /** What an estimate is multiplied by, as far as it was learnt. */
  learnt(slug: ModelSlug): number | undefined;
  /**
   * Learning begins: the tokenizer, which takes some tenths of a second to load, is there. Before, nothing is
   * observed, so that a server that nobody asks for estimates does not load it.
   */
  begin(): void;
  /** Takes what a provider counted for a prompt. Returns at once and never throws; most calls are not looked at. */
  observe(slug: ModelSlug, request: CompletionRequest, reportedTokens: number): void;
};

const EVERY_MS = 1_000;
const MOST_CHARACTERS = 20_000;
/** In shorter prompts the templates around them outweigh the text. */
const FEWEST_TOKENS = 20;
const MOST_MODELS = 2_000;
/** Each new observation weighs at least so much: models change their tokenizers under the same name. */
const LEAST_WEIGHT = 0.1;
/** Beyond these it is not the tokenizer that differs: a relay adds a prompt of its own, or counts something else. */
const CREDIBLE = { from: 0.3, to: 4 };
const UNLEARNT_DEVIATION = 0.2;
const LEAST_DEVIATION = 0.02;

export const createCalibration = (clock: Pick<Clock, 'monotonicMs'>): Calibration => {
  const learnt = new Map<ModelSlug, Calibrated>();
  let begun = false;
  let busy = false;
  let lastAt = Number.NEGATIVE_INFINITY;

  const of = (slug: ModelSlug, text: string): Calibrated =>
    learnt.get(slug) ?? { factor: startingRatio(slug, text), samples: 0, deviation: UNLEARNT_DEVIATION };

  const learn = (slug: ModelSlug, text: string, ratio: number): void => {
    const before = of(slug, text);
    const samples = before.samples + 1;
    const weight = Math.max(LEAST_WEIGHT, 1 / (samples + 1));
    const off = Math.abs(ratio / before.factor - 1);
    // Those that were heard of last are kept.
    learnt.delete(slug);
    learnt.set(slug, {
      factor: before.factor + weight * (ratio - before.factor),
      samples,
      deviation: Math.max(LEAST_DEVIATION, before.deviation + weight * (off - before.deviation)),
    });
    const [oldest] = learnt.keys();
    if (learnt.size > MOST_MODELS && oldest !== undefined) learnt.delete(oldest);
  };

  const look = async (slug: ModelSlug, request: CompletionRequest, reported: number): Promise<void> => {
    const text = promptText(request);
    const estimated = await estimateTokens(request, new AbortController().signal);
    const ratio = reported / estimated;
    if (estimated >= FEWEST_TOKENS && ratio >= CREDIBLE.from && ratio <= CREDIBLE.to)
      learn(slug, text, ratio);
  };

  return {
    of,
    learnt: (slug) => learnt.get(slug)?.factor,
    begin() {
      begun = true;
    },
    observe(slug, request, reportedTokens) {
      if (!begun || busy || reportedTokens <= 0) return;
      const now = clock.monotonicMs();
      if (now - lastAt < EVERY_MS || !isTextAlone(request)) return;
      if (promptText(request).length > MOST_CHARACTERS) return;
      lastAt = now;
      busy = true;
      // An estimate that fails teaches nothing.
      look(slug, request, reportedTokens)
        .catch(() => {})
        .finally(() => {
          busy = false;
        });
    },
  };
};
