import type { ClientRequest } from '../../domain/client-request.ts';
import { isJsonObject, type JsonValue } from '../../domain/json.ts';
import type { EncodedCall } from '../codec.ts';
import { forwardedHeaders } from '../forwarded-headers.ts';
import { objectAt, textAt } from '../json-reading.ts';
import { isReasoningModel } from '../openai-responses/model-traits.ts';
import { type OpenAiQuirks, USUAL_EFFORTS } from './quirks.ts';

type Body = { [name: string]: JsonValue };

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
  delete body[from];
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
  delete body.reasoning_effort;
};

const asNumber = (body: Body): void => {
  const { logprobs, top_logprobs: top } = body;
  if (typeof logprobs !== 'boolean') return;
  delete body.top_logprobs;
  if (logprobs) body.logprobs = Math.max(1, typeof top === 'number' ? top : 0);
  else delete body.logprobs;
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
  const { modelgraph: _ours, stream_options: options, ...rest } = client.body;
  const body: Body = { ...rest, model, stream };
  if (stream && (quirks.supportsStreamOptions ?? true))
    body.stream_options = { ...(isJsonObject(options) ? options : {}), include_usage: true };
  limitTokens(body, model, quirks);
  steerReasoning(body, quirks);
  if (quirks.seedField !== undefined && quirks.seedField !== 'seed') rename(body, 'seed', quirks.seedField);
  if (quirks.logprobsRequest === 'number') asNumber(body);
  if (!quirks.supportsMetadata && body.store !== true) delete body.metadata;
  if (quirks.unsupported?.includes('user')) delete body.user;
  if (!quirks.supportsDeveloperRole && body.messages !== undefined)
    body.messages = withoutDevelopers(body.messages) ?? body.messages;
  return {
    path: '/chat/completions',
    headers: forwardedHeaders(client, ['openai-beta']),
    body: JSON.stringify(body),
  };
};
