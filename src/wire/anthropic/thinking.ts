import type { CompletionRequest, ReasoningEffort } from '../../domain/completion-request.ts';
import type { ModelTraits } from './model-traits.ts';

/** How much a request lets the model think, in the API's words. */
export type Thinking =
  | { readonly kind: 'OFF' }
  /** Off for a model that would think otherwise. */
  | { readonly kind: 'DISABLED' }
  | { readonly kind: 'BUDGET'; readonly budgetTokens: number }
  | { readonly kind: 'ADAPTIVE'; readonly effort: string };

/** The smallest budget that the API takes. */
export const MIN_BUDGET = 1_024;

/** Tokens of thinking for an effort, for models that take a budget. All are below the default output limit of 32,000. */
const BUDGETS: { readonly [Effort in ReasoningEffort]: number } = {
  none: 0,
  minimal: MIN_BUDGET,
  low: 2_048,
  medium: 8_192,
  high: 16_384,
  max: 24_576,
};

/** `output_config.effort` for an effort, for models that think adaptively. */
const EFFORTS: { readonly [Effort in Exclude<ReasoningEffort, 'none'>]: string } = {
  minimal: 'low',
  low: 'low',
  medium: 'medium',
  high: 'high',
  max: 'max',
};

/** What was asked for, before it is fitted under the output limit. Nothing is said of it unless asked for. */
export const thinkingOf = (request: CompletionRequest, traits: ModelTraits): Thinking => {
  const effort = request.reasoningEffort;
  switch (traits.thinking) {
    case 'NONE':
      return { kind: 'OFF' };
    case 'ADAPTIVE':
      if (effort === undefined) return { kind: 'OFF' };
      if (effort === 'none') return { kind: traits.thinksByDefault ? 'DISABLED' : 'OFF' };
      return { kind: 'ADAPTIVE', effort: EFFORTS[effort] };
    case 'BUDGET': {
      const budgetTokens = request.reasoningMaxTokens ?? BUDGETS[effort ?? 'none'];
      return budgetTokens > 0 ? { kind: 'BUDGET', budgetTokens } : { kind: 'OFF' };
    }
  }
};

/** Whether the model was asked to think. */
export const isThinkingOn = (thinking: Thinking): boolean =>
  thinking.kind === 'BUDGET' || thinking.kind === 'ADAPTIVE';
