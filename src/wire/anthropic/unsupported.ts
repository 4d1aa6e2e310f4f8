import type { CompletionRequest, RequestParameter, Unsupported } from '../../domain/completion-request.ts';
import type { ModelTraits } from './model-traits.ts';
import { thinkingOf } from './thinking.ts';

const NO_PLACE = "Anthropic's API has no place for it";
const NEWER_MODELS = 'this model samples on its own and rejects the parameter';
const WHILE_THINKING = 'it cannot be combined with reasoning';

const isForced = (request: CompletionRequest): boolean =>
  request.tools.length > 0 &&
  (request.toolChoice?.kind === 'required' || request.toolChoice?.kind === 'tool');

/** What of the request the API or this model cannot honour. */
export const unsupportedByAnthropic = (
  traits: ModelTraits,
  request: CompletionRequest,
): readonly Unsupported[] => {
  const found: Unsupported[] = [];
  const add = (name: RequestParameter, isAsked: boolean, problem: string): boolean => {
    if (isAsked) found.push({ name, problem });
    return isAsked;
  };
  add('seed', request.seed !== undefined, NO_PLACE);
  add('frequencyPenalty', request.frequencyPenalty !== undefined, NO_PLACE);
  add('presencePenalty', request.presencePenalty !== undefined, NO_PLACE);
  add('metadata', Object.keys(request.metadata ?? {}).length > 0, `${NO_PLACE}, but for the user`);
  const output = request.output?.kind;
  add('output', output === 'jsonObject', 'Anthropic takes a JSON schema, not the mere wish for JSON');
  add('output', output === 'jsonSchema' && !traits.supportsSchemas, 'this model takes no JSON schema');

  const { reasoningEffort, reasoningMaxTokens } = request;
  const isForcing = isForced(request);
  const isEffortAsked = reasoningEffort !== undefined && reasoningEffort !== 'none';
  let isThinking = thinkingOf(request, traits).kind !== 'OFF';
  if (traits.thinking === 'NONE') {
    add('reasoningEffort', isEffortAsked, 'this model does not reason');
    add('reasoningMaxTokens', (reasoningMaxTokens ?? 0) > 0, 'this model does not reason');
  } else if (traits.thinking === 'ADAPTIVE') {
    add('reasoningMaxTokens', reasoningMaxTokens !== undefined, 'this model takes an effort, not a number');
  }
  if (isThinking && isForcing) {
    const problem = 'this model cannot reason while a tool call is required';
    add('reasoningEffort', isEffortAsked, problem);
    if (traits.thinking === 'BUDGET')
      add('reasoningMaxTokens', reasoningMaxTokens !== undefined && reasoningMaxTokens > 0, problem);
    isThinking = false;
  }

  const { temperature, topP, topK } = request;
  if (traits.rejectsSampling) {
    add('temperature', temperature !== undefined && temperature !== 1, NEWER_MODELS);
    add('topP', topP !== undefined, NEWER_MODELS);
    add('topK', topK !== undefined, NEWER_MODELS);
    return found;
  }
  const hasTemperature =
    temperature !== undefined &&
    !add('temperature', isThinking && temperature !== 1, 'it must be 1 while the model reasons');
  if (!add('topP', isThinking && topP !== undefined && topP < 0.95, `${WHILE_THINKING} below 0.95`)) {
    add(
      'topP',
      topP !== undefined && hasTemperature && traits.rejectsTemperatureWithTopP,
      'this model takes either it or a temperature',
    );
  }
  add('topK', isThinking && topK !== undefined, WHILE_THINKING);
  return found;
};
