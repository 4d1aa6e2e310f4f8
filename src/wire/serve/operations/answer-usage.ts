import type { JsonObject } from '../../../domain/json.ts';
import type { OperationRecord } from '../../../domain/operation-record.ts';
import { inputTokensOf, outputTokensOf, type Usage } from '../../../domain/usage.ts';
import { answerFacts, usageCost } from '../answer-facts.ts';
import { chatTokens } from '../chat-tokens.ts';
import { unixSeconds } from '../unix-seconds.ts';

/** Nothing where the provider said nothing: unknown is never 0. */
const withCost = ({ cost, usage }: OperationRecord, write: (usage: Usage) => JsonObject): JsonObject => {
  const members: JsonObject = { ...(usage && write(usage)), ...usageCost(cost) };
  return Object.keys(members).length === 0 ? {} : { usage: members };
};

const totalOf = (usage: Usage): number => inputTokensOf(usage) + outputTokensOf(usage);

/** `usage` of embeddings and moderations. */
export const promptUsage = (record: OperationRecord): JsonObject =>
  withCost(record, (usage) => ({ prompt_tokens: inputTokensOf(usage), total_tokens: totalOf(usage) }));

/** `usage` of rankings: those that are billed by searches count no tokens. */
export const rankingUsage = (record: OperationRecord): JsonObject =>
  withCost(record, (usage) =>
    usage.requests > 0 && totalOf(usage) === 0
      ? {}
      : { prompt_tokens: inputTokensOf(usage), total_tokens: totalOf(usage) },
  );

const tokenCounts = (usage: Usage): JsonObject => ({
  input_tokens: inputTokensOf(usage),
  output_tokens: outputTokensOf(usage),
  total_tokens: totalOf(usage),
});

export const imageUsage = (record: OperationRecord): JsonObject =>
  withCost(record, (usage) => ({
    ...tokenCounts(usage),
    input_tokens_details: {
      text_tokens: inputTokensOf(usage) - usage.imageInput,
      image_tokens: usage.imageInput,
    },
    output_tokens_details: {
      text_tokens: outputTokensOf(usage) - usage.imageOutput,
      image_tokens: usage.imageOutput,
    },
  }));

/** `usage` of speech, by characters or by tokens, whichever the provider counts. */
export const speechUsage = (record: OperationRecord): JsonObject =>
  withCost(record, (usage) => (usage.characters > 0 ? { characters: usage.characters } : tokenCounts(usage)));

/** By seconds or by tokens, whichever the provider counts. */
export const transcriptionUsage = (record: OperationRecord): JsonObject =>
  withCost(record, (usage) =>
    usage.seconds > 0
      ? { type: 'duration', seconds: usage.seconds }
      : {
          type: 'tokens',
          ...tokenCounts(usage),
          input_token_details: {
            text_tokens: inputTokensOf(usage) - usage.audioInput,
            audio_tokens: usage.audioInput,
          },
        },
  );

/** `usage` of a chat completion. */
export const chatUsage = (record: OperationRecord): JsonObject => withCost(record, chatTokens);

/** Who answered. */
export const modelOf = ({ offeringId, route }: OperationRecord): string => offeringId ?? route.modelSlug;

/** When, in whole seconds since 1970. */
export const createdOf = ({ createdAt }: OperationRecord): number => unixSeconds(createdAt);

export const factsMember = (record: OperationRecord): JsonObject => ({ modelgraph: answerFacts(record) });
