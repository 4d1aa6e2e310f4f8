import type {
  CompletionRequest,
  RequestParameter,
  ServiceTier,
  Unsupported,
} from '../../domain/completion-request.ts';
import { hasMedia } from '../honoured-request.ts';
import { unreadableMedia } from './documents.ts';
import type { ModelTraits } from './model-traits.ts';
import type { AnthropicPlatform } from './platform.ts';
import { ANSWER_TOOL } from './structured-output.ts';
import { isThinkingOn, thinkingOf } from './thinking.ts';

const NO_PLACE = "Anthropic's API has no place for it";
const NEWER_MODELS = 'this model samples on its own and rejects the parameter';
const WHILE_THINKING = 'it cannot be combined with reasoning';

const isForced = (request: CompletionRequest): boolean =>
  request.tools.length > 0 &&
  (request.toolChoice?.kind === 'required' || request.toolChoice?.kind === 'tool');

/** The first image or file of the request that the API cannot read, by what is wrong with it. */
const unreadableOf = (request: CompletionRequest, type: 'image' | 'file'): string | undefined =>
  request.messages
    .flatMap((message) => (message.role === 'user' ? message.parts : []))
    .flatMap((part) => (part.type === type ? (unreadableMedia(part) ?? []) : []))[0];

/** Empty for a tier that there is. */
const tierProblem = (tier: ServiceTier, traits: ModelTraits, platform: AnthropicPlatform): string => {
  switch (tier) {
    case 'STANDARD':
      return '';
    case 'PRIORITY':
      return platform === 'vertex' ? 'Vertex has no service tiers for Claude' : '';
    case 'FAST':
      if (platform === 'vertex') return 'Vertex has no service tiers for Claude';
      return traits.hasFastMode ? '' : 'this model has no fast mode';
    case 'FLEX':
      return 'Anthropic has no such tier';
    case 'BATCH':
      return 'a batch is handed in as a whole, not request by request';
  }
};

/**
 * What of the request the API or this model cannot honour. Of images and files that are listed as data only those
 * that cannot be read are left out. Where a client's own request `isForwarded`, its own words for thinking count.
 */
export const unsupportedByAnthropic = (
  traits: ModelTraits,
  platform: AnthropicPlatform,
  request: CompletionRequest,
  isForwarded = false,
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
  add('logprobs', request.logprobs !== undefined, 'Anthropic gives no log probabilities');
  for (const kind of ['url', 'data'] as const)
    add(kind === 'url' ? 'audioUrl' : 'audioData', hasMedia(request, 'audio', kind), 'Claude does not hear');
  const isOnVertex = platform === 'vertex';
  add('imageUrl', isOnVertex && hasMedia(request, 'image', 'url'), 'Vertex takes images for Claude as data');
  add('fileUrl', isOnVertex && hasMedia(request, 'file', 'url'), 'Vertex takes files for Claude as data');
  const image = unreadableOf(request, 'image');
  add('imageData', image !== undefined, image ?? '');
  const file = unreadableOf(request, 'file');
  add('fileData', file !== undefined, file ?? '');
  const tier = request.serviceTier && tierProblem(request.serviceTier, traits, platform);
  add('serviceTier', Boolean(tier), tier ?? '');
  // Its calls are taken for text.
  const isNameTaken = !isForwarded && request.tools.some(({ name }) => name === ANSWER_TOOL);
  add('tools', isNameTaken, `the name ${ANSWER_TOOL} is not free for tools`);

  const { reasoningEffort, reasoningMaxTokens } = request;
  const isForcing =
    isForced(request) &&
    !add('toolChoice', traits.rejectsForcedTools, 'this model decides for itself whether it calls a tool');
  const isEffortAsked = reasoningEffort !== undefined && reasoningEffort !== 'none';
  let isThinking = isThinkingOn(thinkingOf(request, traits));
  if (traits.thinking === 'NONE') {
    add('reasoningEffort', isEffortAsked, 'this model does not reason');
    add('reasoningMaxTokens', (reasoningMaxTokens ?? 0) > 0, 'this model does not reason');
  } else if (traits.thinking === 'ADAPTIVE') {
    add(
      'reasoningMaxTokens',
      reasoningMaxTokens !== undefined && !(isForwarded && traits.takesBudget),
      'this model takes an effort, not a number',
    );
    add('reasoningEffort', traits.alwaysThinks && reasoningEffort === 'none', 'this model always reasons');
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
