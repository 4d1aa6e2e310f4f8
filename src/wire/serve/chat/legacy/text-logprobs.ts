import type { TokenLogprob } from '../../../../domain/content-event.ts';
import type { JsonObject } from '../../../../domain/json.ts';

/** Parallel lists, as the older completions have them; `offset` is where the first token begins in the text. */
export const writeTextLogprobs = (logprobs: readonly TokenLogprob[], offset: number): JsonObject => {
  let end = offset;
  const offsets = logprobs.map(({ token }) => {
    const start = end;
    end += token.length;
    return start;
  });
  return {
    tokens: logprobs.map(({ token }) => token),
    token_logprobs: logprobs.map(({ logprob }) => logprob),
    top_logprobs: logprobs.map(({ top }) =>
      Object.fromEntries(top.map(({ token, logprob }) => [token, logprob])),
    ),
    text_offset: offsets,
  };
};
