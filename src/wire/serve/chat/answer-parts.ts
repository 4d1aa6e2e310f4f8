import type { ReasoningBlock } from '../../../domain/completion-request.ts';
import type { Source, TokenLogprob } from '../../../domain/content-event.ts';
import type { JsonObject } from '../../../domain/json.ts';

const REPLACEMENT = '\uFFFD';

/** Absent of a piece of a character: its bytes cannot be told from its text. */
const bytesOf = (token: string): readonly number[] | null =>
  token.includes(REPLACEMENT) ? null : [...Buffer.from(token)];

const writeToken = ({ token, logprob }: Pick<TokenLogprob, 'token' | 'logprob'>): JsonObject => ({
  token,
  logprob,
  bytes: bytesOf(token),
});

/** A choice's `logprobs`. */
export const writeLogprobs = (logprobs: readonly TokenLogprob[]): JsonObject => ({
  content: logprobs.map((one) => ({ ...writeToken(one), top_logprobs: one.top.map(writeToken) })),
  refusal: null,
});

/** A page that the answer rests on; the range is empty, as nobody says to which of its words it belongs. */
export const writeAnnotation = ({ url, title, citedText }: Source): JsonObject | undefined =>
  url === undefined
    ? undefined
    : {
        type: 'url_citation',
        url_citation: {
          url,
          title: title ?? url,
          start_index: 0,
          end_index: 0,
          ...(citedText !== undefined && { content: citedText }),
        },
      };

/** A block of reasoning, to be given back as it is. `index` counts an answer's blocks. */
export const writeReasoningDetail = (block: ReasoningBlock, index: number): JsonObject => {
  const { text, signature, redacted } = block;
  if (redacted === true && signature !== undefined)
    return { type: 'reasoning.encrypted', data: signature, index };
  return { type: 'reasoning.text', text, ...(signature !== undefined && { signature }), index };
};

/** What of a tool call is to be given back with it. */
export const writeExtraContent = (signature: string): JsonObject => ({
  google: { thought_signature: signature },
});
