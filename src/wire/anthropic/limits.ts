import type { CompletionRequest } from '../../domain/completion-request.ts';
import type { ProviderEvent } from '../../domain/provider-event.ts';
import { adjusted } from '../warnings.ts';
import type { ModelTraits } from './model-traits.ts';
import { openTurnReasoning } from './open-turn.ts';
import { MIN_BUDGET, type Thinking, thinkingOf } from './thinking.ts';

/** Room for the answer that is added to a thinking budget where the caller gives no output limit. */
export const ANSWER_ROOM = 4_096;

export type FittedThinking = { readonly thinking: Thinking; readonly warnings: readonly ProviderEvent[] };

export type Limits = FittedThinking & { readonly maxTokens: number };

/** Thinking as it fits into the turn that goes on, and under the output limit: the caller's own is never raised. */
export const fitThinking = (request: CompletionRequest, traits: ModelTraits): FittedThinking => {
  const thinking = thinkingOf(request, traits);
  if (thinking.kind !== 'BUDGET') return { thinking, warnings: [] };
  const limit = request.maxOutputTokens;
  const parameter = request.reasoningMaxTokens === undefined ? 'reasoningEffort' : 'reasoningMaxTokens';
  const off = (message: string): FittedThinking => ({
    thinking: { kind: 'OFF' },
    warnings: [adjusted(parameter, message)],
  });
  if (openTurnReasoning(request.messages) === 'UNSIGNED')
    return off(
      'Reasoning was turned off: this model cannot begin it between a tool call and its answer, and the turn has no signed reasoning of this provider.',
    );
  if (limit !== undefined && limit <= MIN_BUDGET)
    return off(`Reasoning needs maxOutputTokens above ${MIN_BUDGET}: it was turned off.`);
  const wanted = Math.max(MIN_BUDGET, thinking.budgetTokens);
  const budgetTokens =
    limit !== undefined && wanted >= limit ? Math.max(MIN_BUDGET, Math.floor(limit / 2)) : wanted;
  return {
    thinking: { kind: 'BUDGET', budgetTokens },
    warnings:
      budgetTokens === thinking.budgetTokens
        ? []
        : [adjusted(parameter, `Reasoning was given ${budgetTokens} tokens to fit the limits.`)],
  };
};

/** The API wants an output limit, and it above the thinking budget. */
export const fitLimits = (request: CompletionRequest, traits: ModelTraits): Limits => {
  const fitted = fitThinking(request, traits);
  const least = fitted.thinking.kind === 'BUDGET' ? fitted.thinking.budgetTokens + ANSWER_ROOM : 0;
  return { ...fitted, maxTokens: request.maxOutputTokens ?? Math.max(traits.defaultMaxTokens, least) };
};
