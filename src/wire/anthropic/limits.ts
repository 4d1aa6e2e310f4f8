import type { CompletionRequest } from '../../domain/completion-request.ts';
import type { ProviderEvent } from '../../domain/provider-event.ts';
import { adjusted } from '../warnings.ts';
import type { ModelTraits } from './model-traits.ts';
import { openTurnReasoning } from './open-turn.ts';
import { MIN_BUDGET, type Thinking, thinkingOf } from './thinking.ts';

/** Room for the answer that is added to a thinking budget where the caller gives no output limit. */
const ANSWER_ROOM = 4_096;

export type Limits = {
  readonly maxTokens: number;
  readonly thinking: Thinking;
  readonly warnings: readonly ProviderEvent[];
};

/** The API wants an output limit, and it above the thinking budget; the caller's own limit is never raised. */
export const fitLimits = (request: CompletionRequest, traits: ModelTraits): Limits => {
  const thinking = thinkingOf(request, traits);
  const limit = request.maxOutputTokens;
  if (thinking.kind !== 'BUDGET')
    return { maxTokens: limit ?? traits.defaultMaxTokens, thinking, warnings: [] };
  const wanted = Math.max(MIN_BUDGET, thinking.budgetTokens);
  const parameter = request.reasoningMaxTokens === undefined ? 'reasoningEffort' : 'reasoningMaxTokens';
  if (openTurnReasoning(request.messages) === 'UNSIGNED') {
    const warning = adjusted(
      parameter,
      'Reasoning was turned off: this model cannot begin it between a tool call and its answer, and the turn has no signed reasoning of this provider.',
    );
    return { maxTokens: limit ?? traits.defaultMaxTokens, thinking: { kind: 'OFF' }, warnings: [warning] };
  }
  if (limit !== undefined && limit <= MIN_BUDGET) {
    const warning = adjusted(
      parameter,
      `Reasoning needs maxOutputTokens above ${MIN_BUDGET}: it was turned off.`,
    );
    return { maxTokens: limit, thinking: { kind: 'OFF' }, warnings: [warning] };
  }
  const budgetTokens =
    limit !== undefined && wanted >= limit ? Math.max(MIN_BUDGET, Math.floor(limit / 2)) : wanted;
  return {
    maxTokens: limit ?? Math.max(traits.defaultMaxTokens, budgetTokens + ANSWER_ROOM),
    thinking: { kind: 'BUDGET', budgetTokens },
    warnings:
      budgetTokens === thinking.budgetTokens
        ? []
        : [adjusted(parameter, `Reasoning was given ${budgetTokens} tokens to fit the limits.`)],
  };
};
