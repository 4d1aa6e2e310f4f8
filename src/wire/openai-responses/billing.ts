import type { JsonObject } from '../../domain/json.ts';
import type { CountedUnit, ProviderBilling } from '../../domain/provider-billing.ts';
import { toolUnit } from '../billing.ts';
import { objectAt, objectsAt, textAt } from '../json-reading.ts';
import { readOpenAiBilling } from '../openai/billing.ts';

/** The search has rates of its own by the tool that was asked for, e.g. `web_search_preview_2025_03_11`. */
const searchTool = (response: JsonObject): string =>
  objectsAt(response, 'tools').some((tool) => textAt(tool, 'type')?.startsWith('web_search_preview') === true)
    ? 'web_search_preview'
    : 'web_search';

const toolOf = (type: string, response: JsonObject): string =>
  type === 'web_search_call' ? searchTool(response) : type.replace(/_call$/, '');

/** What a bill rests on: what the usage counts, else the calls of tools among the items. */
export const readResponsesBilling = (
  response: JsonObject,
  calls: ReadonlyMap<string, number>,
): ProviderBilling => {
  const said = readOpenAiBilling(objectAt(response, 'usage') ?? {}, response, undefined);
  const items = [...calls].map(([type, quantity]): CountedUnit => toolUnit(toolOf(type, response), quantity));
  return said.units === undefined || said.units.length === 0 ? { ...said, units: items } : said;
};
