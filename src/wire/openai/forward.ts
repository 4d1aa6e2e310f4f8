import type { ClientRequest } from '../../domain/client-request.ts';
import { isJsonObject, type JsonValue } from '../../domain/json.ts';
import type { EncodedCall } from '../codec.ts';
import { forwardedHeaders } from '../forwarded-headers.ts';
import { objectAt, textAt } from '../json-reading.ts';
import { isReasoningModel } from '../openai-responses/model-traits.ts';
import { type OpenAiQuirks, USUAL_EFFORTS } from './quirks.ts';

/** A member that is undefined is not sent: one that is deleted would make all others slow. */
type Body = { [name: string]: JsonValue | undefined };

const drop = (body: Body, name: string): void => {
  if (body[name] !== undefined) body[name] = undefined;
};

/** Structured output that the server has no word for is asked for in the prompt, which a client's own request has not. */
export const canForwardToOpenAi = (
  { body }: ClientRequest,
  { structuredOutput = 'json_schema' }: OpenAiQuirks,
): boolean => {
  switch (textAt(objectAt(body, 'response_format'), 'type')) {
    case 'json_schema':
      return structuredOutput === 'json_schema';
    case 'json_object':
      return structuredOutput !== 'prompt';
    default:
      return true;
  }
};

/** Moves a field to the name that the server has for it; what stands there already wins. */
const rename = (body: Body, from: string, to: string): void => {
  const value = body[from];
  if (value === undefined) return;
  body[from] = undefined;
  body[to] ??= value;
};

const limitTokens = (body: Body, model: string, { maxTokensField }: OpenAiQuirks): void => {
  if (maxTokensField === 'max_completion_tokens') rename(body, 'max_tokens', 'max_completion_tokens');
  // Behind relays too these take no other name.
  else if (maxTokensField === 'max_tokens' || !isReasoningModel(model))
    rename(body, 'max_completion_tokens', 'max_tokens');
};

const steerReasoning = (body: Body, { reasoningEfforts, reasoningRequest }: OpenAiQuirks): void => {
  const word = body.reasoning_effort;
  if (typeof word !== 'string') return;
  if (reasoningEfforts !== undefined) {
    const [effort] = Object.entries(USUAL_EFFORTS).find(([, usual]) => usual === word) ?? [];
    const theirs = Object.entries(reasoningEfforts).find(([each]) => each === effort)?.[1];
    if (theirs !== undefined) body.reasoning_effort = theirs;
  }
  if (reasoningRequest !== 'reasoning') return;
  body.reasoning ??= { effort: body.reasoning_effort ?? word };
  body.reasoning_effort = undefined;
};

const asNumber = (body: Body): void => {
  const { logprobs, top_logprobs: top } = body;
  if (typeof logprobs !== 'boolean') return;
  drop(body, 'top_logprobs');
  body.logprobs = logprobs ? Math.max(1, typeof top === 'number' ? top : 0) : undefined;
};

const withoutDevelopers = (messages: JsonValue | undefined): JsonValue | undefined =>
  Array.isArray(messages)
    ? messages.map((message) =>
        isJsonObject(message) && message.role === 'developer' ? { ...message, role: 'system' } : message,
      )
    : messages;

/**
 * A client's own request. `metadata`, which is kept here in any case, is left out where the server would refuse it; usage
 * is always asked for, as it is billed by.
 */
export const forwardOpenAi = (
  model: string,
  client: ClientRequest,
  stream: boolean,
  quirks: OpenAiQuirks,
): EncodedCall | undefined => {
  if (!canForwardToOpenAi(client, quirks)) return undefined;
  const body: Body = { ...client.body };
  body.model = model;
  body.stream = stream;
  drop(body, 'modelgraph');
  const options = body.stream_options;
  drop(body, 'stream_options');
  if (stream && (quirks.supportsStreamOptions ?? true))
    body.stream_options = { ...(isJsonObject(options) ? options : {}), include_usage: true };
  limitTokens(body, model, quirks);
  steerReasoning(body, quirks);
  if (quirks.seedField !== undefined && quirks.seedField !== 'seed') rename(body, 'seed', quirks.seedField);
  if (quirks.logprobsRequest === 'number') asNumber(body);
  if (!quirks.supportsMetadata && body.store !== true) drop(body, 'metadata');
  if (quirks.unsupported?.includes('user')) drop(body, 'user');
  if (!quirks.supportsDeveloperRole && body.messages !== undefined)
    body.messages = withoutDevelopers(body.messages) ?? body.messages;
  return {
    path: '/chat/completions',
    headers: forwardedHeaders(client, ['openai-beta']),
    body: JSON.stringify(body),
  };
};
