import type { TokenLogprob } from '../../domain/content-event.ts';
import { isJsonObject, type JsonObject } from '../../domain/json.ts';
import { listAt, objectsAt } from '../json-reading.ts';

type Alternative = TokenLogprob['top'][number];

const readAlternative = ({ token, logprob }: JsonObject): readonly Alternative[] =>
  typeof token === 'string' && typeof logprob === 'number' ? [{ token, logprob }] : [];

/** A list of `{token, logprob, top_logprobs}`; what has no number is left out. */
export const readTokenLogprobs = (tokens: readonly JsonObject[]): readonly TokenLogprob[] =>
  tokens.flatMap((token) =>
    readAlternative(token).map((one) => ({
      ...one,
      top: objectsAt(token, 'top_logprobs').flatMap(readAlternative),
    })),
  );

/** Alternatives as `{"token": logprob, …}`. */
const readAlternativeMap = (map: unknown): readonly Alternative[] =>
  isJsonObject(map)
    ? Object.entries(map)
        .flatMap(([token, logprob]) => (typeof logprob === 'number' ? [{ token, logprob }] : []))
        .sort((a, b) => b.logprob - a.logprob)
    : [];

/** A choice's `logprobs`: OpenAI's `{content: […]}`, or parallel lists as in the old completions API (Together). */
export const readChoiceLogprobs = (logprobs: JsonObject | undefined): readonly TokenLogprob[] => {
  const content = objectsAt(logprobs, 'content');
  if (content.length > 0) return readTokenLogprobs(content);
  const numbers = listAt(logprobs, 'token_logprobs');
  const alternatives = listAt(logprobs, 'top_logprobs');
  return listAt(logprobs, 'tokens').flatMap((token, position) => {
    const logprob = numbers[position];
    return typeof token === 'string' && typeof logprob === 'number'
      ? [{ token, logprob, top: readAlternativeMap(alternatives[position]) }]
      : [];
  });
};
