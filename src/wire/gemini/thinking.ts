import type { CompletionRequest, ReasoningEffort } from '../../domain/completion-request.ts';
import type { JsonObject } from '../../domain/json.ts';
import type { ProviderEvent } from '../../domain/provider-event.ts';
import { adjusted } from '../warnings.ts';
import type { ModelTraits } from './model-traits.ts';

/** Tokens of thinking for an effort, as Google's own OpenAI endpoint maps them; `max` is the model's largest. */
const BUDGETS: { readonly [Effort in Exclude<ReasoningEffort, 'max'>]: number } = {
  none: 0,
  minimal: 1_024,
  low: 1_024,
  medium: 8_192,
  high: 24_576,
};

const LEVELS: { readonly [Effort in Exclude<ReasoningEffort, 'none'>]: string } = {
  minimal: 'minimal',
  low: 'low',
  medium: 'medium',
  high: 'high',
  max: 'high',
};

export type EncodedThinking = {
  readonly config: JsonObject | undefined;
  readonly warnings: readonly ProviderEvent[];
};

const DEFAULT: EncodedThinking = { config: undefined, warnings: [] };

/** `thinkingConfig` for a request that holds nothing unsupported. Asking for effort asks for the text of thoughts too. */
export const encodeThinking = (request: CompletionRequest, traits: ModelTraits): EncodedThinking => {
  const effort = request.reasoningEffort;
  switch (traits.thinking) {
    case 'NONE':
      return DEFAULT;
    case 'BUDGET': {
      const wanted =
        request.reasoningMaxTokens ??
        (effort === undefined ? undefined : effort === 'max' ? traits.maxBudget : BUDGETS[effort]);
      if (wanted === undefined) return DEFAULT;
      const thinkingBudget = Math.min(wanted, traits.maxBudget);
      return {
        config: thinkingBudget === 0 ? { thinkingBudget } : { thinkingBudget, includeThoughts: true },
        warnings:
          thinkingBudget === wanted
            ? []
            : [adjusted('reasoningMaxTokens', `This model thinks for at most ${traits.maxBudget} tokens.`)],
      };
    }
    case 'LEVEL': {
      if (effort === undefined || effort === 'none') return DEFAULT;
      const level = LEVELS[effort];
      const isRaised = level === 'minimal' && !traits.hasMinimalLevel;
      return {
        config: { thinkingLevel: isRaised ? 'low' : level, includeThoughts: true },
        warnings: isRaised ? [adjusted('reasoningEffort', 'This model has no level below low.')] : [],
      };
    }
  }
};
