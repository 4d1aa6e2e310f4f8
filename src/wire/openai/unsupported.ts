import type { CompletionRequest, RequestParameter, Unsupported } from '../../domain/completion-request.ts';
import { isAsked } from './asked-parameter.ts';
import { isAudioTaken } from './media-parts.ts';
import type { OpenAiQuirks } from './quirks.ts';
import { budgetProblem, effortProblem } from './reasoning.ts';

const NO_PLACE = "the provider's chat completions have no place for it";
const NOT_TAKEN = 'the provider does not take it';
const WITHOUT_EFFECT = 'the provider takes it without effect';

/** Audio whose format has no name there. */
const hasUntakenAudio = (request: CompletionRequest): boolean =>
  request.messages.some(
    (message) =>
      message.role === 'user' &&
      message.parts.some(
        (part) => part.type === 'audio' && part.source.kind === 'data' && !isAudioTaken(part.source),
      ),
  );

const stated = new WeakMap<OpenAiQuirks, OpenAiQuirks>();

/** What is known of a server, and nothing of what it may take besides. Found once for each. */
const asStated = (quirks: OpenAiQuirks): OpenAiQuirks => {
  let known = stated.get(quirks);
  if (known === undefined) {
    known = {
      ...quirks,
      supportsTopK: quirks.supportsTopK ?? true,
      supportsMetadata: true,
      promptCaching: 'automatic',
      files: quirks.files ?? 'data-and-url',
    };
    stated.set(quirks, known);
  }
  return known;
};

const NONE: readonly never[] = [];

/**
 * What of the request the server cannot honour. Where a client's own request `isForwarded`, what it is known to refuse:
 * what it has no known place for may well have one.
 */
export const unsupportedByOpenAi = (
  given: OpenAiQuirks,
  request: CompletionRequest,
  isForwarded = false,
  isPlain = false,
): readonly Unsupported[] => {
  const quirks = isForwarded ? asStated(given) : given;
  let found: Map<RequestParameter, Unsupported> | undefined;
  const add = (name: RequestParameter, problem: string, isTaken = false): void => {
    found ??= new Map();
    found.set(name, isTaken ? { name, problem, isTaken } : { name, problem });
  };
  const check = (name: RequestParameter, problem: string): void => {
    if (isAsked(request, name)) add(name, problem);
  };
  /** For what only messages can ask that hold more than text. */
  const checkMedia: typeof check = isPlain ? () => {} : check;
  if (!quirks.supportsTopK) check('topK', NO_PLACE);
  if (!quirks.supportsMetadata) check('metadata', NO_PLACE);
  const { reasoningEffort: effort, serviceTier: tier } = request;
  const isReasoningStated =
    given.reasoningRequest ?? given.reasoningEfforts ?? given.thinkingSwitch ?? given.thinkingBudget;
  if (!isForwarded || isReasoningStated !== undefined) {
    const problem = effort === undefined ? undefined : effortProblem(quirks, effort);
    if (problem !== undefined) add('reasoningEffort', problem);
    const budget = budgetProblem(quirks);
    if (budget !== undefined) check('reasoningMaxTokens', budget);
  }
  const isTierStated = !isForwarded || given.serviceTiers !== undefined;
  if (tier !== undefined && isTierStated && quirks.serviceTiers?.[tier] === undefined)
    add('serviceTier', `the provider has no tier ${tier}`);
  if ((quirks.promptCaching ?? 'none') === 'none')
    check('cache', 'the provider takes no marks for its cache');
  if (!isForwarded) {
    checkMedia('audioUrl', 'the provider takes audio as data, not by address');
    if (hasUntakenAudio(request)) add('audioData', 'the provider takes WAV and MP3 alone');
  }
  if (!(quirks.supportsAudio ?? true)) checkMedia('audioData', NOT_TAKEN);
  const files = quirks.files ?? 'none';
  if (files === 'none') checkMedia('fileData', NOT_TAKEN);
  if (files !== 'data-and-url')
    checkMedia('fileUrl', files === 'none' ? NOT_TAKEN : 'the provider takes files as data, not by address');
  for (const name of quirks.unsupported ?? []) check(name, NOT_TAKEN);
  for (const name of quirks.withoutEffect ?? [])
    if (isAsked(request, name)) add(name, WITHOUT_EFFECT, isForwarded);
  return found === undefined ? NONE : [...found.values()];
};
