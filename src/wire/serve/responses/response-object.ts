import type { OperationId } from '../../../domain/ids.ts';
import type { JsonObject, JsonValue } from '../../../domain/json.ts';
import type { OperationRecord } from '../../../domain/operation-record.ts';
import { cachedTokensOf, inputTokensOf, outputTokensOf } from '../../../domain/usage.ts';
import { answerFacts, usageCost } from '../answer-facts.ts';
import type { ClientError } from '../client-error.ts';
import { servedTier, TIER_WORDS } from '../service-tier.ts';
import { unixSeconds } from '../unix-seconds.ts';
import type { ResponsesOptions } from './options.ts';

/** What ids of an answer and of its items are made of: the part of the completion's that no other has. */
export const idCore = (id: OperationId | undefined): string =>
  id?.replace(/^cmp_/, '').replaceAll('-', '') ?? '0';

export const responseId = (id: OperationId | undefined): string => `resp_${idCore(id)}`;

const usageJson = ({ usage, cost }: OperationRecord): JsonObject | null =>
  usage === undefined
    ? null
    : {
        input_tokens: inputTokensOf(usage),
        input_tokens_details: {
          cached_tokens: cachedTokensOf(usage),
          cache_write_tokens: usage.cacheWrite5m + usage.cacheWrite1h,
        },
        output_tokens: outputTokensOf(usage),
        output_tokens_details: { reasoning_tokens: usage.reasoning },
        total_tokens: inputTokensOf(usage) + outputTokensOf(usage),
        ...usageCost(cost),
      };

/** What is known of an answer while it is under way. */
export type AnswerHead = {
  readonly id: OperationId | undefined;
  readonly createdAt: Date;
  readonly model: string;
};

/** Why an answer that came to its end is not whole. */
export type Shortfall = 'max_output_tokens' | 'content_filter' | 'pause_turn' | 'unknown' | undefined;

/** `refusal`: what the model said in place of an answer. */
export const shortfallOf = ({ finishReason }: OperationRecord, refusal: string): Shortfall => {
  switch (finishReason ?? 'STOP') {
    case 'LENGTH':
      return 'max_output_tokens';
    case 'CONTENT_FILTER':
      return 'content_filter';
    case 'REFUSAL':
      // With its own words it is an answer; without them nothing else would tell.
      return refusal === '' ? 'content_filter' : undefined;
    // It goes on when it is sent back.
    case 'PAUSED':
      return 'pause_turn';
    case 'UNKNOWN':
      return 'unknown';
    case 'STOP':
    case 'TOOL_CALLS':
      return undefined;
  }
};

type Changing = {
  readonly status: 'in_progress' | 'completed' | 'incomplete' | 'failed';
  readonly completed_at?: number;
  readonly error?: JsonObject;
  readonly incomplete_details?: JsonObject;
  readonly output: readonly JsonObject[];
  readonly usage?: JsonObject | null;
  readonly service_tier?: string;
  readonly modelgraph?: JsonObject;
};

const responseJson = (
  { id, createdAt, model }: AnswerHead,
  { echo }: ResponsesOptions,
  changing: Changing,
): JsonObject => {
  const defaults: { readonly [name: string]: JsonValue } = {
    completed_at: null,
    error: null,
    incomplete_details: null,
    usage: null,
    service_tier: 'default',
  };
  return {
    id: responseId(id),
    object: 'response',
    created_at: unixSeconds(createdAt),
    model,
    ...echo,
    ...defaults,
    ...changing,
  };
};

export const openResponse = (head: AnswerHead, options: ResponsesOptions): JsonObject =>
  responseJson(head, options, { status: 'in_progress', output: [] });

export const finishedResponse = (
  record: OperationRecord,
  options: ResponsesOptions,
  output: readonly JsonObject[],
  shortfall: Shortfall,
): JsonObject =>
  responseJson(
    {
      id: record.id,
      createdAt: record.createdAt,
      model: record.offeringId ?? record.route.requested,
    },
    options,
    {
      status: shortfall === undefined ? 'completed' : 'incomplete',
      ...(shortfall === undefined
        ? { completed_at: unixSeconds(new Date(record.createdAt.getTime() + record.timings.totalMs)) }
        : { incomplete_details: { reason: shortfall } }),
      output,
      usage: usageJson(record),
      service_tier: TIER_WORDS[servedTier(record) ?? 'STANDARD'],
      modelgraph: answerFacts(record),
    },
  );

export const failedResponse = (
  head: AnswerHead,
  options: ResponsesOptions,
  output: readonly JsonObject[],
  error: ClientError,
  record: OperationRecord | undefined,
): JsonObject =>
  responseJson(head, options, {
    status: 'failed',
    error: { code: error.code, message: error.message },
    output,
    ...(record === undefined ? {} : { usage: usageJson(record), modelgraph: answerFacts(record) }),
  });
