import { type CatalogueSource, EMPTY_READING, SourceUnreadable } from '../../src/ports/catalogue-source.ts';

/** Reads `{"rows": [["provider/model", "0.5"], …]}`: dollars for a million input tokens. */
const parse: CatalogueSource['parse'] = (bodies) => {
  const rows = Object.values(bodies).flatMap((body) => {
    const value: unknown = JSON.parse(body);
    const found: unknown =
      typeof value === 'object' && value !== null ? Reflect.get(value, 'rows') : undefined;
    if (!Array.isArray(found)) throw new SourceUnreadable('there are no "rows"');
    return found.map((row: unknown) => (Array.isArray(row) ? row.map(String) : []));
  });
  const isBad = (amount: string): boolean => amount.startsWith('-');
  return {
    ...EMPTY_READING,
    offerings: rows
      .filter(([, amount = '']) => !isBad(amount))
      .map(([id = '', amount = '']) => {
        const slash = id.indexOf('/');
        return {
          providerId: id.slice(0, slash),
          providerModelId: id.slice(slash + 1),
          identity: {},
          facts: {},
          performance: [],
          prices: [
            {
              meter: { family: 'TOKENS', direction: 'INPUT', modality: 'TEXT', tokenType: 'PLAIN' },
              amount,
              per: 1_000_000,
              currency: 'USD',
              serviceTier: 'STANDARD',
              conditions: {},
              tierMode: 'CLIFF',
              billing: 'METERED',
            },
          ],
        };
      }),
    problems: rows
      .filter(([, amount = '']) => isBad(amount))
      .map(([id = '', amount = '']) => ({ subject: id, reason: 'NEGATIVE', detail: `${amount} is below 0` })),
  };
};

const testSource: CatalogueSource = {
  id: 'test-list',
  name: 'A list for tests',
  pageUrl: 'https://prices.example/',
  baseUrl: 'http://127.0.0.1:1',
  requests: [{ name: 'list', path: '/list.json' }],
  terms: 'None.',
  byDefault: true,
  storable: true,
  parse,
};

/** What the thread finds by its id; the members below are these very sources. */
export const CATALOGUE_SOURCES: readonly CatalogueSource[] = [
  testSource,
  {
    ...testSource,
    id: 'test-pair',
    requests: [
      { name: 'one', path: '/one.json' },
      { name: 'two', path: '/two.json' },
    ],
  },
  {
    ...testSource,
    id: 'test-optional',
    requests: [
      { name: 'one', path: '/one.json' },
      { name: 'two', path: '/two.json', optional: true },
    ],
  },
  {
    ...testSource,
    id: 'test-pages',
    requests: [{ name: 'page-1', path: '/list.json?page=1' }],
    following: (answer, page) =>
      answer.includes('"more":true') ? { name: `page-${page}`, path: `/list.json?page=${page}` } : undefined,
  },
  {
    ...testSource,
    id: 'test-keyed',
    byDefault: false,
    storable: false,
    key: { required: true, variable: 'TEST_LIST_KEY', header: 'x-api-key' },
  },
  {
    ...testSource,
    id: 'test-endless',
    parse: () => {
      for (;;);
    },
  },
  {
    ...testSource,
    id: 'test-glutton',
    parse: () => {
      const held: string[][] = [];
      for (;;) held.push(Array.from({ length: 100_000 }, (_, index) => `${index} ${held.length}`));
    },
  },
];

/** For `parsing: { registry }`. */
export const TEST_REGISTRY = new URL(import.meta.url);

export const testSourceOf = (id: string): CatalogueSource => {
  const found = CATALOGUE_SOURCES.find((source) => source.id === id);
  if (found === undefined) throw new Error(`there is no ${id}`);
  return found;
};

/** As many rows as asked for, each at `amount`. */
export const rowsBody = (count: number, amount = '1'): string =>
  JSON.stringify({ rows: Array.from({ length: count }, (_, index) => [`acme/model-${index}`, amount]) });
