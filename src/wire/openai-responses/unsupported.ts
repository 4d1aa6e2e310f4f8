import type { CompletionRequest, RequestParameter, Unsupported } from '../../domain/completion-request.ts';
import { isAsked } from '../openai/asked-parameter.ts';
import { USUAL_EFFORTS } from '../openai/quirks.ts';
import { OPENAI_SERVICE_TIERS } from '../openai/service-tier.ts';
import type { OpenAiResponsesQuirks } from './quirks.ts';

const WITHOUT_PLACE: readonly RequestParameter[] = [
  'topK',
  'frequencyPenalty',
  'presencePenalty',
  'seed',
  'stop',
  'audioUrl',
  'audioData',
];

/** What of the request the server cannot honour. */
export const unsupportedByResponses = (
  quirks: OpenAiResponsesQuirks,
  request: CompletionRequest,
  isForwarded = false,
): readonly Unsupported[] => {
  const found = new Map<RequestParameter, string>();
  const check = (name: RequestParameter, problem: string): void => {
    if (isAsked(request, name)) found.set(name, problem);
  };
  for (const name of WITHOUT_PLACE) check(name, "the provider's Responses have no place for it");
  check('reasoningMaxTokens', 'the provider takes an effort, not a number');
  if (!isForwarded && quirks.promptCaching === 'none') check('cache', 'the provider has no prompt cache');
  const { reasoningEffort: effort, serviceTier: tier } = request;
  const isEffortStated = !isForwarded || quirks.reasoningEfforts !== undefined;
  if (
    effort !== undefined &&
    isEffortStated &&
    (quirks.reasoningEfforts ?? USUAL_EFFORTS)[effort] === undefined
  )
    found.set('reasoningEffort', `the provider has no effort "${effort}"`);
  if (tier !== undefined && (quirks.serviceTiers ?? OPENAI_SERVICE_TIERS)[tier] === undefined)
    found.set('serviceTier', `the provider has no tier ${tier}`);
  for (const name of quirks.unsupported ?? []) check(name, 'the provider does not take it');
  return [...found].map(([name, problem]) => ({ name, problem }));
};
