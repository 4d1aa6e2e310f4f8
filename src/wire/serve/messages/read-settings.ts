import type { CompletionRequest, OutputFormat, ReasoningEffort } from '../../../domain/completion-request.ts';
import { asProviderId } from '../../../domain/ids.ts';
import type { JsonObject } from '../../../domain/json.ts';
import { regionsOfProvider } from '../../../domain/provider-regions.ts';
import { isSameRegion } from '../../../domain/region.ts';
import { countAt, listAt, objectAt, textAt } from '../../json-reading.ts';
import { checkDepth } from '../hold-body.ts';
import type { Reading } from './reading.ts';

export type ReadSettings = Omit<CompletionRequest, 'messages' | 'tools' | 'toolChoice' | 'parallelToolCalls'>;

const CONFIG_FIELDS = new Set(['effort', 'format']);
const FORMAT_FIELDS = new Set(['type', 'schema']);
const THINKING_FIELDS = new Set(['type', 'budget_tokens', 'display']);
const METADATA_FIELDS = new Set(['user_id']);

const EFFORTS: { readonly [word: string]: ReasoningEffort } = {
  low: 'low',
  medium: 'medium',
  high: 'high',
  xhigh: 'max',
  max: 'max',
};

/** An effort for a number of tokens, for models that take no number. */
const effortOfBudget = (tokens: number): ReasoningEffort =>
  tokens <= 4_096 ? 'low' : tokens <= 12_288 ? 'medium' : 'high';

const readReasoning = (
  body: JsonObject,
  { unread }: Reading,
): Pick<CompletionRequest, 'reasoningEffort' | 'reasoningMaxTokens'> => {
  const thinking = objectAt(body, 'thinking');
  const word = textAt(objectAt(body, 'output_config'), 'effort');
  const asked = word === undefined ? undefined : EFFORTS[word];
  if (word !== undefined && asked === undefined) unread.add('output_config.effort');
  const effort = asked === undefined ? {} : { reasoningEffort: asked };
  if (thinking === undefined) return effort;
  unread.addUnknown('thinking', thinking, THINKING_FIELDS);
  if (thinking.display === 'omitted') unread.add('thinking.display');
  switch (thinking.type) {
    case 'disabled':
      if (asked !== undefined) unread.add('output_config.effort');
      return { reasoningEffort: 'none' };
    case 'enabled': {
      const budget = countAt(thinking, 'budget_tokens');
      if (budget === undefined) return { reasoningEffort: asked ?? 'medium' };
      return { reasoningEffort: asked ?? effortOfBudget(budget), reasoningMaxTokens: budget };
    }
    case 'adaptive':
      // The format's default.
      return { reasoningEffort: asked ?? 'high' };
    default:
      unread.add('thinking.type');
      return effort;
  }
};

const readOutput = (body: JsonObject, { unread }: Reading): OutputFormat | undefined => {
  const config = objectAt(body, 'output_config');
  if (config !== undefined) unread.addUnknown('output_config', config, CONFIG_FIELDS);
  const inConfig = objectAt(config, 'format');
  const format = inConfig ?? objectAt(body, 'output_format');
  const path = inConfig === undefined ? 'output_format' : 'output_config.format';
  const schema = objectAt(format, 'schema');
  if (format === undefined || schema === undefined) return undefined;
  unread.addUnknown(path, format, FORMAT_FIELDS);
  checkDepth(`${path}.schema`, schema);
  return { kind: 'jsonSchema', name: 'answer', schema, strict: true };
};

const tierOf = (body: JsonObject, { unread }: Reading): Pick<CompletionRequest, 'serviceTier'> => {
  const { service_tier: tier, speed } = body;
  // `auto` is the default there; it asks for nothing.
  if ((tier ?? 'auto') !== 'auto' && tier !== 'standard_only') unread.add('service_tier');
  if ((speed ?? 'standard') !== 'standard' && speed !== 'fast') unread.add('speed');
  if (speed === 'fast') return { serviceTier: 'FAST' };
  return tier === 'standard_only' ? { serviceTier: 'STANDARD' } : {};
};

/** Regions that the provider states today; it alone knows a newer one, and gets it as it came. */
const REGIONS: readonly string[] = regionsOfProvider(asProviderId('anthropic'))?.perRequest ?? [];

const regionOf = (body: JsonObject, { unread }: Reading): Pick<CompletionRequest, 'inferenceRegion'> => {
  const region = textAt(body, 'inference_geo');
  if (region === undefined) return {};
  if (REGIONS.some((known) => isSameRegion(known, region))) return { inferenceRegion: region };
  unread.add('inference_geo', true);
  return {};
};

const numberAt = <Name extends string>(
  body: JsonObject,
  key: string,
  name: Name,
): { readonly [K in Name]?: number } | Record<never, never> => {
  const value = body[key];
  return typeof value === 'number' ? { [name]: value } : {};
};

/** All that a body says besides its conversation and its tools. */
export const readSettings = (body: JsonObject, reading: Reading): ReadSettings => {
  const output = readOutput(body, reading);
  const metadata = objectAt(body, 'metadata');
  if (metadata !== undefined) reading.unread.addUnknown('metadata', metadata, METADATA_FIELDS);
  const user = textAt(metadata, 'user_id');
  const maxOutputTokens = countAt(body, 'max_tokens');
  const topK = countAt(body, 'top_k');
  const stop = stopsIn(body);
  return {
    ...(output !== undefined && { output }),
    ...(maxOutputTokens !== undefined && { maxOutputTokens }),
    ...numberAt(body, 'temperature', 'temperature'),
    ...numberAt(body, 'top_p', 'topP'),
    // 0 turns it off, as does leaving it out.
    ...(topK !== undefined && topK > 0 && { topK }),
    ...(stop.length > 0 && { stop }),
    ...readReasoning(body, reading),
    ...tierOf(body, reading),
    ...regionOf(body, reading),
    ...(user !== undefined && { user }),
  };
};

/** An empty sequence stops nothing. */
export const stopsIn = (body: JsonObject): readonly string[] =>
  listAt(body, 'stop_sequences').filter((stop): stop is string => typeof stop === 'string' && stop !== '');
