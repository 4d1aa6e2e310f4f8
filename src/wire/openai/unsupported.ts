import type { CompletionRequest, RequestParameter, Unsupported } from '../../domain/completion-request.ts';
import { hasMedia } from '../honoured-request.ts';
import { type OpenAiQuirks, USUAL_EFFORTS } from './quirks.ts';

const NO_PLACE = "the provider's chat completions have no place for it";

const isAsked = (request: CompletionRequest, name: RequestParameter): boolean => {
  switch (name) {
    case 'imageUrl':
      return hasMedia(request, 'image', 'url');
    case 'imageData':
      return hasMedia(request, 'image', 'data');
    case 'audioUrl':
    case 'audioData':
    case 'fileUrl':
    case 'fileData':
    case 'cache':
      return false;
    case 'tools':
      return request.tools.length > 0;
    case 'metadata':
      return Object.keys(request.metadata ?? {}).length > 0;
    default:
      return request[name] !== undefined;
  }
};

/** What of the request the server cannot honour. */
export const unsupportedByOpenAi = (
  quirks: OpenAiQuirks,
  request: CompletionRequest,
): readonly Unsupported[] => {
  const found = new Map<RequestParameter, string>();
  const check = (name: RequestParameter, problem: string): void => {
    if (isAsked(request, name)) found.set(name, problem);
  };
  if (!quirks.supportsTopK) check('topK', NO_PLACE);
  if (!quirks.supportsMetadata) check('metadata', NO_PLACE);
  const reasoning = quirks.reasoningRequest ?? 'reasoning_effort';
  if (reasoning === 'none') check('reasoningEffort', NO_PLACE);
  if (reasoning !== 'reasoning') check('reasoningMaxTokens', 'the provider takes an effort, not a number');
  const effort = request.reasoningEffort;
  if (effort !== undefined && (quirks.reasoningEfforts ?? USUAL_EFFORTS)[effort] === undefined) {
    found.set('reasoningEffort', `the provider has no effort "${effort}"`);
  }
  for (const name of quirks.unsupported ?? []) check(name, 'the provider does not take it');
  return [...found].map(([name, problem]) => ({ name, problem }));
};
