import type { z } from 'zod';
import type { OutputFormat, ReasoningEffort, ServiceTier } from '../../../domain/completion-request.ts';
import { isDeeperThan, type JsonObject } from '../../../domain/json.ts';
import { objectAt } from '../../json-reading.ts';
import { readServiceTier } from '../../openai/service-tier.ts';
import type { ReadCompletion } from '../client-dialect.ts';
import { taken } from '../operations/read-body.ts';
import { type ResponsesOptions, responsesOptions } from './options.ts';
import { readInput } from './read-input.ts';
import { readTools } from './read-tools.ts';
import { BodyProblem, checked, createReading, type Reading, unknownIn } from './reading.ts';
import { REASONING_OPTIONS, RESPONSES_BODY, TEXT_FORMAT, TEXT_OPTIONS } from './schema.ts';

type Body = z.output<typeof RESPONSES_BODY>;

const EFFORTS: { readonly [word: string]: ReasoningEffort } = {
  none: 'none',
  minimal: 'minimal',
  low: 'low',
  medium: 'medium',
  high: 'high',
  xhigh: 'max',
  max: 'max',
};

const MOST_TAGS = 16;
/** Of what answers repeat. Schemas may have as many levels as the core takes. */
const DEEPEST = 110;

/** What a history, a template or a job at the provider is: the answer rests on it. */
const noteEssentials = (body: Body, { note }: Reading): void => {
  if (body.previous_response_id != null) note('previous_response_id', true);
  if (body.conversation != null) note('conversation', true);
  if (body.prompt != null) note('prompt', true);
  if (body.background === true) note('background', true);
};

const noteOthers = (body: Body, raw: JsonObject, { note }: Reading): void => {
  for (const name of unknownIn(raw, RESPONSES_BODY.shape)) note(name, false);
  if (body.store === true) note('store', false);
  if (body.truncation != null && body.truncation !== 'disabled') note('truncation', false);
  if (body.max_tool_calls != null) note('max_tool_calls', false);
  if (body.prompt_cache_key != null) note('prompt_cache_key', false);
  for (const [name, value] of Object.entries(objectAt(raw, 'stream_options') ?? {}))
    if (value !== null && value !== false) note(`stream_options.${name}`, false);
  for (const name of unknownIn(objectAt(raw, 'text'), TEXT_OPTIONS.shape)) note(`text.${name}`, false);
  for (const name of unknownIn(objectAt(raw, 'reasoning'), REASONING_OPTIONS.shape))
    note(`reasoning.${name}`, false);
};

const readFormat = (body: Body, raw: JsonObject, { note }: Reading): OutputFormat | undefined => {
  const given = body.text?.format;
  if (given == null) return undefined;
  const format = checked(TEXT_FORMAT, given as JsonObject, 'text.format');
  switch (format.type) {
    case 'text':
      return { kind: 'text' };
    case 'json_object':
      return { kind: 'jsonObject' };
    case 'json_schema': {
      const schema = objectAt(objectAt(objectAt(raw, 'text'), 'format'), 'schema');
      // Some clients ask so for JSON of any form.
      if (schema === undefined) return { kind: 'jsonObject' };
      return {
        kind: 'jsonSchema',
        name: format.name ?? 'response',
        schema,
        ...(format.description == null ? {} : { description: format.description }),
        ...(format.strict == null ? {} : { strict: format.strict }),
      };
    }
    default:
      note('text.format', true);
      return undefined;
  }
};

const readEffort = ({ reasoning }: Body, { note }: Reading): ReasoningEffort | undefined => {
  const word = reasoning?.effort;
  if (word == null) return undefined;
  if (!Object.hasOwn(EFFORTS, word)) note('reasoning.effort', false);
  return Object.hasOwn(EFFORTS, word) ? EFFORTS[word] : undefined;
};

const readTier = ({ service_tier: word }: Body, { note }: Reading): ServiceTier | undefined => {
  if (word == null || word === 'auto') return undefined;
  const tier = readServiceTier(word);
  if (tier !== undefined && tier !== 'BATCH') return tier;
  note('service_tier', false);
  return undefined;
};

const LOGPROBS = 'message.output_text.logprobs';
const ENCRYPTED_REASONING = 'reasoning.encrypted_content';

const readLogprobs = (body: Body, { note }: Reading): { readonly top: number } | undefined => {
  const include = body.include ?? [];
  for (const [at, name] of include.entries())
    if (name !== LOGPROBS && name !== ENCRYPTED_REASONING) note(`include[${at}]`, false);
  const top = body.top_logprobs ?? 0;
  return include.includes(LOGPROBS) || top > 0 ? { top } : undefined;
};

const readTags = ({ metadata }: Body): { readonly [name: string]: string } | undefined => {
  if (metadata == null) return undefined;
  const names = Object.keys(metadata);
  if (names.length > MOST_TAGS)
    throw new BodyProblem('metadata', `has ${names.length} tags; at most ${MOST_TAGS} are taken.`);
  return names.length === 0 ? undefined : metadata;
};

const read = (raw: JsonObject): ReadCompletion<ResponsesOptions> => {
  const reading = createReading();
  const body = checked(RESPONSES_BODY, raw, '');
  noteEssentials(body, reading);
  const { tools, toolChoice } = readTools(raw, reading);
  const logprobs = readLogprobs(body, reading);
  noteOthers(body, raw, reading);
  const options = responsesOptions(raw);
  for (const [name, value] of Object.entries(options.echo))
    if (isDeeperThan(value, DEEPEST)) throw new BodyProblem(name, `is nested deeper than ${DEEPEST} levels.`);
  const messages = readInput(raw, reading);
  return {
    kind: 'OK',
    model: body.model,
    request: {
      messages,
      tools,
      ...taken({
        toolChoice,
        parallelToolCalls: body.parallel_tool_calls,
        output: readFormat(body, raw, reading),
        maxOutputTokens: body.max_output_tokens,
        temperature: body.temperature,
        topP: body.top_p,
        frequencyPenalty: body.frequency_penalty,
        presencePenalty: body.presence_penalty,
        reasoningEffort: readEffort(body, reading),
        reasoningMaxTokens: body.reasoning?.max_tokens,
        logprobs,
        serviceTier: readTier(body, reading),
        metadata: readTags(body),
        user: body.safety_identifier ?? body.user,
      }),
    },
    stream: body.stream === true,
    choices: 1,
    options,
    unread: reading.unread(),
  };
};

/** What a body asks for. Never throws. */
export const readResponses = (body: JsonObject): ReadCompletion<ResponsesOptions> => {
  try {
    return read(body);
  } catch (error) {
    if (error instanceof BodyProblem) return { kind: 'INVALID', path: error.path, problem: error.problem };
    throw error;
  }
};
