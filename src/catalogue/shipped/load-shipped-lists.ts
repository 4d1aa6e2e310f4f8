import { readFile } from 'node:fs/promises';
import type { DatedReading } from '../../ports/catalogue-source.ts';
import { readDeepSeekPage } from './deepseek.ts';
import { readShippedList, type ShippedList } from './shipped-list.ts';

/** The files of `seed-data` that are lists of prices and facts. */
export const SHIPPED_LISTS = [
  'pi-ai',
  'litellm',
  'llm-prices-cn',
  'pi-catalog',
  'promptfoo',
  'modelgraph',
  'lifecycle',
  'licences',
  'model-facts',
  'models-dev',
] as const;

const DATA = new URL('../seed-data/', import.meta.url);

export const loadShippedList = async (name: string): Promise<ShippedList> =>
  JSON.parse(await readFile(new URL(`${name}.json`, DATA), 'utf8'));

/** Reads the lists that come with this server: no network. */
export const loadShippedLists = async (): Promise<readonly DatedReading[]> => [
  readDeepSeekPage(),
  ...(await Promise.all(SHIPPED_LISTS.map(async (name) => readShippedList(await loadShippedList(name))))),
];
