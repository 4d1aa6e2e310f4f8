import { readFile } from 'node:fs/promises';

/** In which edition of one list offerings were named first. */
export type FirstListed = {
  /** Id of the list's source. */
  readonly source: string;
  /** Days of the editions that were looked at, oldest first. */
  readonly editions: readonly Date[];
  /** The place of the edition that named an offering first; undefined for one that none of them names. */
  firstOf(offeringId: string): number | undefined;
};

/** `first-listed.json`: by provider and id, the place of the edition. */
export type FirstListedFile = {
  readonly source: string;
  readonly licence: string;
  readonly pageUrl: string;
  readonly editions: readonly { readonly version: string; readonly day: string }[];
  readonly first: { readonly [providerId: string]: { readonly [id: string]: number } };
};

export const readFirstListed = ({ source, editions, first }: FirstListedFile): FirstListed => {
  const places = new Map<string, number>();
  for (const [providerId, ids] of Object.entries(first))
    for (const [id, place] of Object.entries(ids)) places.set(`${providerId}/${id}`.toLowerCase(), place);
  return {
    source,
    editions: editions.map(({ day }) => new Date(`${day}T00:00:00Z`)),
    firstOf: (offeringId) => places.get(offeringId.toLowerCase()),
  };
};

export const loadFirstListed = async (): Promise<FirstListed> =>
  readFirstListed(
    JSON.parse(await readFile(new URL('../seed-data/first-listed.json', import.meta.url), 'utf8')),
  );
