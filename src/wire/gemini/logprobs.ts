import type { TokenLogprob } from '../../domain/content-event.ts';
import type { JsonObject } from '../../domain/json.ts';
import { objectAt, objectsAt } from '../json-reading.ts';

const choiceOf = (candidate: JsonObject): readonly { readonly token: string; readonly logprob: number }[] =>
  typeof candidate.token === 'string' && typeof candidate.logProbability === 'number'
    ? [{ token: candidate.token, logprob: candidate.logProbability }]
    : [];

/** The tokens of a response and their alternatives, which come as two lists side by side. */
export const readLogprobs = (candidate: JsonObject | undefined): readonly TokenLogprob[] => {
  const result = objectAt(candidate, 'logprobsResult');
  const alternatives = objectsAt(result, 'topCandidates');
  return objectsAt(result, 'chosenCandidates').flatMap((chosen, index) =>
    choiceOf(chosen).map((choice) => ({
      ...choice,
      top: objectsAt(alternatives[index], 'candidates').flatMap(choiceOf),
    })),
  );
};
