import type { ServiceTier } from '../../domain/completion-request.ts';
import type { JsonObject } from '../../domain/json.ts';
import type { CountedUnit, ModelCall, ProviderBilling } from '../../domain/provider-billing.ts';
import { outputTokensOf, sumOfUsages, type Usage, usageOf } from '../../domain/usage.ts';
import { toolUnitsIn } from '../billing.ts';
import { countAt, objectAt, objectsAt, optionalCountAt, textAt } from '../json-reading.ts';

const FIELDS = [
  'input_tokens',
  'output_tokens',
  'cache_read_input_tokens',
  'cache_creation_input_tokens',
] as const;

type Counts = {
  readonly [Field in (typeof FIELDS)[number] | 'ephemeral_1h' | 'ephemeral_5m' | 'thinking']?: number;
};

/** A call of a model inside an answer. COMPACTION: to shorten the conversation first. OTHER: of a model that advises. */
type Iteration = { readonly kind: 'OWN' | 'COMPACTION' | 'OTHER'; readonly call: ModelCall };

const iterationsIn = (usage: JsonObject): readonly Iteration[] =>
  objectsAt(usage, 'iterations').flatMap((iteration): readonly Iteration[] => {
    const counted = isReadable(iteration) ? usageFrom(merge({}, iteration)) : undefined;
    if (counted === undefined) return [];
    const type = textAt(iteration, 'type') ?? 'message';
    // An adviser that is not named has no rates.
    const model = textAt(iteration, 'model') ?? (type.startsWith('advisor') ? type : undefined);
    const isOther = type !== 'message' && model !== undefined;
    const kind = isOther ? 'OTHER' : type === 'compaction' ? 'COMPACTION' : 'OWN';
    return [{ kind, call: { ...(isOther && { model }), usage: counted } }];
  });

/**
 * All calls that are billed: those that are listed. Where the list does not hold all of the answer's own, the answer's
 * counts stand for these.
 */
const billedCalls = (total: Usage, iterations: readonly Iteration[]): readonly ModelCall[] => {
  const own = iterations.filter(({ kind }) => kind === 'OWN');
  const written = own.reduce((sum, { call }) => sum + outputTokensOf(call.usage), 0);
  const isWhole = own.length > 0 && written >= outputTokensOf(total);
  const calls = iterations.filter(({ kind }) => isWhole || kind !== 'OWN').map(({ call }) => call);
  const all = isWhole ? calls : [{ usage: total }, ...calls];
  return all.length > 1 || all.some(({ model }) => model !== undefined) ? all : NONE;
};

const NONE: readonly ModelCall[] = [];

export type UsageMeter = {
  /** A new message began: its counts replace all before. Undefined while input or output is unknown. */
  restart(usage: JsonObject | undefined): Usage | undefined;
  /**
   * Counts are cumulative: each replaces the one before, unless it is a 0 that a relay filled in. Undefined, and
   * nothing replaced, where one is no count.
   */
  update(usage: JsonObject | undefined): Usage | undefined;
  /** What the bill rests on besides, by all that was counted so far. */
  billing(): ProviderBilling;
};

const merge = (before: Counts, usage: JsonObject): Counts => {
  const next: { -readonly [Field in keyof Counts]: Counts[Field] } = { ...before };
  const set = (field: keyof Counts, count: number | undefined): void => {
    if (count !== undefined && (count > 0 || next[field] === undefined)) next[field] = count;
  };
  for (const field of FIELDS) set(field, countAt(usage, field));
  const creation = objectAt(usage, 'cache_creation');
  set('ephemeral_1h', countAt(creation, 'ephemeral_1h_input_tokens'));
  set('ephemeral_5m', countAt(creation, 'ephemeral_5m_input_tokens'));
  set('thinking', countAt(objectAt(usage, 'output_tokens_details'), 'thinking_tokens'));
  return next;
};

const isReadable = (usage: JsonObject): boolean =>
  FIELDS.every((field) => optionalCountAt(usage, field) !== undefined);

/** `input_tokens` holds no cached ones; `output_tokens` holds those of thinking, which only newer answers tell apart. */
const usageFrom = (counts: Counts): Usage | undefined => {
  const { input_tokens: input, output_tokens: output } = counts;
  if (input === undefined || output === undefined) return undefined;

  const written =
    counts.cache_creation_input_tokens ?? (counts.ephemeral_1h ?? 0) + (counts.ephemeral_5m ?? 0);
  const cacheWrite1h = Math.min(counts.ephemeral_1h ?? 0, written);
  const reasoning = Math.min(counts.thinking ?? 0, output);
  return usageOf({
    input,
    cacheRead: counts.cache_read_input_tokens ?? 0,
    cacheWrite5m: written - cacheWrite1h,
    cacheWrite1h,
    output: output - reasoning,
    reasoning,
  });
};

export const createUsageMeter = (): UsageMeter => {
  let counts: Counts = {};
  let iterations: readonly Iteration[] = [];
  let units: readonly CountedUnit[] = [];
  const update = (usage: JsonObject | undefined): Usage | undefined => {
    if (usage === undefined || !isReadable(usage)) return undefined;
    counts = merge(counts, usage);
    if (Array.isArray(usage.iterations)) iterations = iterationsIn(usage);
    const tools = objectAt(usage, 'server_tool_use');
    if (tools !== undefined) units = toolUnitsIn(tools, '_requests');
    const total = usageFrom(counts);
    const compactions = iterations.filter(({ kind }) => kind === 'COMPACTION');
    return total && sumOfUsages([total, ...compactions.map(({ call }) => call.usage)]);
  };
  return {
    restart(usage) {
      counts = {};
      iterations = [];
      units = [];
      return update(usage);
    },
    update,
    billing() {
      const total = usageFrom(counts);
      return { units, calls: total === undefined ? NONE : billedCalls(total, iterations) };
    },
  };
};

/** The region in which the usage says that the model ran; a model without regions says `not_available`. */
export const readRegion = (usage: JsonObject | undefined): string | undefined => {
  const region = textAt(usage, 'inference_geo');
  return region === undefined || region === 'not_available' ? undefined : region;
};

/** The tier in which the usage says the request was served; fast mode is told apart from the tiers. */
export const readServiceTier = (usage: JsonObject | undefined): ServiceTier | undefined => {
  if (textAt(usage, 'speed') === 'fast') return 'FAST';
  switch (textAt(usage, 'service_tier')) {
    case 'standard':
      return 'STANDARD';
    case 'priority':
      return 'PRIORITY';
    case 'batch':
      return 'BATCH';
    default:
      return undefined;
  }
};
