import type { CompletionRequest, RequestParameter, Unsupported } from '../../domain/completion-request.ts';
import { isAsked } from './asked-parameter.ts';
import { isAudioTaken } from './media-parts.ts';
import { type OpenAiQuirks, USUAL_EFFORTS } from './quirks.ts';

const NO_PLACE = "the provider's chat completions have no place for it";
const NOT_TAKEN = 'the provider does not take it';

/** Audio whose format has no name there. */
const hasUntakenAudio = (request: CompletionRequest): boolean =>
  request.messages.some(
    (message) =>
      message.role === 'user' &&
      message.parts.some(
        (part) => part.type === 'audio' && part.source.kind === 'data' && !isAudioTaken(part.source),
      ),
  );

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
  const { reasoningEffort: effort, serviceTier: tier } = request;
  if (effort !== undefined && (quirks.reasoningEfforts ?? USUAL_EFFORTS)[effort] === undefined) {
    found.set('reasoningEffort', `the provider has no effort "${effort}"`);
  }
  if (tier !== undefined && quirks.serviceTiers?.[tier] === undefined)
    found.set('serviceTier', `the provider has no tier ${tier}`);
  if ((quirks.promptCaching ?? 'none') === 'none')
    check('cache', 'the provider takes no marks for its cache');
  check('audioUrl', 'the provider takes audio as data, not by address');
  if (hasUntakenAudio(request)) check('audioData', 'the provider takes WAV and MP3 alone');
  if (!(quirks.supportsAudio ?? true)) check('audioData', NOT_TAKEN);
  const files = quirks.files ?? 'none';
  if (files === 'none') check('fileData', NOT_TAKEN);
  if (files !== 'data-and-url')
    check('fileUrl', files === 'none' ? NOT_TAKEN : 'the provider takes files as data, not by address');
  for (const name of quirks.unsupported ?? []) check(name, NOT_TAKEN);
  return [...found].map(([name, problem]) => ({ name, problem }));
};
