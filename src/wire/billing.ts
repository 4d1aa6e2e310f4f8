import type { JsonObject, JsonValue } from '../domain/json.ts';
import { METERS } from '../domain/meters.ts';
import { Decimal } from '../domain/money.ts';
import type { MeterAttributes } from '../domain/price.ts';
import type { CountedUnit, ProviderBilling, ProviderCharge } from '../domain/provider-billing.ts';
import type { ProviderEvent } from '../domain/provider-event.ts';
import { countAt } from './json-reading.ts';

/** Calls of a tool that the provider runs. */
export const toolUnit = (tool: string, quantity: number, more: MeterAttributes = {}): CountedUnit => ({
  meter: { ...METERS.toolCalls, attributes: { tool, ...more } },
  quantity,
});

/** Names under which providers count what has another name in lists of prices. */
const TOOL_NAMES: { readonly [counted: string]: string } = {
  code_execution: 'code_interpreter',
  collections_search: 'file_search',
  search: 'web_search',
};

/** Tools of which a provider charges nothing but tokens. */
const FREE_TOOLS: ReadonlySet<string> = new Set(['mcp', 'tool_search', 'tool_search_tool']);

/** Counts by tool, whose names end in this word, e.g. `web_search_requests`; what was not called is left out. */
export const toolUnitsIn = (counts: JsonObject | undefined, ending: string): readonly CountedUnit[] =>
  Object.keys(counts ?? {}).flatMap((name) => {
    const quantity = countAt(counts, name) ?? 0;
    if (quantity === 0 || !name.endsWith(ending)) return [];
    const counted = name.slice(0, name.length - ending.length);
    if (FREE_TOOLS.has(counted)) return [];
    return [toolUnit(TOOL_NAMES[counted] ?? counted, quantity)];
  });

/** No answer costs more. */
const MAX_CHARGE = new Decimal(1_000_000);

/** An amount as a number or as one written out; undefined for what is none. */
export const amountIn = (value: JsonValue | undefined): Decimal | undefined => {
  const text = typeof value === 'number' ? String(value) : typeof value === 'string' ? value.trim() : '';
  if (!/^\d{1,20}(\.\d{1,40})?(e[+-]?\d{1,3})?$/i.test(text)) return undefined;
  const amount = new Decimal(text);
  return amount.lte(MAX_CHARGE) ? amount : undefined;
};

/** In US dollars, as all say it that name no currency. */
export const chargeOf = (total: Decimal | undefined, currency?: string): ProviderCharge | undefined =>
  total === undefined
    ? undefined
    : { total, currency: currency !== undefined && /^[A-Z]{3}$/.test(currency) ? currency : 'USD' };

/** What a proxy says in a header of its answer that this cost it: LiteLLM's. */
export const chargeInHeaders = (headers: { readonly [name: string]: string }): ProviderCharge | undefined => {
  const said = headers['x-litellm-response-cost'];
  return said === undefined ? undefined : chargeOf(amountIn(said));
};

const NONE: readonly ProviderEvent[] = [];

/** Reports what a bill rests on when it changes; what says nothing is none. */
export const createBillingTracker = (): ((billing: ProviderBilling) => readonly ProviderEvent[]) => {
  let last = '{}';
  return (billing) => {
    const { units, calls, charge } = billing;
    const told: ProviderBilling = {
      ...(units !== undefined && units.length > 0 && { units }),
      ...(calls !== undefined && calls.length > 0 && { calls }),
      ...(charge !== undefined && { charge }),
    };
    const key = JSON.stringify(told);
    if (key === last) return NONE;
    last = key;
    return [{ type: 'billed', billing: told }];
  };
};
