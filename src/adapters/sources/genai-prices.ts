import { type CatalogueSource, SourceUnreadable } from '../../ports/catalogue-source.ts';
import { convertGenaiPrices } from '../../price-lists/genai-prices/convert-list.ts';
import { jsonBody } from './row-reading.ts';

/** Pydantic's list of prices, kept by hand with dates and checked against the providers' pages; US dollars. */
export const genaiPrices: CatalogueSource = {
  id: 'genai-prices',
  name: 'Pydantic genai-prices',
  pageUrl: 'https://github.com/pydantic/genai-prices',
  baseUrl: 'https://raw.githubusercontent.com/pydantic/genai-prices/main',
  requests: [{ name: 'data', path: '/prices/data.json' }],
  terms: 'MIT',
  byDefault: true,
  storable: true,
  parse: (bodies) => {
    const list = jsonBody(bodies, 'data');
    if (!Array.isArray(list)) throw new SourceUnreadable('The answer "data" is not a list of providers.');
    const { reading } = convertGenaiPrices(list);
    if (reading.offerings.length === 0)
      throw new SourceUnreadable('The answer "data" has no model that can be read.');
    return reading;
  },
};
