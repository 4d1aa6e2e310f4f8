import type { z } from 'zod';
import type { OutputFormat } from '../../../domain/completion-request.ts';
import type { JsonObject } from '../../../domain/json.ts';
import { objectAt } from '../../json-reading.ts';
import type { ReadCompletion } from '../client-dialect.ts';
import { checkDepth, holdObject } from '../hold-body.ts';
import { readingBody } from '../invalid-body.ts';
import { readMetadata } from '../metadata.ts';
import { readEffort } from '../reasoning-effort.ts';
import { readTier } from '../service-tier.ts';
import { taken } from '../taken.ts';
import { UnreadFields } from '../unread-fields.ts';
import { type ResponsesOptions, responsesOptions } from './options.ts';
import { withoutOwnMarks } from './own-marks.ts';
import { readInput } from './read-input.ts';
import { readTools } from './read-tools.ts';
import { REASONING_OPTIONS, RESPONSES_BODY, TEXT_FORMAT, TEXT_OPTIONS } from './schema.ts';

type Body = z.output<typeof RESPONSES_BODY>;

const BODY_FIELDS = new Set(Object.keys(RESPONSES_BODY.shape));
const TEXT_FIELDS = new Set(Object.keys(TEXT_OPTIONS.shape));
const REASONING_FIELDS = new Set(Object.keys(REASONING_OPTIONS.shape));

/** Of what answers repeat. Schemas may have as many levels as the core takes. */
const DEEPEST = 110;

/** What a history, a template or a job at the provider is: the answer rests on it. */
const addEssentials = (body: Body, unread: UnreadFields): void => {
  if (body.previous_response_id != null) unread.add('previous_response_id', true);
  if (body.conversation != null) unread.add('conversation', true);
  if (body.prompt != null) unread.add('prompt', true);
  if (body.background === true) unread.add('background', true);
};

const addOthers = (body: Body, raw: JsonObject, unread: UnreadFields): void => {
  unread.addUnknown('', raw, BODY_FIELDS);
  if (body.store === true) unread.add('store');
  if (body.truncation != null && body.truncation !== 'disabled') unread.add('truncation');
  if (body.max_tool_calls != null) unread.add('max_tool_calls');
  if (body.prompt_cache_key != null) unread.add('prompt_cache_key');
  for (const [name, value] of Object.entries(objectAt(raw, 'stream_options') ?? {}))
    if (value !== null && value !== false) unread.add(`stream_options.${name}`);
  unread.addUnknown('text', objectAt(raw, 'text') ?? {}, TEXT_FIELDS);
  unread.addUnknown('reasoning', objectAt(raw, 'reasoning') ?? {}, REASONING_FIELDS);
};

const readFormat = (body: Body, raw: JsonObject, unread: UnreadFields): OutputFormat | undefined => {
  const given = body.text?.format;
  if (given == null) return undefined;
  const format = holdObject(TEXT_FORMAT, given as JsonObject, 'text.format');
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
      unread.add('text.format', true);
      return undefined;
  }
};

const LOGPROBS = 'message.output_text.logprobs';
const ENCRYPTED_REASONING = 'reasoning.encrypted_content';

const readLogprobs = (body: Body, unread: UnreadFields): { readonly top: number } | undefined => {
  const include = body.include ?? [];
  for (const [at, name] of include.entries())
    if (name !== LOGPROBS && name !== ENCRYPTED_REASONING) unread.add(`include[${at}]`);
  const top = body.top_logprobs ?? 0;
  return include.includes(LOGPROBS) || top > 0 ? { top } : undefined;
};

const read = (raw: JsonObject): ReadCompletion<ResponsesOptions> => {
  const unread = new UnreadFields();
  const body = holdObject(RESPONSES_BODY, raw);
  addEssentials(body, unread);
  const { tools, toolChoice, toolNames } = readTools(raw, unread);
  const logprobs = readLogprobs(body, unread);
  addOthers(body, raw, unread);
  const options: ResponsesOptions = {
    ...responsesOptions(raw),
    ...(!toolNames.isEmpty && { toolNames }),
  };
  for (const [name, value] of Object.entries(options.echo)) checkDepth(name, value, DEEPEST);
  const messages = readInput(raw, toolNames, unread);
  const passable = withoutOwnMarks(raw);
  return {
    kind: 'OK',
    model: body.model,
    request: {
      messages,
      tools,
      ...taken({
        toolChoice,
        parallelToolCalls: body.parallel_tool_calls,
        output: readFormat(body, raw, unread),
        maxOutputTokens: body.max_output_tokens,
        temperature: body.temperature,
        topP: body.top_p,
        frequencyPenalty: body.frequency_penalty,
        presencePenalty: body.presence_penalty,
        reasoningEffort: readEffort(body.reasoning?.effort, 'reasoning.effort', unread),
        reasoningMaxTokens: body.reasoning?.max_tokens,
        logprobs,
        serviceTier: readTier(body.service_tier, unread),
        metadata: readMetadata(body.metadata),
        user: body.safety_identifier ?? body.user,
      }),
    },
    stream: body.stream === true,
    choices: 1,
    options,
    unread: unread.list(),
    ...(passable !== raw && { body: passable }),
  };
};

/** What a body asks for. Never throws. */
export const readResponsesRequest = (body: JsonObject): ReadCompletion<ResponsesOptions> =>
  readingBody(() => read(body));
