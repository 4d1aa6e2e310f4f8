import { LRUCache } from 'lru-cache';
import type { CompletionRequest } from '../../domain/completion-request.ts';
import type { ModelSlug } from '../../domain/ids.ts';
import type { Offering } from '../../domain/model.ts';

/** How long answers are, learnt from this node's own completions. */
export type OutputLengths = {
  /** Output tokens to expect, reasoning included. */
  expected(offering: Offering, request: CompletionRequest): number;
  learn(slug: ModelSlug, tokens: number): void;
};

/** A short answer; a model that reasons also writes what it thinks. */
const PLAIN = 300;
const REASONING = 1_200;
/** Share that the newest answer has in the average. */
const WEIGHT = 0.1;
const MOST_MODELS = 2_000;

/** As far as the request itself says. */
export const expectedOutput = (
  offering: Pick<Offering, 'capabilities'> | undefined,
  { reasoningEffort, maxOutputTokens }: CompletionRequest,
): number => {
  const reasons =
    reasoningEffort === undefined
      ? offering?.capabilities.includes('REASONING') === true
      : reasoningEffort !== 'none';
  return Math.min(reasons ? REASONING : PLAIN, maxOutputTokens ?? Number.POSITIVE_INFINITY);
};

export const createOutputLengths = (): OutputLengths => {
  /** Those that were heard of last are kept. */
  const averages = new LRUCache<ModelSlug, number>({ max: MOST_MODELS });
  return {
    expected(offering, request) {
      const usual = averages.peek(offering.modelSlug);
      return usual === undefined
        ? expectedOutput(offering, request)
        : Math.min(usual, request.maxOutputTokens ?? Number.POSITIVE_INFINITY);
    },
    learn(slug, tokens) {
      const before = averages.peek(slug);
      averages.set(slug, before === undefined ? tokens : before + WEIGHT * (tokens - before));
    },
  };
};
