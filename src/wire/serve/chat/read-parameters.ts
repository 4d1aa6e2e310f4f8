import type { CompletionRequest, OutputFormat } from '../../../domain/completion-request.ts';
import type { JsonObject } from '../../../domain/json.ts';
import { objectAt, textAt } from '../../json-reading.ts';
import { switchesOff } from '../../thinking-switches.ts';
import { BodyProblem } from '../invalid-body.ts';
import { readMetadata } from '../metadata.ts';
import { readEffort } from '../reasoning-effort.ts';
import { readTier } from '../service-tier.ts';
import { taken } from '../taken.ts';
import type { UnreadFields } from '../unread-fields.ts';
import type { ChatBody } from './request-schema.ts';

type Parameters = Omit<CompletionRequest, 'messages' | 'tools' | 'toolChoice'>;
type Sampling = Pick<
  ChatBody,
  | 'temperature'
  | 'top_p'
  | 'top_k'
  | 'frequency_penalty'
  | 'presence_penalty'
  | 'seed'
  | 'stop'
  | 'service_tier'
  | 'metadata'
>;

/** What chat completions and the older completions have in common. */
export const readSampling = (
  body: Sampling,
  user: string | null | undefined,
  unread: UnreadFields,
): Parameters => {
  const { temperature, seed, stop } = body;
  const topK = body.top_k ?? 0;
  const stops = typeof stop === 'string' ? [stop] : stop;
  return taken({
    temperature,
    topP: body.top_p,
    topK: topK > 0 ? topK : undefined,
    frequencyPenalty: body.frequency_penalty,
    presencePenalty: body.presence_penalty,
    seed,
    stop: stops?.length === 0 ? undefined : stops,
    serviceTier: readTier(body.service_tier, unread),
    metadata: readMetadata(body.metadata),
    user: user === '' ? undefined : user,
  });
};

const SCHEMA_FIELDS = new Set(['name', 'schema', 'description', 'strict']);
const FORMAT_FIELDS = new Set(['type', 'json_schema']);

const readOutput = (body: JsonObject, unread: UnreadFields): OutputFormat | undefined => {
  const format = objectAt(body, 'response_format');
  if (format === undefined) return undefined;
  const path = 'response_format';
  switch (format.type) {
    case 'text':
      return { kind: 'text' };
    case 'json_object':
      return { kind: 'jsonObject' };
    case 'json_schema': {
      const wanted = objectAt(format, 'json_schema') ?? {};
      unread.addUnknown(path, format, FORMAT_FIELDS);
      unread.addUnknown(`${path}.json_schema`, wanted, SCHEMA_FIELDS);
      const description = textAt(wanted, 'description');
      const { strict } = wanted;
      return {
        kind: 'jsonSchema',
        name: textAt(wanted, 'name') ?? 'output',
        schema: objectAt(wanted, 'schema') ?? { type: 'object' },
        ...(description !== undefined && { description }),
        ...(typeof strict === 'boolean' && { strict }),
      };
    }
    default:
      unread.add(path, true);
      return undefined;
  }
};

const REASONING_FIELDS = new Set(['effort', 'max_tokens', 'enabled', 'exclude']);

const readReasoning = (body: ChatBody, raw: JsonObject, unread: UnreadFields): Parameters => {
  const { reasoning } = body;
  unread.addUnknown('reasoning', objectAt(raw, 'reasoning') ?? {}, REASONING_FIELDS);
  const ofObject = readEffort(reasoning?.effort, 'reasoning.effort', unread);
  const own = ofObject ?? readEffort(body.reasoning_effort, 'reasoning_effort', unread);
  const maxTokens = reasoning?.max_tokens;
  const usual = reasoning?.enabled === true && (maxTokens ?? undefined) === undefined ? 'medium' : undefined;
  return taken({
    reasoningEffort: reasoning?.enabled === false ? 'none' : (own ?? usual),
    reasoningMaxTokens: maxTokens,
  });
};

/** Everything but messages and tools. Throws BodyProblem. */
export const readParameters = (body: ChatBody, raw: JsonObject, unread: UnreadFields): Parameters => {
  const output = readOutput(raw, unread);
  const top = body.top_logprobs ?? 0;
  if (top > 0 && body.logprobs !== true) throw new BodyProblem('top_logprobs', 'needs logprobs to be true.');
  const parameters: { -readonly [Name in keyof Parameters]: Parameters[Name] } = {
    ...readSampling(body, body.user ?? body.safety_identifier, unread),
  };
  const maxOutputTokens = body.max_completion_tokens ?? body.max_tokens ?? undefined;
  if (body.reasoning !== undefined || body.reasoning_effort !== undefined)
    Object.assign(parameters, readReasoning(body, raw, unread));
  if (switchesOff(raw).length > 0) parameters.reasoningEffort = 'none';
  if (maxOutputTokens !== undefined) parameters.maxOutputTokens = maxOutputTokens;
  if (output !== undefined) parameters.output = output;
  if (body.logprobs === true) parameters.logprobs = { top };
  return parameters;
};
