import type { RequestParameter } from '../../domain/completion-request.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../../domain/json.ts';
import type { ProviderEvent } from '../../domain/provider-event.ts';
import type { EncodedWithWarnings, Forwarding } from '../codec.ts';
import { forwardedHeaders } from '../forwarded-headers.ts';
import { objectAt } from '../json-reading.ts';
import { isReasoningModel } from '../openai-responses/model-traits.ts';
import { switchesOff } from '../thinking-switches.ts';
import { encodeOutput } from './encode.ts';
import { hasCustomTools, withoutCustomTools } from './forward-custom-tools.ts';
import { forwardMessages } from './forward-messages.ts';
import type { OpenAiQuirks } from './quirks.ts';
import { encodeReasoning } from './reasoning.ts';
import { readServiceTier } from './service-tier.ts';
import { planOutput } from './structured-output.ts';
import { unsupportedByOpenAi } from './unsupported.ts';

/** A member that is undefined is not sent: one that is deleted would make all others slow. */
type Body = { [name: string]: JsonValue | undefined };

/** What a parameter is called in a body. */
const FIELDS: { readonly [Name in RequestParameter]?: readonly string[] } = {
  temperature: ['temperature'],
  topP: ['top_p'],
  topK: ['top_k'],
  frequencyPenalty: ['frequency_penalty'],
  presencePenalty: ['presence_penalty'],
  seed: ['seed'],
  stop: ['stop'],
  logprobs: ['logprobs', 'top_logprobs'],
  tools: ['tools', 'tool_choice', 'parallel_tool_calls', 'functions', 'function_call'],
  toolChoice: ['tool_choice', 'function_call'],
  parallelToolCalls: ['parallel_tool_calls'],
  output: ['response_format'],
  serviceTier: ['service_tier'],
  user: ['user', 'safety_identifier'],
  reasoningEffort: ['reasoning_effort', 'reasoning'],
};

const drop = (body: Body, name: string): void => {
  if (body[name] !== undefined) body[name] = undefined;
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

/** Where a client may say how much to think in the words of one server or another. */
const THINKING_FIELDS = ['thinking', 'enable_thinking', 'thinking_budget', 'chat_template_kwargs'] as const;

/** Whether nothing is known of how the server is told how much to think: it gets what its client says. */
const isReasoningUnstated = (quirks: OpenAiQuirks): boolean =>
  quirks.reasoningRequest === undefined &&
  quirks.reasoningEfforts === undefined &&
  quirks.thinkingSwitch === undefined;

const isOwnWord = (body: Body, { reasoningRequest, reasoningEfforts = {} }: OpenAiQuirks): boolean => {
  const word =
    reasoningRequest === 'reasoning'
      ? objectAt({ reasoning: body.reasoning ?? null }, 'reasoning')?.effort
      : body.reasoning_effort;
  return typeof word === 'string' && Object.values(reasoningEfforts).includes(word);
};

/** Where a client has told this server itself whether to think. */
const isSwitchOwn = (body: Body, { thinkingSwitch, reasoningRequest }: OpenAiQuirks): boolean => {
  switch (thinkingSwitch) {
    case 'thinking':
    case 'thinking-adaptive':
      return body.thinking !== undefined;
    case 'enable_thinking':
    case 'chat_template_kwargs':
      return body[thinkingSwitch] !== undefined;
    default:
      return reasoningRequest === 'reasoning' && body.reasoning !== undefined;
  }
};

/** Takes out that there shall be no thinking where it is said in the words of other servers alone. */
const dropForeignSwitches = (body: Body, said: JsonObject, quirks: OpenAiQuirks): boolean => {
  const foreign = isSwitchOwn(body, quirks) ? [] : switchesOff(said);
  for (const name of foreign) drop(body, name);
  return foreign.length > 0;
};

/** How much to think, in the server's words; a client that speaks to the server in them already is not corrected. */
const steerReasoning = (
  body: Body,
  { request, client }: Forwarding,
  quirks: OpenAiQuirks,
): readonly ProviderEvent[] => {
  const { reasoningEffort: effort, reasoningMaxTokens: budget } = request;
  const isAsked = effort !== undefined || budget !== undefined;
  if (!isAsked || isReasoningUnstated(quirks)) return [];
  const isSaid = THINKING_FIELDS.some((name) => body[name] !== undefined);
  const isTranslated = dropForeignSwitches(body, client.body, quirks);
  if (isSaid && !isTranslated) {
    if (quirks.reasoningRequest === 'none') drop(body, 'reasoning_effort');
    return [];
  }
  const ownWord = isOwnWord(body, quirks) ? body.reasoning_effort : undefined;
  const { fields, warnings } = encodeReasoning(request, quirks);
  const rest = objectAt({ reasoning: body.reasoning ?? null }, 'reasoning');
  drop(body, 'reasoning_effort');
  if (quirks.reasoningRequest === 'reasoning') {
    const { effort: _effort, max_tokens: _budget, enabled: _enabled, ...others } = rest ?? {};
    body.reasoning = { ...others, ...objectAt(fields, 'reasoning') };
  } else {
    drop(body, 'reasoning');
    Object.assign(body, fields);
    if (ownWord !== undefined) body.reasoning_effort = ownWord;
  }
  return ownWord === undefined ? warnings : [];
};

const asNumber = (body: Body): void => {
  const { logprobs, top_logprobs: top } = body;
  if (typeof logprobs !== 'boolean') return;
  drop(body, 'top_logprobs');
  body.logprobs = logprobs ? Math.max(1, typeof top === 'number' ? top : 0) : undefined;
};

const isIdleChoice = (choice: JsonValue | undefined): boolean =>
  choice === undefined || choice === null || choice === 'auto' || choice === 'none';

/** What says nothing where there are no tools, and is refused by some servers then; so is a list of none. */
const dropIdleTools = (body: Body): void => {
  const { tools, functions, tool_choice: choice } = body;
  const isNone = (list: JsonValue | undefined) =>
    list === undefined || list === null || (Array.isArray(list) && list.length === 0);
  if (!isNone(tools) || !isNone(functions) || !isIdleChoice(choice)) return;
  for (const field of ['tools', 'functions', 'tool_choice', 'parallel_tool_calls']) drop(body, field);
};

/** The server's word for a tier that its client calls as OpenAI does. */
const renameTier = (body: Body, { serviceTiers }: OpenAiQuirks): void => {
  const word = body.service_tier;
  if (serviceTiers === undefined || typeof word !== 'string') return;
  if (Object.values(serviceTiers).includes(word)) return;
  const tier = readServiceTier(word);
  const theirs = tier && serviceTiers[tier];
  if (theirs !== undefined) body.service_tier = theirs;
};

/** What the server cannot enforce of the output's form is stated in the prompt, as for a request that is translated. */
const planFormat = (
  body: Body,
  { request }: Forwarding,
  refused: ReadonlySet<RequestParameter>,
  { structuredOutput = 'json_schema' }: OpenAiQuirks,
): { readonly statement?: string; readonly warnings: readonly ProviderEvent[] } => {
  if (refused.has('output') || request.output === undefined || structuredOutput === 'json_schema')
    return { warnings: [] };
  const { statement, format, warnings } = planOutput(request, structuredOutput);
  if (format !== request.output) body.response_format = format && encodeOutput(format);
  return statement === undefined ? { warnings } : { statement, warnings };
};

/**
 * A client's own request, but for what the server calls otherwise or is known to refuse. `metadata`, which is kept here in
 * any case, is left out where the server would refuse it; usage is always asked for, as it is billed by.
 */
export const forwardOpenAi = (
  model: string,
  forwarding: Forwarding,
  quirks: OpenAiQuirks,
): EncodedWithWarnings => {
  const { request, stream } = forwarding;
  const { tools, messages } = forwarding.client.body;
  const isRewritten =
    !quirks.supportsCustomTools &&
    hasCustomTools(forwarding.client.plain === undefined ? { tools, messages } : { tools });
  const client = isRewritten
    ? {
        ...forwarding.client,
        body: { ...forwarding.client.body, ...withoutCustomTools(forwarding.client.body) },
      }
    : forwarding.client;
  const refused = new Set<RequestParameter>();
  for (const { name, isTaken } of unsupportedByOpenAi(quirks, request, true, client.plain !== undefined))
    if (isTaken !== true) refused.add(name);
  const body: Body = { ...client.body };
  body.model = model;
  body.stream = stream;
  drop(body, 'modelgraph');
  const options = body.stream_options;
  drop(body, 'stream_options');
  if (stream && (quirks.supportsStreamOptions ?? true))
    body.stream_options = { ...(isJsonObject(options) ? options : {}), include_usage: true };
  // Also where they have their default values, or are null: it is their names that are refused.
  for (const name of [...refused, ...(quirks.unsupported ?? [])])
    for (const field of FIELDS[name] ?? []) drop(body, field);
  dropIdleTools(body);
  limitTokens(body, model, quirks);
  if (refused.has('reasoningEffort')) dropForeignSwitches(body, client.body, quirks);
  const reasoning = refused.has('reasoningEffort') ? [] : steerReasoning(body, forwarding, quirks);
  renameTier(body, quirks);
  if (quirks.seedField !== undefined && quirks.seedField !== 'seed') rename(body, 'seed', quirks.seedField);
  if (quirks.logprobsRequest === 'number') asNumber(body);
  if (!quirks.supportsMetadata && body.store !== true) drop(body, 'metadata');
  const { statement, warnings } = planFormat(body, forwarding, refused, quirks);
  const conversation = forwardMessages({ ...forwarding, client }, { model, refused, statement, quirks });
  if (conversation.messages !== undefined) body.messages = conversation.messages;
  return {
    call: {
      path: '/chat/completions',
      headers: forwardedHeaders(client, ['openai-beta']),
      body: JSON.stringify(body),
    },
    warnings: [...warnings, ...reasoning, ...conversation.warnings],
    ...(isRewritten && { isVerbatim: false }),
  };
};
