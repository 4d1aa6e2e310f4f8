import { waitForUpdate } from '@pydantic/genai-prices';
import type { DatedReading } from '../ports/catalogue-source.ts';
import { convertGenaiPrices } from '../price-lists/genai-prices/convert-list.ts';
import { loadPriceRules, type PriceRule } from './price-rules.ts';
import { loadQuality } from './quality/shipped-quality.ts';
import { type FirstListed, loadFirstListed } from './shipped/first-listed.ts';
import { loadCheckedDays, withCheckedDays } from './shipped/genai-checked.ts';
import { loadShippedLists } from './shipped/load-shipped-lists.ts';

/** Version of the npm package that carries genai-prices. */
export const SEED_VERSION = '0.1.8';
/** When the npm registry says that version was published; the package itself states no date. */
export const SEED_PUBLISHED_AT = new Date('2026-09-23T10:11:04Z');

/** What the lists that are shipped with this server say. Never changed once read. */
export type Seed = {
  readonly version: string;
  /** One for each list, in the form of sources that are read live. */
  readonly readings: readonly DatedReading[];
  /** Rates that follow from others; absent: none. */
  readonly rules?: readonly PriceRule[];
  /** When one of the lists named offerings first; absent: unknown. */
  readonly firstListed?: FirstListed;
};

/** The list of prices that is bundled with the package. Rejects if the package holds none. */
const loadGenaiPrices = async (): Promise<DatedReading> => {
  const [list, days] = await Promise.all([waitForUpdate(), loadCheckedDays()]);
  if (list === null || list.length === 0) throw new Error('The price package holds no data.');
  return {
    sourceId: 'genai-prices',
    edition: {
      name: 'genai-prices',
      version: SEED_VERSION,
      licence: 'MIT',
      pageUrl: 'https://www.npmjs.com/package/@pydantic/genai-prices',
    },
    observedAt: SEED_PUBLISHED_AT,
    checkedAt: SEED_PUBLISHED_AT,
    reading: convertGenaiPrices(withCheckedDays(list, days)).reading,
  };
};

const readSeed = async (): Promise<Seed> => {
  const [genaiPrices, others, scores, rules, firstListed] = await Promise.all([
    loadGenaiPrices(),
    loadShippedLists(),
    loadQuality(),
    loadPriceRules(),
    loadFirstListed(),
  ]);
  return { version: SEED_VERSION, readings: [genaiPrices, ...others, ...scores], rules, firstListed };
};

let reading: Promise<Seed> | undefined;
/** The lists that were read last, for as long as somebody uses them. */
let last: WeakRef<Seed> | undefined;

/** Reads the lists that are shipped with this server: no network. Those that are in use already are not read again. */
export const loadSeed = async (): Promise<Seed> => {
  const used = last?.deref();
  if (used !== undefined) return used;
  reading ??= readSeed().finally(() => {
    reading = undefined;
  });
  const seed = await reading;
  last = new WeakRef(seed);
  return seed;
};
