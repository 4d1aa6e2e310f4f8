import type { SourceHealth } from '../source-health.ts';
import type { ShippedSource } from './source-use.ts';

/** Its rows carry the id of the list that they were taken from; the day tells them from what is read live. */
export const shippedSources = (publishedAt: Date): readonly ShippedSource[] => [
  {
    id: 'seed',
    name: 'genai-prices (shipped)',
    pageUrl: 'https://www.npmjs.com/package/@pydantic/genai-prices',
    terms: 'MIT',
    publishedAt,
    states: ({ source, observedAt }) =>
      source === 'genai-prices' && observedAt.getTime() === publishedAt.getTime(),
  },
];

/** What the prices are, for a person who starts the server. */
export const describeSources = (
  health: readonly SourceHealth[],
  shipped: readonly ShippedSource[],
): string => {
  const newest = Math.max(...shipped.map(({ publishedAt }) => publishedAt.getTime()));
  const ids = new Set(shipped.map(({ id }) => id));
  const live = health.filter(({ id, status }) => !ids.has(id) && status !== 'OFF').map(({ id }) => id);
  const day = new Date(newest).toISOString().slice(0, 10);
  return live.length === 0
    ? `seed of ${day}; live sources off (MODELGRAPH_SOURCES=on)`
    : `seed of ${day}; read live: ${live.join(', ')}`;
};
