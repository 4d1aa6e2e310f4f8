import type { CompletionRequest, RequestParameter, Unsupported } from '../../domain/completion-request.ts';
import { hasMedia } from '../honoured-request.ts';
import type { ModelTraits } from './model-traits.ts';

const NO_PLACE = "Gemini's API has no place for it";

/** What of the request the API or this model cannot honour. */
export const unsupportedByGemini = (
  traits: ModelTraits,
  request: CompletionRequest,
): readonly Unsupported[] => {
  const found: Unsupported[] = [];
  const add = (name: RequestParameter, isAsked: boolean, problem: string): void => {
    if (isAsked) found.push({ name, problem });
  };
  add('imageUrl', hasMedia(request, 'image', 'url'), 'Gemini takes images as data, not by address');
  add('parallelToolCalls', request.parallelToolCalls === false, 'Gemini cannot be kept to one tool call');
  add('metadata', Object.keys(request.metadata ?? {}).length > 0, NO_PLACE);
  add('user', request.user !== undefined, NO_PLACE);
  const { reasoningEffort, reasoningMaxTokens } = request;
  switch (traits.thinking) {
    case 'NONE':
      add(
        'reasoningEffort',
        reasoningEffort !== undefined && reasoningEffort !== 'none',
        'this model does not reason',
      );
      add('reasoningMaxTokens', (reasoningMaxTokens ?? 0) > 0, 'this model does not reason');
      break;
    case 'BUDGET':
      if (traits.canTurnThinkingOff) break;
      add(
        'reasoningEffort',
        reasoningEffort === 'none' && reasoningMaxTokens === undefined,
        'this model always reasons',
      );
      add('reasoningMaxTokens', reasoningMaxTokens === 0, 'this model always reasons');
      break;
    case 'LEVEL':
      add('reasoningEffort', reasoningEffort === 'none', 'this model always reasons');
      add('reasoningMaxTokens', reasoningMaxTokens !== undefined, 'this model takes an effort, not a number');
      break;
  }
  return found;
};
