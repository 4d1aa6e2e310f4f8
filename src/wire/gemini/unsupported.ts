import type { CompletionRequest, RequestParameter, Unsupported } from '../../domain/completion-request.ts';
import { areLabels } from './labels.ts';
import { typeOfAddress } from './media.ts';
import type { ModelTraits } from './model-traits.ts';
import type { GeminiPlatform } from './platform.ts';
import { tierProblem } from './service-tier.ts';

const NO_PLACE = "Gemini's API has no place for it";

const ADDRESSES = { image: 'imageUrl', audio: 'audioUrl', file: 'fileUrl' } as const;

/** Media by address that cannot be sent, each kind once, by what is wrong with the first. */
const unreadableAddresses = (
  traits: ModelTraits,
  platform: GeminiPlatform,
  request: CompletionRequest,
): readonly Unsupported[] => {
  const found = new Map<RequestParameter, string>();
  for (const message of request.messages) {
    for (const part of message.role === 'user' ? message.parts : []) {
      if (part.type === 'text' || part.source.kind === 'data' || found.has(ADDRESSES[part.type])) continue;
      if (platform === 'gemini-api' && !traits.readsAddresses)
        found.set(ADDRESSES[part.type], 'this model takes media as data, not by address');
      else if (typeOfAddress(part.source.url) === undefined)
        found.set(
          ADDRESSES[part.type],
          'Google requires the media type, and the address has no known extension',
        );
    }
  }
  return [...found].map(([name, problem]) => ({ name, problem }));
};

/**
 * What of the request the API or this model cannot honour. Of media that are listed by address only those whose type
 * is not known are left out, unless the model takes none.
 */
export const unsupportedByGemini = (
  traits: ModelTraits,
  platform: GeminiPlatform,
  request: CompletionRequest,
): readonly Unsupported[] => {
  const found: Unsupported[] = [...unreadableAddresses(traits, platform, request)];
  const add = (name: RequestParameter, isAsked: boolean, problem: string): void => {
    if (isAsked) found.push({ name, problem });
  };
  add('parallelToolCalls', request.parallelToolCalls === false, 'Gemini cannot be kept to one tool call');
  const { metadata = {} } = request;
  if (platform === 'vertex')
    add('metadata', !areLabels(metadata), 'Vertex takes labels in lower case, of at most 63 characters');
  else add('metadata', Object.keys(metadata).length > 0, NO_PLACE);
  const rejectsPenalties = platform === 'gemini-api' && traits.rejectsPenalties;
  const { frequencyPenalty, presencePenalty } = request;
  add(
    'frequencyPenalty',
    rejectsPenalties && frequencyPenalty !== undefined,
    'this model takes no penalties',
  );
  add('presencePenalty', rejectsPenalties && presencePenalty !== undefined, 'this model takes no penalties');
  const tier = request.serviceTier && tierProblem(request.serviceTier);
  add('serviceTier', Boolean(tier), tier ?? '');
  const isJson = (request.output?.kind ?? 'text') !== 'text';
  add('tools', traits.isPlain && request.tools.length > 0, 'this model calls no tools');
  add('toolChoice', traits.isPlain && request.toolChoice !== undefined, 'this model calls no tools');
  add('output', traits.isPlain && isJson, 'this model has no JSON mode');
  add(
    'output',
    !traits.isPlain && request.tools.length > 0 && isJson && !traits.combinesToolsWithJson,
    'this model takes either tools or the wish for JSON',
  );
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
