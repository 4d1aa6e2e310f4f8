import type { DatedReading, ShippedEdition } from '../../ports/catalogue-source.ts';
import type { SourceHealth } from '../source-health.ts';
import type { ShippedSource } from './source-use.ts';

/** Which list it is, whatever it says. */
export type ShippedList = Omit<DatedReading, 'reading'>;

/** Rows carry the id of the list that they were taken from; the day tells them from what is read live. */
const listedOn =
  (sourceId: string, day: Date): ShippedSource['states'] =>
  ({ source, observedAt }) =>
    source === sourceId && observedAt.getTime() === day.getTime();

const termsOf = ({ licence, attribution }: ShippedEdition): string =>
  attribution === undefined ? licence : `${licence}; ${attribution}`;

/** The first list that was shipped is known to clients as `seed`. */
const shippedId = (sourceId: string): string => (sourceId === 'genai-prices' ? 'seed' : `seed-${sourceId}`);

const shippedSource = ({ sourceId, sourceUrl, edition, observedAt }: ShippedList): ShippedSource => ({
  id: shippedId(sourceId),
  name: `${edition?.name ?? sourceId} (shipped)`,
  pageUrl: edition?.pageUrl ?? sourceUrl ?? `https://www.npmjs.com/search?q=${encodeURIComponent(sourceId)}`,
  terms: edition === undefined ? 'Not stated.' : termsOf(edition),
  publishedAt: observedAt,
  states: listedOn(sourceId, observedAt),
});

/** The lists that come with this server. */
export const shippedSources = (lists: readonly ShippedList[]): readonly ShippedSource[] =>
  lists.map(shippedSource);

/** What the prices are, for a person who starts the server. */
export const describeSources = (
  states: readonly Pick<SourceHealth, 'id' | 'status'>[],
  shipped: readonly ShippedSource[],
): string => {
  const newest = Math.max(...shipped.map(({ publishedAt }) => publishedAt.getTime()));
  const ids = new Set(shipped.map(({ id }) => id));
  const live = states.filter(({ id, status }) => !ids.has(id) && status !== 'OFF').map(({ id }) => id);
  const day = new Date(newest).toISOString().slice(0, 10);
  return live.length === 0
    ? `seed of ${day}; live sources off (MODELGRAPH_SOURCES=on turns them on)`
    : `seed of ${day}; read live: ${live.join(', ')}`;
};
