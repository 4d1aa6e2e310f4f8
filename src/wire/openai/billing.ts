import type { JsonObject } from '../../domain/json.ts';
import { METERS } from '../../domain/meters.ts';
import { Decimal } from '../../domain/money.ts';
import type {
  CountedUnit,
  ModelCall,
  ProviderBilling,
  ProviderCharge,
} from '../../domain/provider-billing.ts';
import { amountIn, chargeOf, toolUnit, toolUnitsIn } from '../billing.ts';
import { countAt, objectAt, objectsAt, textAt } from '../json-reading.ts';
import { readOpenAiUsage } from './usage.ts';

/** xAI counts what it charges in ten-thousand-millionths of a dollar. */
const TICKS_PER_USD = 10_000_000_000;

/**
 * What the usage says was charged: OpenRouter's and others' `cost`, to which comes what a key of one's own was charged by
 * the provider behind it; Perplexity's `cost.total_cost`, xAI's ticks, DeepInfra's estimate.
 */
export const chargeIn = (usage: JsonObject): ProviderCharge | undefined => {
  const parts = objectAt(usage, 'cost');
  const cost = amountIn(parts === undefined ? usage.cost : parts.total_cost);
  if (cost !== undefined) {
    const isByok = usage.is_byok === true;
    const behind = isByok ? objectAt(usage, 'cost_details') : undefined;
    const upstream = amountIn(behind?.upstream_inference_cost);
    // What the provider behind it charged is not said: this is the fee alone, not the bill.
    if (isByok && upstream === undefined) return undefined;
    const currency = textAt(parts, 'currency') ?? textAt(usage, 'cost_currency');
    return chargeOf(upstream === undefined ? cost : cost.plus(upstream), currency);
  }
  const ticks = countAt(usage, 'cost_in_usd_ticks');
  if (ticks !== undefined) return chargeOf(new Decimal(ticks).dividedBy(TICKS_PER_USD));
  return chargeOf(amountIn(usage.total_cost) ?? amountIn(usage.cost_usd) ?? amountIn(usage.estimated_cost));
};

/** Vercel's gateway says it beside the message. */
const chargeBeside = (message: JsonObject | undefined): ProviderCharge | undefined =>
  chargeOf(amountIn(objectAt(objectAt(message, 'provider_metadata'), 'gateway')?.cost));

/** Perplexity charges for a request by how much it searched, and for deep research by the search and its citations. */
const perplexityUnits = (usage: JsonObject, model: string): readonly CountedUnit[] => {
  if (/deep-research/.test(model)) {
    const searches = countAt(usage, 'num_search_queries') ?? 0;
    const citations = countAt(usage, 'citation_tokens') ?? 0;
    return [
      ...(searches > 0 ? [toolUnit('web_search', searches)] : []),
      ...(citations > 0 ? [{ meter: METERS.citation, quantity: citations }] : []),
    ];
  }
  const size = textAt(usage, 'search_context_size');
  return size === undefined ? [] : [toolUnit('web_search', 1, { search_context_size: size })];
};

/** DashScope: `plugins: {search: {count: 1}}`; Perplexity's agents: `tool_calls_details: {web_search: {invocation: 1}}`. */
const nestedUnits = (counts: JsonObject | undefined, member: string): readonly CountedUnit[] =>
  Object.keys(counts ?? {}).flatMap((name) => {
    const quantity = countAt(objectAt(counts, name), member) ?? 0;
    return quantity === 0 ? [] : [toolUnit(name === 'search' ? 'web_search' : name, quantity)];
  });

/** Models that search the web in each answer, and do not count it. */
const ALWAYS_SEARCHES = /search-(preview|api)\b/;

const NONE: readonly never[] = [];

/** Members of a usage that count units. */
const COUNTING = [
  'server_tool_use',
  'server_side_tool_usage_details',
  'plugins',
  'tool_calls_details',
  'num_sources_used',
  'num_search_queries',
  'citation_tokens',
  'search_context_size',
] as const;

const countsUnits = (usage: JsonObject): boolean => {
  for (const name of COUNTING) if (usage[name] !== undefined) return true;
  return false;
};

/** Units that a usage counts: of nearly all, none. */
const unitsInUsage = (usage: JsonObject, model: string): readonly CountedUnit[] => {
  if (!countsUnits(usage) && !ALWAYS_SEARCHES.test(model)) return NONE;
  const sources = countAt(usage, 'num_sources_used') ?? 0;
  return [
    ...toolUnitsIn(objectAt(usage, 'server_tool_use'), '_requests'),
    ...toolUnitsIn(objectAt(usage, 'server_side_tool_usage_details'), '_calls'),
    ...nestedUnits(objectAt(usage, 'plugins'), 'count'),
    ...nestedUnits(objectAt(usage, 'tool_calls_details'), 'invocation'),
    ...perplexityUnits(usage, model),
    ...(ALWAYS_SEARCHES.test(model) ? [toolUnit('web_search', 1)] : []),
    ...(sources > 0 ? [toolUnit('live_search', sources)] : []),
  ];
};

/** Groq's systems of several models say what each of them used. */
const callsIn = (chunk: JsonObject): readonly ModelCall[] => {
  const breakdown =
    objectAt(chunk, 'usage_breakdown') ?? objectAt(objectAt(chunk, 'x_groq'), 'usage_breakdown');
  if (breakdown === undefined) return NONE;
  return objectsAt(breakdown, 'models').flatMap((one) => {
    const model = textAt(one, 'model');
    const usage = readOpenAiUsage(objectAt(one, 'usage'));
    return usage === undefined ? [] : [{ ...(model !== undefined && { model }), usage }];
  });
};

/** What a bill rests on, by a usage, the chunk that holds it and its message. */
export const readOpenAiBilling = (
  usage: JsonObject,
  chunk: JsonObject,
  message: JsonObject | undefined,
): ProviderBilling => {
  const charge = chargeIn(usage) ?? chargeBeside(message);
  return {
    units: unitsInUsage(usage, textAt(chunk, 'model') ?? ''),
    calls: callsIn(chunk),
    ...(charge !== undefined && { charge }),
  };
};
